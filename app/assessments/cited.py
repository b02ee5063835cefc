"""The door to evidence as assessments cite it: what of it is shown to whom, where it is used, which version is meant."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session, selectinload

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.policy import HOUSE
from app.assessments import access
from app.assessments.models import Answer, Assessment, EvidenceLink, GatheredEvidence
from app.errors import NotFound
from app.evidence import access as evidence
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.i18n import gettext as _


def _shown(session: Session, actor: Actor, assessment: Assessment) -> ColumnElement[bool]:
    """The condition for an item of the assessment that the person may see: one of the house, or a guest."""
    own = accounts.roles_on(session, actor, assessment.organisation_id, assessment.unit_id) & HOUSE
    return evidence.unrestricted(actor) if own else evidence.for_guests()


def get_evidence_of(session: Session, actor: Actor, assessment: Assessment, item_id: int) -> EvidenceItem:
    """An item gathered for the assessment, with its versions, for who may open its evidence. Raises NotFound."""
    query = shown_in(session, actor, assessment).where(EvidenceItem.id == item_id).options(selectinload(EvidenceItem.versions))
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such evidence."))
    return found


def shown_in(session: Session, actor: Actor, assessment: Assessment) -> Select[EvidenceItem]:
    """The items gathered for the assessment that the person may open there; none for who may not open its evidence."""
    gathered = select(GatheredEvidence.item_id).where(GatheredEvidence.assessment_id == assessment.id)
    query = select(EvidenceItem).where(EvidenceItem.id.in_(gathered), _shown(session, actor, assessment))
    return query if access.shows_evidence(session, actor, assessment) else query.where(false())


def shown_evidence(session: Session, actor: Actor, assessment: Assessment) -> dict[str, EvidenceItem]:
    """The gathered items whose files the person may open, with their versions, by code; none where evidence is not shown."""
    query = shown_in(session, actor, assessment).options(selectinload(EvidenceItem.versions))
    return {item.code: item for item in session.scalars(query)}


def hidden_codes(session: Session, actor: Actor, assessment: Assessment) -> frozenset[str]:
    """The codes of gathered items of which the person sees no more than that they are there."""
    query = (
        select(EvidenceItem.code)
        .join(GatheredEvidence, GatheredEvidence.item_id == EvidenceItem.id)
        .where(GatheredEvidence.assessment_id == assessment.id, ~_shown(session, actor, assessment))
    )
    return frozenset(session.scalars(query))


def newest_version(session: Session, item_id: int) -> tuple[int | None, str | None]:
    """(number, SHA-256) of an item's newest file; None twice when it has none."""
    query = select(EvidenceVersion.number, EvidenceVersion.sha256).where(EvidenceVersion.item_id == item_id)
    found = session.execute(query.order_by(EvidenceVersion.number.desc()).limit(1)).first()
    return (found[0], found[1]) if found else (None, None)


@dataclass(frozen=True, slots=True)
class Use:
    """A citation of an item: in which assessment, to which criterion (`rubric:criterion`), and what it says."""

    link_id: int
    assessment_id: int
    title: dict[str, str]
    criterion: str
    where: str | None
    proves: str | None
    version: int | None
    assessment: Assessment


def uses_of(session: Session, actor: Actor, item: EvidenceItem) -> list[Use]:
    """Where an item is cited, in the assessments that the person may read."""
    query = (
        select(EvidenceLink, Answer.criterion, Assessment)
        .join(Answer, Answer.id == EvidenceLink.answer_id)
        .join(Assessment, Assessment.id == Answer.assessment_id)
        .where(EvidenceLink.item_id == item.id)
        .where(Assessment.id.in_(access.readable_by(actor).with_only_columns(Assessment.id)))
        .options(selectinload(Assessment.rubrics))
        .order_by(Assessment.id.desc(), Answer.id, EvidenceLink.position)
    )
    return [
        Use(link.id, one.id, one.title, criterion, link.where, link.proves, link.cited_version, one)
        for link, criterion, one in session.execute(query)
    ]


def count_uses(session: Session, item: EvidenceItem) -> int:
    """How many citations there are of an item in all, also in assessments that a reader may not see or that are deleted."""
    return session.scalar(select(func.count()).select_from(EvidenceLink).where(EvidenceLink.item_id == item.id)) or 0


def users_of(session: Session, item: EvidenceItem) -> list[int]:
    """The assessments in which an item is cited, for scoring them again."""
    query = (
        select(Answer.assessment_id)
        .join(EvidenceLink, EvidenceLink.answer_id == Answer.id)
        .where(EvidenceLink.item_id == item.id)
        .distinct()
        .order_by(Answer.assessment_id)
    )
    return list(session.scalars(query))


def untouched_links(session: Session, link_ids: list[int]) -> frozenset[int]:
    """Those of these links that are still there as a bulk edit made them: without a place and without what they prove.

    The caller permits the assessments before it does anything with them.
    """
    bare = EvidenceLink.where.is_(None), EvidenceLink.proves.is_(None)
    return frozenset(session.scalars(select(EvidenceLink.id).where(EvidenceLink.id.in_(link_ids), *bare)))
