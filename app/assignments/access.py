"""The only door to assignments and to the states of answers. Assessments are loaded through their own door."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Membership, Person, Unit, UnitLine
from app.accounts.policy import HOUSE, Permission, roles_that
from app.assessments.models import Answer, Assessment
from app.assignments.models import AssignedCriterion, Assignment, StatedAnswer
from app.assignments.states import AnswerState
from app.errors import NotFound
from app.i18n import gettext as _

Id = InstrumentedAttribute[int]
MaybeId = InstrumentedAttribute[int | None]


def may_answer(organisation_id: ColumnElement[int] | Id | int, unit_id: MaybeId | int | None) -> ColumnElement[bool]:
    """The condition, for a query of people, that they may answer in what belongs to this organisation and unit."""
    reach = select(1).select_from(Membership).outerjoin(UnitLine, UnitLine.ancestor_id == Membership.unit_id)
    answers = reach.where(
        Membership.person_id == Person.id,
        Membership.role.in_(roles_that(Permission.ANSWER, HOUSE)),
        Membership.organisation_id == organisation_id,
        or_(Membership.unit_id.is_(None), UnitLine.descendant_id == unit_id),
    )
    return and_(Person.disabled_at.is_(None), Person.erased_at.is_(None), exists(answers))


def people_offered(session: Session, assessment: Assessment) -> list[tuple[int, str]]:
    """(id, name) of everybody who may answer in the assessment, by name."""
    query = select(Person.id, Person.name).where(may_answer(assessment.organisation_id, assessment.unit_id))
    return [(number, name) for number, name in session.execute(query.order_by(Person.name, Person.id))]


def units_offered(session: Session, assessment: Assessment) -> list[tuple[int, str]]:
    """(id, name) of the units in which somebody has a role who may answer in the assessment."""
    # Joined, not nested: an EXISTS two levels down would not see the unit, and every unit would be offered.
    there = (
        select(1)
        .select_from(UnitLine)
        .join(Membership, Membership.unit_id == UnitLine.descendant_id)
        .join(Person, Person.id == Membership.person_id)
        .where(UnitLine.ancestor_id == Unit.id, may_answer(assessment.organisation_id, assessment.unit_id))
    )
    query = select(Unit.id, Unit.name).where(Unit.organisation_id == assessment.organisation_id, exists(there))
    return [(number, name) for number, name in session.execute(query.order_by(Unit.name, Unit.id))]


def wins() -> ColumnElement[bool]:
    """The condition that an assignment counts for a criterion: one of the criterion itself wins over its standard's."""
    own = aliased(Assignment)
    same = select(1).where(
        own.assessment_id == Assignment.assessment_id, own.whole.is_(False), own.reference == AssignedCriterion.criterion
    )
    return or_(Assignment.whole.is_(False), ~exists(same))


def is_mine(actor: Actor) -> ColumnElement[bool]:
    """The condition that an assignment is the person's own, or one of a unit where they have a role."""
    there = select(UnitLine.ancestor_id).join(Membership, Membership.unit_id == UnitLine.descendant_id)
    return or_(Assignment.person_id == actor.id, Assignment.unit_id.in_(there.where(accounts.memberships_of(actor))))


def assigned_to(actor: Actor) -> Select[int, str, date | None]:
    """(assessment, criterion, due date) of each criterion assigned to the person: the earliest date where there are several."""
    columns = (Assignment.assessment_id, AssignedCriterion.criterion, func.min(Assignment.due).label("due"))
    return (
        select(*columns)
        .join(AssignedCriterion, AssignedCriterion.assignment_id == Assignment.id)
        .where(is_mine(actor), wins())
        .group_by(Assignment.assessment_id, AssignedCriterion.criterion)
    )


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment with whom it is given to. `able` is False for a person who may not answer there any more."""

    id: int
    whole: bool
    reference: str
    person_id: int | None
    unit_id: int | None
    name: str
    due: date | None
    able: bool


def of_assessment(session: Session, assessment: Assessment, criterion: str | None = None) -> list[Assigned]:
    """The assignments of an assessment, or those that count for a criterion of it; the earliest due date first."""
    able = may_answer(assessment.organisation_id, assessment.unit_id)
    query = (
        select(Assignment, Person.name, Unit.name, able)
        .outerjoin(Person, Person.id == Assignment.person_id)
        .outerjoin(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.assessment_id == assessment.id)
        .order_by(Assignment.due.is_(None), Assignment.due, Assignment.id)
    )
    if criterion is not None:
        query = query.join(AssignedCriterion, AssignedCriterion.assignment_id == Assignment.id)
        query = query.where(AssignedCriterion.criterion == criterion, wins())
    return [_assigned(row, name, unit, able=bool(able)) for row, name, unit, able in session.execute(query)]


def _assigned(row: Assignment, person: str | None, unit: str | None, *, able: bool) -> Assigned:
    of_unit = row.unit_id is not None
    name = (unit if of_unit else person) or ""
    return Assigned(row.id, row.whole, row.reference, row.person_id, row.unit_id, name, row.due, of_unit or able)


def get_assignment(session: Session, assessment: Assessment, assignment_id: int) -> Assignment:
    """An assignment of this assessment. Raises NotFound."""
    query = select(Assignment).where(Assignment.assessment_id == assessment.id, Assignment.id == assignment_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such assignment."))
    return found


def find_same(session: Session, assessment: Assessment, *, whole: bool, reference: str, to: tuple[str, int]) -> Assignment | None:
    """The assignment of the same thing to the same person ("person", id) or unit ("unit", id); None when there is none."""
    of_person = to[0] == "person"
    column: InstrumentedAttribute[int | None] = Assignment.person_id if of_person else Assignment.unit_id
    return session.scalar(
        select(Assignment).where(
            Assignment.assessment_id == assessment.id,
            Assignment.whole.is_(whole),
            Assignment.reference == reference,
            column == to[1],
        )
    )


def lock_all(session: Session, assessment: Assessment) -> None:
    """Let changes to the assignments of one assessment follow each other."""
    session.execute(select(Assessment.id).where(Assessment.id == assessment.id).with_for_update())


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far the answer to a criterion is, and the version that is meant. `reason` is that of the last return."""

    criterion: str
    version: int
    state: AnswerState
    complete: bool
    """A level is chosen, or it is said why the criterion does not apply; and nothing is left to confirm."""
    reason: str | None = None
    stated_at: datetime | None = None
    stated_by: str = ""


def how_far(session: Session, assessment: Assessment, criteria: Iterable[str] | None = None) -> dict[str, HowFar]:
    """How far the answers of an assessment are, by criterion; what nobody has touched is not among them."""
    columns = (
        *(Answer.criterion, Answer.version, Answer.level, Answer.not_applicable, Answer.to_confirm),
        *(StatedAnswer.state, StatedAnswer.answer_version, StatedAnswer.reason, StatedAnswer.stated_at, Person.name),
    )
    query = (
        select(*columns)
        .outerjoin(
            StatedAnswer, and_(StatedAnswer.assessment_id == Answer.assessment_id, StatedAnswer.criterion == Answer.criterion)
        )
        .outerjoin(Person, Person.id == StatedAnswer.stated_by)
        .where(Answer.assessment_id == assessment.id)
    )
    if criteria is not None:
        query = query.where(Answer.criterion.in_(list(criteria)))
    return {row.criterion: _how_far(row) for row in session.execute(query)}


def _how_far(row: Any) -> HowFar:
    complete = (row.level is not None or row.not_applicable is not None) and not row.to_confirm
    if row.state is None:
        return HowFar(row.criterion, row.version, AnswerState.DRAFT, complete)
    current = row.answer_version == row.version
    return HowFar(
        row.criterion,
        row.version,
        AnswerState(row.state) if current else AnswerState.DRAFT,
        complete,
        row.reason,
        row.stated_at if current else None,
        (row.name or "") if current else "",
    )


def lock_answers(session: Session, assessment: Assessment, criteria: Sequence[str]) -> None:
    """Let what is said about answers and what is saved in them follow each other: their versions stay until the commit."""
    query = select(Answer.id).where(Answer.assessment_id == assessment.id, Answer.criterion.in_(criteria))
    session.execute(query.order_by(Answer.id).with_for_update())


def find_stated(session: Session, assessment: Assessment, criterion: str) -> StatedAnswer | None:
    """What was said last about the answer to a criterion; None when nothing was."""
    return session.get(StatedAnswer, (assessment.id, criterion))


def my_criteria(session: Session, actor: Actor, assessment: Assessment) -> dict[str, date | None]:
    """The criteria of an assessment that are assigned to the person, each with its due date."""
    query = assigned_to(actor).where(Assignment.assessment_id == assessment.id)
    return {row.criterion: row.due for row in session.execute(query)}


def counting_for(session: Session, assessment: Assessment) -> list[tuple[str, int]]:
    """(criterion, assignment) wherever an assignment counts for a criterion, those with the earliest due date first."""
    query = (
        select(AssignedCriterion.criterion, Assignment.id)
        .join(Assignment, Assignment.id == AssignedCriterion.assignment_id)
        .where(Assignment.assessment_id == assessment.id, wins())
        .order_by(Assignment.due.is_(None), Assignment.due, Assignment.id)
    )
    return [(criterion, number) for criterion, number in session.execute(query)]


def due_dates(session: Session, assessment: Assessment) -> dict[str, date | None]:
    """The earliest due date of every criterion that is assigned to somebody."""
    query = (
        select(AssignedCriterion.criterion, func.min(Assignment.due).label("due"))
        .join(Assignment, Assignment.id == AssignedCriterion.assignment_id)
        .where(Assignment.assessment_id == assessment.id, wins())
        .group_by(AssignedCriterion.criterion)
    )
    return {row.criterion: row.due for row in session.execute(query)}
