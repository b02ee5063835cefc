"""Changes to assignments. Each holds one rule; the caller's transaction makes it stick."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import trail
from app.assessments.answers import rubrics_of
from app.assessments.models import Assessment
from app.assignments import access
from app.assignments.forms import AssignForm, assignee
from app.assignments.models import AssignedCriterion, Assignment
from app.audit.chain import About
from app.errors import Conflict, Problem
from app.i18n import gettext as _
from app.rubrics.registry import Library


class NotOffered(Problem):
    """The person or unit cannot be given this: nobody there may answer in the assessment."""


class AssignedAlready(Conflict):
    """The same is assigned to the same person or unit."""


@dataclass(frozen=True, slots=True)
class Part:
    """A standard (`whole`) or a criterion of an assessment, by reference, with the criteria that it is."""

    whole: bool
    reference: str
    criteria: tuple[str, ...]

    @property
    def key(self) -> str:
        """How forms name it."""
        return f"{'standard' if self.whole else 'criterion'}={self.reference}"


def parts_of(session: Session, library: Library, assessment: Assessment) -> dict[str, Part]:
    """Everything that can be assigned in an assessment, in order, by how forms name it."""
    found: dict[str, Part] = {}
    for rubric in rubrics_of(session, library, assessment):
        for standard in rubric.standards:
            criteria = tuple(f"{rubric.id}:{one.id}" for one in standard.criteria)
            whole = Part(whole=True, reference=f"{rubric.id}:{standard.id}", criteria=criteria)
            for part in (whole, *(Part(whole=False, reference=one, criteria=(one,)) for one in criteria)):
                found[part.key] = part
    return found


def _refuse_unless_offered(session: Session, assessment: Assessment, to: tuple[str, int]) -> None:
    offered = access.people_offered(session, assessment) if to[0] == "person" else access.units_offered(session, assessment)
    if to[1] not in {number for number, _name in offered}:
        raise NotOffered(_("Choose somebody who may answer in this assessment."))


def assign(
    session: Session, assessment: Assessment, parts: Iterable[Part], form: AssignForm, actor: Actor, *, now: datetime
) -> list[Assignment]:
    """Assign each of the parts to a person or a unit; one that is theirs already gets the new due date. Raises NotOffered."""
    to = assignee(form.to)
    _refuse_unless_offered(session, assessment, to)
    access.lock_all(session, assessment)
    made = []
    for part in parts:
        found = access.find_same(session, assessment, whole=part.whole, reference=part.reference, to=to)
        if found is None:
            made.append(make(session, assessment, part, to, form.due, actor, now=now))
        elif found.due != form.due:
            found.due = form.due
            _note(session, assessment, found, "assignment.changed", actor, now=now)
            made.append(found)
    return made


def make(
    session: Session, assessment: Assessment, part: Part, to: tuple[str, int], due: date | None, actor: Actor, *, now: datetime
) -> Assignment:
    """A new assignment. The caller has asked who may be given it, and that it is not theirs already."""
    made = Assignment(
        assessment_id=assessment.id,
        whole=part.whole,
        reference=part.reference,
        person_id=to[1] if to[0] == "person" else None,
        unit_id=to[1] if to[0] == "unit" else None,
        due=due,
        created_at=now,
        created_by=actor.id,
    )
    session.add(made)
    session.flush()
    session.add_all(AssignedCriterion(assignment_id=made.id, criterion=one) for one in part.criteria)
    _note(session, assessment, made, "assignment.made", actor, now=now)
    return made


def change(
    session: Session, assessment: Assessment, assignment_id: int, form: AssignForm, actor: Actor, *, now: datetime
) -> Assignment:
    """Give an assignment to somebody else, or another due date. Raises NotFound, NotOffered or AssignedAlready."""
    to = assignee(form.to)
    access.lock_all(session, assessment)
    found = access.get_assignment(session, assessment, assignment_id)
    if to not in {("person", found.person_id), ("unit", found.unit_id)}:
        _refuse_unless_offered(session, assessment, to)
    same = access.find_same(session, assessment, whole=found.whole, reference=found.reference, to=to)
    if same is not None and same.id != found.id:
        raise AssignedAlready(_("This is assigned to them already."))
    found.person_id, found.unit_id = (to[1], None) if to[0] == "person" else (None, to[1])
    found.due = form.due
    _note(session, assessment, found, "assignment.changed", actor, now=now)
    return found


def take_away(session: Session, assessment: Assessment, assignment_id: int, actor: Actor, *, now: datetime) -> None:
    """Take an assignment away. Raises NotFound."""
    found = access.get_assignment(session, assessment, assignment_id)
    session.delete(found)
    _note(session, assessment, found, "assignment.taken_away", actor, now=now)


def _note(session: Session, assessment: Assessment, assignment: Assignment, kind: str, actor: Actor, *, now: datetime) -> None:
    """Whom it is given to stands in the trail as a number: of a unit in the event, of a person apart from it."""
    session.flush()
    data = {"assignment": assignment.id, "part": assignment.reference, "due": assignment.due and assignment.due.isoformat()}
    about = None
    if assignment.unit_id is not None:
        data["unit"] = assignment.unit_id
    elif assignment.person_id is not None:
        about = About({"assignee": assignment.person_id}, assignment.person_id)
    trail.note(session, assessment, kind, actor, now=now, data=data, about=about)
