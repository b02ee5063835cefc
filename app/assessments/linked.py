"""What an answer cites, as pages show it."""

from datetime import date

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import cited
from app.assessments.models import Answer, Assessment, EvidenceLink
from app.assessments.page_objects import LinkedEvidence
from app.evidence.models import EvidenceItem
from app.files.page_numbers import page_in
from app.files.previews import is_shown
from app.i18n import current
from app.i18n import gettext as _
from app.rubrics.model import in_language
from app.rubrics.registry import Library
from app.scoring.answers import Evidence, EvidenceStatus


def links_of(
    session: Session, library: Library, actor: Actor, assessment: Assessment, answer: Answer | None
) -> tuple[LinkedEvidence, ...]:
    """What an answer cites, as far as the person may see it."""
    if answer is None or not answer.links:
        return ()
    hidden = cited.hidden_codes(session, actor, assessment)
    return tuple(linked(link, library, assessment, hidden=link.item.code in hidden) for link in answer.links)


def linked(link: EvidenceLink, library: Library, assessment: Assessment, *, hidden: bool = False) -> LinkedEvidence:
    """A link as the page shows it."""
    kind = next(one for one in library.kinds.kinds if one.id == link.item.kind)
    return LinkedEvidence(
        link_id=link.id,
        item_id=link.item.id,
        code=link.item.code,
        title=_("Confidential evidence") if hidden else link.item.title,
        kind=in_language(kind.label, current()),
        nature=kind.nature.value,
        where=None if hidden else link.where,
        proves=None if hidden else link.proves,
        problem=problem_of(link.item, library, assessment.date),
        because=None if hidden else link.item.withdrawn_because,
        cited=None if hidden else link.cited_version,
        newest=None if hidden else max((one.number for one in link.item.versions), default=None),
        hidden=hidden,
        file=None if hidden else previewed_file(link.item),
        page=page_in(link.where) or 1,
    )


def previewed_file(item: EvidenceItem) -> int | None:
    """The number of an item's newest file, if that has a preview."""
    newest = max(item.versions, key=lambda one: one.number, default=None)
    return newest.number if newest is not None and is_shown(newest.media_type) and newest.threat is None else None


def problem_of(item: EvidenceItem, library: Library, day: date) -> str | None:
    """Why an item does not count on a day; None when it does."""
    seen = Evidence(library.natures()[item.kind], EvidenceStatus(item.status), item.valid_from, item.valid_until)
    return seen.problem_on(day)
