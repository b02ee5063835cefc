"""An assessment on a newer edition of one of its rubrics: a copy, so that the one it comes from stays as it is."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Organisation
from app.assessments import trail
from app.assessments.answers import rubrics_of
from app.assessments.models import UNTOUCHED, Assessment
from app.assessments.own_rubrics import library_of
from app.assessments.service import lock
from app.assessments.transfer import import_portable, to_portable
from app.errors import Conflict, NotFound
from app.i18n import gettext as _
from app.portable.moving import Preview, move, only_changes, preview
from app.rubrics.changes import changes_of
from app.rubrics.editions import EditionMap, edition_map, successors
from app.rubrics.model import Rubric
from app.rubrics.registry import Library


class AlreadyWorkedOn(Conflict):
    """Something in the assessment was changed since it was made."""


def offered(library: Library, assessment: Assessment) -> list[EditionMap]:
    """The moves an assessment could make: for each of its rubrics, the editions that extend it."""
    pinned = [one.reference for one in assessment.rubrics if one.reference in library.rubrics]
    return [edition_map(library, old, new.reference) for old in pinned for new in successors(library, old)]


def get_offered(library: Library, assessment: Assessment, newer: str) -> EditionMap:
    """The move to this edition. Raises NotFound when the assessment cannot make it."""
    found = next((one for one in offered(library, assessment) if one.newer.reference == newer), None)
    if found is None:
        raise NotFound(_("This assessment cannot be moved to {name}.").format(name=newer))
    return found


def look_ahead(session: Session, assessment: Assessment, editions: EditionMap) -> Preview:
    """What the move would carry, carry to be confirmed, and leave open."""
    return preview(to_portable(session, assessment), editions)


def part_of(library: Library, newer: Rubric) -> tuple[Rubric, str] | None:
    """The rubric of only what changed in this edition, with the profile that assesses it; None when there is none."""
    part = library.rubrics.get(changes_of(newer))
    if part is None:
        return None
    profiles = (one.id for one in library.profiles.values() if any(part.id in c.alternatives for c in one.components))
    profile = next(profiles, None)
    return (part, profile) if profile else None


def move_assessment(
    session: Session,
    library: Library,
    assessment: Assessment,
    newer: str,
    actor: Actor,
    *,
    changes: bool = False,
    now: datetime,
) -> Assessment:
    """A new assessment on the newer edition, with the same evidence; with `changes`, of only what changed. Raises NotFound."""
    editions = get_offered(library, assessment, newer)
    moved = move(to_portable(session, assessment), editions)
    target = editions.newer
    if changes:
        found = part_of(library, editions.newer)
        if found is None:
            raise NotFound(_("There is no rubric of only what changed in {name}.").format(name=newer))
        target, profile = found
        moved = only_changes(moved, editions.newer, target, profile)
    titles = {language: f"{title} · {target.id}" for language, title in moved.title.items()}
    organisation = session.get_one(Organisation, assessment.organisation_id)
    known = library_of(session, library, organisation.id)
    moved = moved.model_copy(update={"title": titles})
    unit, source = assessment.unit_id, assessment.id
    return import_portable(session, known, organisation, moved, actor, unit_id=unit, source=source, now=now)


def continued(
    session: Session, library: Library, assessment: Assessment, newer: str, copy: Assessment
) -> dict[str, tuple[str, ...]]:
    """Where each criterion of an assessment went in its copy: what has no counterpart is not there. Raises NotFound."""
    editions = get_offered(library, assessment, newer)
    kept = {one.reference for one in assessment.rubrics} - {editions.older.reference}
    found: dict[str, tuple[str, ...]] = {}
    for rubric in rubrics_of(session, library, copy):
        if rubric.reference in kept:
            found |= {f"{rubric.id}:{name}": (f"{rubric.id}:{name}",) for name in rubric.by_id}
            continue
        # The newer edition, or the rubric of only what changed in it.
        for step in editions.steps:
            if step.criterion.id in rubric.by_id:
                for old in (f"{editions.older.id}:{one}" for one in step.origin):
                    found[old] = (*found.get(old, ()), f"{rubric.id}:{step.criterion.id}")
    return found


def take_back(session: Session, assessment: Assessment, actor: Actor, *, now: datetime) -> None:
    """Take away an assessment that was just made, by a move or otherwise; its evidence stays in the library.

    Raises AlreadyWorkedOn: what somebody has done since is not thrown away.
    """
    before = assessment.version
    # The lock counts one change: a second one is somebody who saved in this moment.
    lock(session, assessment)
    if before != UNTOUCHED or assessment.version != before + 1:
        raise AlreadyWorkedOn(_("Somebody has worked on this assessment since it was made: it is not taken back."))
    session.execute(delete(Assessment).where(Assessment.id == assessment.id).execution_options(synchronize_session=False))
    trail.note(session, assessment, "assessment.taken_back", actor, now=now)
