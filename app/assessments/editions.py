"""An assessment on a newer edition of one of its rubrics: a copy, so that the one it comes from stays as it is."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Person
from app.assessments.models import Assessment
from app.assessments.transfer import import_portable, to_portable
from app.errors import NotFound
from app.i18n import gettext as _
from app.portable.moving import Preview, move, preview
from app.rubrics.editions import EditionMap, edition_map, successors
from app.rubrics.registry import Library


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


def move_assessment(
    session: Session, library: Library, assessment: Assessment, newer: str, person: Person, *, now: datetime
) -> Assessment:
    """A new assessment on the newer edition, with the same evidence. Raises NotFound."""
    editions = get_offered(library, assessment, newer)
    moved = move(to_portable(session, assessment), editions)
    titles = {language: f"{title} · {editions.newer.id}" for language, title in moved.title.items()}
    organisation = session.get_one(Organisation, assessment.organisation_id)
    return import_portable(session, library, organisation, moved.model_copy(update={"title": titles}), person, now=now)
