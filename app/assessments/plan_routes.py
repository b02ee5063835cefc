"""Pages that change the plan: actions added, changed and taken out."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts.signed_in import CurrentActor
from app.assessments import access, pages, service
from app.assessments.forms import ActionForm
from app.assessments.models import Assessment
from app.i18n import gettext as _
from app.web.forms import FormDep, fill
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


@router.post("/assessments/{assessment_id}/actions", name="add_action")
def add_action(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, data: FormDep
) -> Response:
    """Add an action to the plan."""
    assessment = access.get_editable(session, actor, assessment_id)
    form = fill(ActionForm, data)
    if form.value is None:
        return _action_page(request, session, library, actor, assessment, dict(form.typed), dict(form.errors), status=422)
    service.save_action(session, library, assessment, form.value, actor, now=clock.now())
    return see_other(request, "plan", assessment_id=assessment.id)


@router.get("/assessments/{assessment_id}/actions/new", name="new_action")
def new_action(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, criterion: str = ""
) -> Response:
    """The form for a new action."""
    assessment = access.get_editable(session, actor, assessment_id)
    return _action_page(request, session, library, actor, assessment, {"criterion": criterion}, {})


@router.get("/assessments/{assessment_id}/actions/{action_id}", name="action")
def show_action(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, action_id: int
) -> Response:
    """The form to change an action."""
    assessment = access.get_editable(session, actor, assessment_id)
    action = access.get_action(session, assessment, action_id)
    names = ("criterion", "what", "owner", "due", "indicator", "status", "version")
    typed = {name: str(value) for name in names if (value := getattr(action, name)) is not None}
    return _action_page(request, session, library, actor, assessment, typed, {}, action_id=action.id)


def _action_page(  # noqa: PLR0913 - the form's page with what was typed
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment: Assessment,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    action_id: int | None = None,
    status: int = 200,
) -> Response:
    page = pages.assessment_page(session, library, actor, assessment, section="plan")
    return render(request, "assessments/action.html", page, status=status, typed=typed, errors=errors, action_id=action_id)


@router.post("/assessments/{assessment_id}/actions/{action_id}", name="save_action")
def save_action(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    action_id: int,
    data: FormDep,
) -> Response:
    """Change an action."""
    assessment = access.get_editable(session, actor, assessment_id)
    access.get_action(session, assessment, action_id)
    form = fill(ActionForm, data)
    typed, errors = dict(form.typed), dict(form.errors)
    if form.value is None:
        return _action_page(request, session, library, actor, assessment, typed, errors, action_id=action_id, status=422)
    try:
        service.save_action(session, library, assessment, form.value, actor, action_id, now=clock.now())
    except service.ActionChanged as stale:
        now = access.get_action(session, assessment, action_id)
        errors[""] = stale.message + " " + _("It now says: {what}").format(what=now.what)
        typed["version"] = str(now.version)
        return _action_page(request, session, library, actor, assessment, typed, errors, action_id=action_id, status=409)
    return see_other(request, "plan", assessment_id=assessment.id)


@router.post("/assessments/{assessment_id}/actions/{action_id}/delete", name="delete_action")
def delete_action(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, action_id: int
) -> Response:
    """Take an action out of the plan."""
    assessment = access.get_editable(session, actor, assessment_id)
    service.delete_action(session, library, assessment, action_id, actor, now=clock.now())
    return see_other(request, "plan", assessment_id=assessment.id)
