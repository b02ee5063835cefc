"""Pages of the plan: its table and its board, and the form of an action."""

from datetime import date as day
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app import clock
from app.accounts.colleagues import colleagues_of
from app.accounts.signed_in import CurrentActor
from app.assessments import access, pages, planning
from app.assessments.models import Assessment, PlannedAction, StoredScore
from app.assessments.plan_forms import EVIDENCE_LINES, ActionForm, StatusForm, fill_action
from app.assessments.plan_pages import ActionPage, Wanted, owner_of, plan_lines, plan_page, seen_by_reference
from app.errors import Conflict
from app.i18n import gettext as _
from app.web.forms import Filled, FormDep, fill, whole_number
from app.web.library import LibraryDep
from app.web.problems import wants_json
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
MOST_IN_A_ROW = 20
"""How many gaps can be planned one after the other."""
_FIELDS = (
    "criterion",
    "what",
    "owner",
    "owner_id",
    "due",
    "indicator",
    "effort",
    "expected_level",
    "status",
    "reason",
    "version",
)


def _today(request: Request) -> day:
    """The day where the installation is."""
    return clock.now().astimezone(ZoneInfo(request.app.state.settings.timezone)).date()


@router.get("/assessments/{assessment_id}/plan", name="plan")
def plan(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    view: str = "",
    only: str = "",
    standard: str = "",
    sort: str = "",
) -> Response:
    """The plan as a table or a board."""
    assessment = access.get_readable(session, actor, assessment_id)
    page = pages.assessment_page(session, library, actor, assessment, section="plan")
    seen = seen_by_reference(page, session.get_one(StoredScore, assessment.id).scorecard["gaps"])
    kinds = {one.id: one.label for one in pages.kind_choices(library)}
    today = _today(request)
    lines = plan_lines(access.actions(session, assessment), seen, kinds, today)
    shown = plan_page(lines, Wanted(view, only, standard, sort), actor.id, today)
    return render(request, "assessments/plan.html", page, plan=shown)


@router.get("/assessments/{assessment_id}/actions/next", name="next_action")
def next_action(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int, count: str = "1") -> Response:
    """On to the form for the first gap that nothing is planned for, and afterwards to the next ones."""
    assessment = access.get_editable(session, actor, assessment_id)
    return _on_to_next(request, session, assessment, whole_number(count) or 1)


def _on_to_next(request: Request, session: SessionDep, assessment: Assessment, left: int) -> Response:
    planned = {name for one in access.actions(session, assessment) if one.is_live for name in one.every_criterion}
    gaps = session.get_one(StoredScore, assessment.id).scorecard["gaps"]
    reference = next((one["criterion"] for one in gaps if one["criterion"] not in planned), None)
    if reference is None or left < 1:
        return see_other(request, "plan", assessment_id=assessment.id)
    query = urlencode({"criterion": reference, "left": min(left, MOST_IN_A_ROW)})
    return see_other(request, "new_action", query=query, assessment_id=assessment.id)


@router.post("/assessments/{assessment_id}/actions", name="add_action")
def add_action(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, data: FormDep
) -> Response:
    """Add an action to the plan."""
    assessment = access.get_editable(session, actor, assessment_id)
    form = fill_action(data)
    if form.value is None:
        return _action_page(request, session, library, actor, assessment, form, status=422)
    try:
        planning.save_action(session, library, assessment, form.value, actor, now=clock.now())
    except planning.AlreadyPlanned as there:
        refused = _refused(form, there)
        return _action_page(request, session, library, actor, assessment, refused, led_to=there.action_id, status=409)
    left = whole_number(form["left"]) or 0
    if left > 1:
        return _on_to_next(request, session, assessment, left - 1)
    return see_other(request, "plan", assessment_id=assessment.id)


@router.get("/assessments/{assessment_id}/actions/new", name="new_action")
def new_action(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    criterion: str = "",
    left: str = "",
) -> Response:
    """The form for a new action; for a gap that has one, on to that one."""
    assessment = access.get_editable(session, actor, assessment_id)
    there = planning.live_action_for(session, assessment, criterion)
    if there is not None:
        return see_other(request, "action", assessment_id=assessment.id, action_id=there.id)
    typed: Filled[ActionForm] = Filled({"criterion": criterion, "left": left})
    return _action_page(request, session, library, actor, assessment, typed)


@router.get("/assessments/{assessment_id}/actions/{action_id}", name="action")
def show_action(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, action_id: int
) -> Response:
    """The form to change an action."""
    assessment = access.get_editable(session, actor, assessment_id)
    action = access.get_action(session, assessment, action_id)
    typed: Filled[ActionForm] = Filled(_typed(action))
    return _action_page(request, session, library, actor, assessment, typed, action_id=action.id)


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
    form = fill_action(data)
    if form.value is None:
        return _action_page(request, session, library, actor, assessment, form, action_id=action_id, status=422)
    try:
        planning.save_action(session, library, assessment, form.value, actor, action_id, now=clock.now())
    except planning.AlreadyPlanned as there:
        shown, led_to = _refused(form, there), there.action_id
    except planning.ActionChanged as stale:
        shown, led_to = _stale(form, stale, access.get_action(session, assessment, action_id)), None
    else:
        return see_other(request, "plan", assessment_id=assessment.id)
    return _action_page(request, session, library, actor, assessment, shown, action_id=action_id, led_to=led_to, status=409)


@router.post("/assessments/{assessment_id}/actions/{action_id}/status", name="set_action_status")
def set_status(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    action_id: int,
    data: FormDep,
) -> Response:
    """Move an action to another column of the board. The board's script is told in JSON why it cannot be."""
    assessment = access.get_editable(session, actor, assessment_id)
    action = access.get_action(session, assessment, action_id)
    form = fill(StatusForm, data)
    shown, led_to, status = _beside(action, form), None, 422
    if form.value is not None:
        try:
            planning.set_status(session, library, assessment, action_id, form.value, actor, now=clock.now())
        except planning.AlreadyPlanned as there:
            if wants_json(request):
                raise
            shown, led_to, status = _refused(shown, there), there.action_id, 409
        except planning.ActionChanged as stale:
            if wants_json(request):
                raise
            shown, status = _stale(shown, stale, action), 409
        else:
            query = Wanted(view="board", only=form["only"], standard=form["standard"], sort=form["sort"] or "plan").address()
            return see_other(request, "plan", query=query[1:], assessment_id=assessment.id)
    return _action_page(request, session, library, actor, assessment, shown, action_id=action_id, led_to=led_to, status=status)


@router.post("/assessments/{assessment_id}/actions/{action_id}/delete", name="delete_action")
def delete_action(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, action_id: int
) -> Response:
    """Take an action out of the plan."""
    assessment = access.get_editable(session, actor, assessment_id)
    planning.delete_action(session, library, assessment, action_id, actor, now=clock.now())
    return see_other(request, "plan", assessment_id=assessment.id)


def _typed(action: PlannedAction) -> dict[str, str]:
    """The action as its form shows it."""
    typed = {name: str(value) for name in _FIELDS if (value := getattr(action, name)) is not None}
    for number, one in enumerate(action.expected_evidence, start=1):
        typed |= {f"evidence_kind_{number}": one["kind"], f"evidence_note_{number}": one.get("note") or ""}
    return typed | {"criteria": "\n".join(action.criteria)}


def _beside(action: PlannedAction, form: Filled[StatusForm]) -> Filled[ActionForm]:
    """The action's own form with the status that was asked for: there the reason can be written."""
    status = {name: form.typed[name] for name in ("status", "reason") if name in form.typed}
    return Filled(_typed(action) | status, form.errors)


def _refused(form: Filled[ActionForm], there: Conflict) -> Filled[ActionForm]:
    return Filled(form.typed, {**form.errors, "criterion": there.message})


def _stale(form: Filled[ActionForm], stale: Conflict, present: PlannedAction) -> Filled[ActionForm]:
    told = stale.message + " " + _("It now says: {what}").format(what=present.what)
    return Filled({**form.typed, "version": str(present.version)}, {**form.errors, "": told})


def _owners(
    session: Session, actor: CurrentActor, assessment: Assessment, action: PlannedAction | None
) -> tuple[tuple[int, str], ...]:
    """Who can own an action: people who can see the assessment, and who owns it already."""
    owners = {one.id: one.name for one in colleagues_of(session, actor, assessment.organisation_id, assessment.unit_id)}
    if action is not None and action.owner_id is not None:
        owners.setdefault(action.owner_id, owner_of(action) or "")
    return tuple(owners.items())


def _action_page(  # noqa: PLR0913 - the form's page with what was typed
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment: Assessment,
    form: Filled[ActionForm],
    *,
    action_id: int | None = None,
    led_to: int | None = None,
    status: int = 200,
) -> Response:
    page = pages.assessment_page(session, library, actor, assessment, section="plan")
    present = next((one for one in access.actions(session, assessment) if one.id == action_id), None)
    tree = [one for rubric in page.rubrics for standard in rubric.standards for one in standard.criteria]
    elsewhere = {
        name for one in access.actions(session, assessment) if one.is_live and one.id != action_id for name in one.every_criterion
    }
    mine, ticked = form["criterion"], form["criteria"].split("\n")
    filled = sum(bool(value) for name, value in form.typed.items() if name.startswith("evidence_kind_"))
    shown = ActionPage(
        assessment=page,
        id=action_id,
        typed=form.typed,
        errors=form.errors,
        owners=_owners(session, actor, assessment, present),
        kinds=pages.kind_choices(library),
        evidence_lines=max(EVIDENCE_LINES, filled + 1),
        others=tuple(
            one
            for one in tree
            if one.reference != mine and (one.reference in ticked or (one.gap and one.reference not in elsewhere))
        ),
        criterion=next((one for one in tree if one.reference == mine), None),
        left=min(whole_number(form["left"]) or 0, MOST_IN_A_ROW),
        led_to=led_to,
    )
    return render(request, "assessments/action.html", page, status=status, action=shown)
