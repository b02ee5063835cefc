"""Changes to the plan. A gap has one live action: who plans for it again is led to that one."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.colleagues import colleagues_of
from app.accounts.models import Person
from app.assessments import access, trail
from app.assessments.answers import store_score
from app.assessments.models import Assessment, PlannedAction
from app.assessments.plan_forms import ActionForm, StatusForm
from app.assessments.service import get_criterion, lock
from app.errors import Conflict, NotFound
from app.i18n import gettext as _
from app.rubrics.registry import Library
from app.scoring.answers import LIVE


class ActionChanged(Conflict):
    """Somebody else changed the action since it was shown."""


class AlreadyPlanned(Conflict):
    """A live action is there for the criterion: `action_id`."""

    def __init__(self, action: PlannedAction, code: str) -> None:
        super().__init__(_("An action for {code} is planned already: {what}").format(code=code, what=action.what))
        self.action_id = action.id


def live_action_for(session: Session, assessment: Assessment, reference: str) -> PlannedAction | None:
    """The live action that serves a criterion; None when nothing is planned for it."""
    return next((one for one in access.actions(session, assessment) if one.is_live and reference in one.every_criterion), None)


def save_action(
    session: Session,
    library: Library,
    assessment: Assessment,
    form: ActionForm,
    actor: Actor,
    action_id: int | None = None,
    *,
    now: datetime,
) -> PlannedAction:
    """Add an action, or change one. Raises NotFound, AlreadyPlanned or ActionChanged."""
    for reference in form.every_criterion:
        get_criterion(session, library, assessment, reference)
    kinds = library.natures()
    if any(one.kind not in kinds for one in form.expected_evidence):
        raise NotFound(_("There is no such kind of evidence."))
    lock(session, assessment)
    action = access.get_action(session, assessment, action_id) if action_id is not None else None
    owner = _owner(session, actor, assessment, form.owner_id, action)
    if form.status in LIVE:
        had = action.every_criterion if action is not None and action.is_live else ()
        _refuse_second(session, library, assessment, [one for one in form.every_criterion if one not in had], action_id)
    if action is None:
        last = max((one.position for one in access.actions(session, assessment)), default=0)
        action = PlannedAction(assessment_id=assessment.id, position=last + 1, person=owner, **form.columns())
        session.add(action)
    else:
        _expect(action, form.version)
        for name, value in {**form.columns(), "person": owner}.items():
            setattr(action, name, value)
        action.version += 1
    _changed(session, library, assessment, action, actor, now=now)
    return action


def set_status(
    session: Session,
    library: Library,
    assessment: Assessment,
    action_id: int,
    form: StatusForm,
    actor: Actor,
    *,
    now: datetime,
) -> PlannedAction:
    """Say where an action stands. Raises NotFound, AlreadyPlanned or ActionChanged."""
    lock(session, assessment)
    action = access.get_action(session, assessment, action_id)
    _expect(action, form.version)
    if form.status in LIVE and not action.is_live:
        _refuse_second(session, library, assessment, action.every_criterion, action_id)
    action.status, action.reason = form.status, form.reason
    action.version += 1
    _changed(session, library, assessment, action, actor, now=now)
    return action


def delete_action(
    session: Session, library: Library, assessment: Assessment, action_id: int, actor: Actor, *, now: datetime
) -> None:
    """Take an action out of the plan. Raises NotFound."""
    lock(session, assessment)
    action = access.get_action(session, assessment, action_id)
    session.delete(action)
    store_score(session, library, assessment)
    data = {"action": action.id, "criterion": action.criterion}
    trail.note(session, assessment, "action.deleted", actor, now=now, data=data)


def _owner(
    session: Session, actor: Actor, assessment: Assessment, owner_id: int | None, action: PlannedAction | None
) -> Person | None:
    """The owner, among those who can see the assessment and whom the actor may see. Who owned it before may stay.

    Raises NotFound.
    """
    if owner_id is None:
        return None
    if action is not None and action.owner_id == owner_id:
        return action.person
    found = next(
        (one for one in colleagues_of(session, actor, assessment.organisation_id, assessment.unit_id) if one.id == owner_id), None
    )
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


def _expect(action: PlannedAction, version: int) -> None:
    if action.version != version:
        raise ActionChanged(_("Somebody else changed this action since you opened the page."))


def _refuse_second(
    session: Session, library: Library, assessment: Assessment, wanted: Iterable[str], action_id: int | None
) -> None:
    """Raise AlreadyPlanned when another live action serves one of the criteria."""
    others = [one for one in access.actions(session, assessment) if one.is_live and one.id != action_id]
    for reference in wanted:
        other = next((one for one in others if reference in one.every_criterion), None)
        if other is not None:
            raise AlreadyPlanned(other, get_criterion(session, library, assessment, reference).code)


def _changed(
    session: Session, library: Library, assessment: Assessment, action: PlannedAction, actor: Actor, *, now: datetime
) -> None:
    """Store the scores that follow from a changed plan, and note it."""
    store_score(session, library, assessment)
    data = {"action": action.id, "criterion": action.criterion, "version": action.version, "status": action.status}
    trail.note(session, assessment, "action.saved", actor, now=now, data=data)
