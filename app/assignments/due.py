"""What a person still owes by which day: the assignments that are not wholly ready. Reminders and calendars read it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.policy import Permission
from app.assessments.models import Answer, Assessment
from app.assignments import access
from app.assignments.models import AssignedCriterion, Assignment, StatedAnswer
from app.assignments.states import READY


@dataclass(frozen=True, slots=True)
class Due:
    """An assignment with a due date and how many of its criteria are not ready yet."""

    assignment_id: int
    assessment_id: int
    title: dict[str, str]
    whole: bool
    reference: str
    due: date
    open: int
    made_at: datetime


def due_for(session: Session, actor: Actor, *, until: date | None = None) -> list[Due]:
    """What is due from a person, the earliest first, in open assessments where they may answer now; `until` is the last day."""
    stated = and_(
        StatedAnswer.assessment_id == Answer.assessment_id,
        StatedAnswer.criterion == Answer.criterion,
        StatedAnswer.answer_version == Answer.version,
    )
    query = (
        select(Assignment, Assessment.title, func.count().label("open"))
        .join(AssignedCriterion, AssignedCriterion.assignment_id == Assignment.id)
        .join(Assessment, Assessment.id == Assignment.assessment_id)
        .outerjoin(
            Answer, and_(Answer.assessment_id == Assignment.assessment_id, Answer.criterion == AssignedCriterion.criterion)
        )
        .outerjoin(StatedAnswer, stated)
        .where(
            access.is_mine(actor),
            access.wins(),
            Assignment.due.is_not(None),
            Assessment.deleted_at.is_(None),
            Assessment.frozen_at.is_(None),
            accounts.holding(actor, Permission.ANSWER, Assessment.organisation_id, Assessment.unit_id),
            or_(StatedAnswer.state.is_(None), StatedAnswer.state.not_in([one.value for one in READY])),
        )
        .group_by(Assignment.id, Assessment.id)
        .order_by(Assignment.due, Assignment.id)
    )
    if until is not None:
        query = query.where(Assignment.due <= until)
    return [_due(row, title, count) for row, title, count in session.execute(query)]


def _due(row: Assignment, title: dict[str, str], count: int) -> Due:
    assert row.due is not None  # noqa: S101 - the query asks for it
    return Due(row.id, row.assessment_id, title, row.whole, row.reference, row.due, count, row.created_at)
