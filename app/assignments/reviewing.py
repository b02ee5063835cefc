"""Taking answers from one state to the next. The table of `states` decides; here it is checked, kept and noted."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.policy import Permission, require
from app.assessments import access as assessments
from app.assessments import trail
from app.assessments.models import Assessment
from app.assignments import access
from app.assignments.access import HowFar
from app.assignments.forms import DeedForm
from app.assignments.models import StatedAnswer
from app.assignments.states import NEEDED, WAITING, AnswerState, Deed, next_state
from app.errors import Conflict, Problem
from app.i18n import gettext as _

EVENTS = {
    Deed.DECLARE: "review.declared",
    Deed.TAKE_BACK: "review.taken_back",
    Deed.TAKE_UP: "review.taken_up",
    Deed.ACCEPT: "review.accepted",
    Deed.RETURN: "review.returned",
}


class Incomplete(Conflict):
    """There is nothing yet that could be declared ready."""


class ReasonNeeded(Problem):
    """An answer is returned only with a reason."""


class AnswerChanged(Conflict):
    """The answer was saved again since the reviewer saw it."""


def do(session: Session, assessment: Assessment, criterion: str, form: DeedForm, actor: Actor, *, now: datetime) -> AnswerState:
    """Take the answer to a criterion to its next state, and return that.

    Raises Forbidden, Frozen or NotNow as the table says; Incomplete, ReasonNeeded, or AnswerChanged when a reviewer saw an
    older version.
    """
    access.lock_answers(session, assessment, [criterion])
    before = access.how_far(session, assessment, [criterion]).get(criterion)
    roles, standing = assessments.roles_on(session, actor, assessment), assessments.state_of(assessment)
    reviewing = NEEDED[form.deed] is Permission.REVIEW
    # Who answers declares what stands there now, whatever was saved a moment ago. A reviewer judges what they have read.
    if before is not None and reviewing and form.version != before.version:
        require(roles, Permission.REVIEW, standing)
        raise AnswerChanged(_("The answer was saved again since you read it. Read it as it stands now."))
    after = next_state(before.state if before else None, form.deed, roles, standing)
    assert before is not None  # noqa: S101 - an untouched criterion has no next state
    if form.deed is Deed.DECLARE and not before.complete:
        raise Incomplete(_("Choose a level, or say why the criterion does not apply, and leave nothing to be confirmed."))
    if form.deed is Deed.RETURN and form.reason is None:
        raise ReasonNeeded(_("Write what is to be changed."))
    _state(session, assessment, before, after, form, actor, now=now)
    return after


def accept_all(
    session: Session, assessment: Assessment, seen: Mapping[str, int], actor: Actor, *, now: datetime
) -> tuple[int, int]:
    """Accept every answer that waits for it, by criterion and the version that was seen; (accepted, left as they are)."""
    criteria = sorted(seen)
    access.lock_answers(session, assessment, criteria)
    form = DeedForm(deed=Deed.ACCEPT)
    known = access.how_far(session, assessment, criteria)
    fit = [known[one] for one in criteria if one in known and known[one].version == seen[one] and known[one].state in WAITING]
    for one in fit:
        _state(session, assessment, one, AnswerState.ACCEPTED, form, actor, now=now)
    return len(fit), len(criteria) - len(fit)


def _state(
    session: Session,
    assessment: Assessment,
    before: HowFar,
    after: AnswerState,
    form: DeedForm,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    row = access.find_stated(session, assessment, before.criterion)
    if row is None:
        row = StatedAnswer(assessment_id=assessment.id, criterion=before.criterion)
        session.add(row)
    row.answer_version, row.state, row.stated_at, row.stated_by = before.version, after.value, now, actor.id
    if form.deed is Deed.RETURN:
        row.reason = form.reason
    elif form.deed is Deed.ACCEPT:
        row.reason = None
    session.flush()
    data = {"criterion": before.criterion, "version": before.version}
    trail.note(session, assessment, EVENTS[form.deed], actor, now=now, data=data)
