"""Pages of one assessment: who answers what by when, how far it is, and what is done about an answer."""

from datetime import date
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app import clock
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access as assessments
from app.assessments import pages as assessment_pages
from app.assessments import service as answering
from app.assessments.models import Assessment
from app.assessments.page_objects import Shown
from app.assessments.routes import show_with
from app.assignments import access, pages, reviewing, service
from app.assignments.forms import AssignForm, DeedForm
from app.assignments.pages import Typed
from app.assignments.states import NotNow
from app.config import Settings
from app.i18n import gettext as _
from app.rubrics.registry import Library
from app.web.forms import FormDep, fill, whole_number
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(prefix="/assessments/{assessment_id}", include_in_schema=False)
MOST_PARTS = 500
"""How many standards and criteria one form may name: more than any rubric has."""


def today_in(settings: Settings) -> date:
    """The day where the installation stands."""
    return clock.now().astimezone(ZoneInfo(settings.timezone)).date()


def _show(  # noqa: PLR0913 - the page with what was typed into one of its forms
    request: Request,
    session: Session,
    settings: Settings,
    library: Library,
    actor: CurrentActor,
    assessment: Assessment,
    shown: Typed = pages.NOTHING,
    *,
    status: int = 200,
) -> Response:
    page = assessment_pages.assessment_page(session, library, actor, assessment, section="assignments")
    here_page = pages.assign_page(session, library, assessment, today_in(settings), shown)
    return render(request, "assignments/assignments.html", page, status=status, here_page=here_page)


@router.get("/assignments", name="assignments")
def show_assignments(
    request: Request, session: SessionDep, settings: SettingsDep, library: LibraryDep, actor: CurrentActor, assessment_id: int
) -> Response:
    """Who answers what, and by when."""
    assessment = assessments.get_permitted(session, actor, assessment_id, Permission.READ_WORK)
    return _show(request, session, settings, library, actor, assessment)


@router.post("/assignments", name="assign")
def assign(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    data: FormDep,
) -> Response:
    """Assign what was chosen to a person or a unit."""
    assessment = assessments.get_permitted(session, actor, assessment_id, Permission.ASSIGN)
    form, chosen = fill(AssignForm, data), _several(data, "part")
    known = service.parts_of(session, library, assessment)
    errors = dict(form.errors)
    if not chosen or not chosen <= known.keys():
        errors = {"part": _("Choose at least one standard or criterion."), **errors}
    if form.value is not None and not errors:
        try:
            parts = [part for key, part in known.items() if key in chosen]
            service.assign(session, assessment, parts, form.value, actor, now=clock.now())
        except service.NotOffered as refused:
            errors = {"to": refused.message}
    if errors:
        shown = Typed(form.typed, errors, chosen)
        return _show(request, session, settings, library, actor, assessment, shown, status=422)
    return see_other(request, "assignments", assessment_id=assessment.id, fragment="assigned")


def _several(data: FormData, name: str) -> frozenset[str]:
    """What was ticked."""
    return frozenset(one for one in data.getlist(name)[:MOST_PARTS] if isinstance(one, str))


@router.post("/assignments/{assignment_id}", name="change_assignment")
def change_assignment(  # noqa: PLR0913, PLR0917 - what every page of an assessment asks, and which assignment
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    assignment_id: int,
    data: FormDep,
) -> Response:
    """Give an assignment to somebody else, or another due date."""
    assessment = assessments.get_permitted(session, actor, assessment_id, Permission.ASSIGN)
    access.get_assignment(session, assessment, assignment_id)
    form = fill(AssignForm, data)
    errors, status = dict(form.errors), 422
    if form.value is not None:
        try:
            service.change(session, assessment, assignment_id, form.value, actor, now=clock.now())
        except service.NotOffered as refused:
            errors = {"to": refused.message}
        except service.AssignedAlready as refused:
            errors, status = {"to": refused.message}, 409
    if errors:
        shown = Typed(form.typed, errors, changing=assignment_id)
        return _show(request, session, settings, library, actor, assessment, shown, status=status)
    return see_other(request, "assignments", assessment_id=assessment.id, fragment="assigned")


@router.post("/assignments/{assignment_id}/remove", name="remove_assignment")
def remove_assignment(
    request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int, assignment_id: int
) -> Response:
    """Take an assignment away."""
    assessment = assessments.get_permitted(session, actor, assessment_id, Permission.ASSIGN)
    service.take_away(session, assessment, assignment_id, actor, now=clock.now())
    return see_other(request, "assignments", assessment_id=assessment.id, fragment="assigned")


@router.post("/criteria/{reference}/state", name="state_answer")
def state_answer(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    reference: str,
    data: FormDep,
) -> Response:
    """Declare an answer ready, review it, accept or return it."""
    assessment = assessments.get_permitted(session, actor, assessment_id, Permission.READ_WORK)
    answering.get_criterion(session, library, assessment, reference)
    form = fill(DeedForm, data)
    errors, status = {f"deed_{name}": told for name, told in form.errors.items()}, 422
    if form.value is not None:
        try:
            reviewing.do(session, assessment, reference, form.value, actor, now=clock.now())
        except reviewing.ReasonNeeded as refused:
            errors = {"deed_reason": refused.message}
        except (NotNow, reviewing.Incomplete, reviewing.AnswerChanged) as refused:
            errors, status = {"": refused.message}, 409
    if errors:
        shown = Shown(errors=errors, beside={"deed_reason": form["reason"]})
        return show_with(request, session, library, actor, assessment, reference, shown, status=status)
    return see_other(request, "criterion", assessment_id=assessment.id, reference=reference)


@router.get("/progress", name="progress")
def show_progress(
    request: Request, session: SessionDep, settings: SettingsDep, library: LibraryDep, actor: CurrentActor, assessment_id: int
) -> Response:
    """How far the work is, by standard, person and unit."""
    assessment = assessments.get_permitted(session, actor, assessment_id, Permission.READ_WORK)
    page = assessment_pages.assessment_page(session, library, actor, assessment, section="assignments")
    here_page = pages.progress_page(session, library, assessment, today_in(settings))
    return render(request, "assignments/progress.html", page, here_page=here_page)


@router.post("/accept", name="accept_answers")
def accept_answers(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int, data: FormDep) -> Response:
    """Accept every answer of a standard that waits for it and is as it was when the page was made."""
    assessment = assessments.get_permitted(session, actor, assessment_id, Permission.REVIEW)
    seen: dict[str, int] = {}
    for one in _several(data, "seen"):
        criterion, _equals, version = one.rpartition("=")
        seen[criterion] = whole_number(version) or 0
    reviewing.accept_all(session, assessment, seen, actor, now=clock.now())
    return see_other(request, "progress", assessment_id=assessment.id)
