"""What is known of the cycle before: only for who may read that assessment itself."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.accounts.actor import Actor
from app.assessments import access as assessments
from app.assessments.models import Answer, Assessment, EvidenceLink
from app.cycles.models import CarriedAnswer, Carry, Following
from app.errors import NotFound
from app.i18n import gettext as _

UNDO_WITHIN = timedelta(hours=24)


def followed(session: Session, assessment_id: int) -> int | None:
    """The id of the assessment that one follows, whoever may read it; for rules, not for showing."""
    return session.scalar(select(Following.previous_id).where(Following.assessment_id == assessment_id))


def find_previous(session: Session, actor: Actor, assessment: Assessment) -> Assessment | None:
    """The assessment that this one follows, with its rubrics, if the person may read it."""
    query = (
        assessments.readable_by(actor)
        .join(Following, Following.previous_id == Assessment.id)
        .where(Following.assessment_id == assessment.id, Assessment.organisation_id == assessment.organisation_id)
        .options(selectinload(Assessment.rubrics), selectinload(Assessment.score))
    )
    return session.scalar(query)


def offered(session: Session, actor: Actor, assessment: Assessment) -> list[Assessment]:
    """What an assessment can follow: those of the same organisation that the person may read and that do not follow it."""
    query = assessments.readable_by(actor).where(
        Assessment.organisation_id == assessment.organisation_id, Assessment.id != assessment.id
    )
    found = session.scalars(query.order_by(Assessment.date.desc(), Assessment.id.desc())).all()
    after = _followers(session, assessment.id)
    return [one for one in found if one.id not in after]


def offered_in(session: Session, actor: Actor, organisation_id: int) -> list[Assessment]:
    """What a new assessment of an organisation can follow: those there that the person may read, the latest first."""
    query = assessments.readable_by(actor).where(Assessment.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(Assessment.date.desc(), Assessment.id.desc())))


def _followers(session: Session, assessment_id: int) -> set[int]:
    """The assessments that follow one, at whatever distance."""
    found: set[int] = set()
    pending = [assessment_id]
    while pending:
        direct = session.scalars(select(Following.assessment_id).where(Following.previous_id.in_(pending))).all()
        pending = [one for one in direct if one not in found]
        found.update(pending)
    return found


def answers(session: Session, assessment: Assessment, references: list[str]) -> dict[str, Answer]:
    """The answers to these criteria with their links and items. The caller has permitted the assessment."""
    query = (
        select(Answer)
        .where(Answer.assessment_id == assessment.id, Answer.criterion.in_(references))
        .options(selectinload(Answer.links).joinedload(EvidenceLink.item))
        .execution_options(populate_existing=True)
    )
    return {one.criterion: one for one in session.scalars(query)}


def undoable(session: Session, assessment: Assessment, *, now: datetime) -> list[Carry]:
    """What was carried forward within a day and not undone, latest first."""
    query = select(Carry).where(
        Carry.assessment_id == assessment.id, Carry.undone_at.is_(None), Carry.made_at > now - UNDO_WITHIN
    )
    return list(session.scalars(query.order_by(Carry.id.desc())))


def get_undoable(session: Session, assessment: Assessment, carry_id: int, *, now: datetime) -> Carry:
    """A carry of this assessment that can still be undone. Raises NotFound."""
    found = next((one for one in undoable(session, assessment, now=now) if one.id == carry_id), None)
    if found is None:
        raise NotFound(_("There is nothing here that could be undone any more."))
    return found


def carried(session: Session, carry: Carry) -> list[tuple[Answer, int]]:
    """The answers of a carry, each with the version that it made."""
    query = select(Answer, CarriedAnswer.version).join(CarriedAnswer, CarriedAnswer.answer_id == Answer.id)
    found = session.execute(query.where(CarriedAnswer.carry_id == carry.id).order_by(Answer.id))
    return [(answer, version) for answer, version in found]
