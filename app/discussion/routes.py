"""Discussing a criterion."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app import clock
from app.accounts.signed_in import CurrentActor
from app.assessments import pages as assessment_pages
from app.assessments import service as assessments
from app.assessments.models import Assessment
from app.discussion import access, pages, service
from app.discussion.forms import RemarkForm
from app.web.forms import Filled, FormDep, fill
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(prefix="/assessments/{assessment_id}/criteria/{reference}/discussion", include_in_schema=False)
NOTHING: Filled[RemarkForm] = Filled()


def _discussed(session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, reference: str) -> Assessment:
    assessment = access.get_discussed(session, actor, assessment_id)
    assessments.get_criterion(session, library, assessment, reference)
    return assessment


def _page(  # noqa: PLR0913 - what every answer of this page needs
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment: Assessment,
    reference: str,
    form: Filled[RemarkForm] = NOTHING,
    *,
    editing: int | None = None,
    status: int = 200,
) -> Response:
    page = assessment_pages.assessment_page(session, library, actor, assessment, section="answers", here=reference)
    people = tuple((one.id, one.name) for one in access.people(session, assessment) if one.id != actor.id)
    shown = pages.discussion(session, actor, assessment, reference)
    shown = replace(shown, people=people, typed=form.typed, errors=form.errors, editing=editing)
    return render(request, "discussion/page.html", page, status=status, panel=shown, reference=reference)


def _back(request: Request, assessment: Assessment, reference: str) -> Response:
    return see_other(request, "criterion", assessment_id=assessment.id, reference=reference, fragment="discussion")


@router.get("", name="discussion")
def show(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, reference: str
) -> Response:
    """The discussion on a page of its own, where somebody can be asked."""
    assessment = _discussed(session, library, actor, assessment_id, reference)
    return _page(request, session, library, actor, assessment, reference)


@router.get("/people", name="people_to_ask")
def people(
    session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, reference: str, q: str = ""
) -> JSONResponse:
    """The names that complete what is typed behind an @, and a sentence about them for who does not see the list."""
    assessment = _discussed(session, library, actor, assessment_id, reference)
    names = access.people_called(session, assessment, q, actor)
    return JSONResponse({"people": names, "told": pages.told_of(len(names))})


@router.post("", name="say")
def say(  # noqa: PLR0913, PLR0917 - where, what, and what the service needs
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    settings: SettingsDep,
    assessment_id: int,
    reference: str,
    data: FormDep,
) -> Response:
    """Add a remark; the page comes back with what was typed when that cannot be."""
    assessment = _discussed(session, library, actor, assessment_id, reference)
    form = fill(RemarkForm, data)
    if form.value is None:
        return _page(request, session, library, actor, assessment, reference, form, status=422)
    if form.value.ask is not None and form.value.ask not in {one.id for one in access.people(session, assessment)}:
        told = service.nobody_to_ask()
        return _page(request, session, library, actor, assessment, reference, replace(form, errors={"ask": told}), status=422)
    service.say(session, settings, assessment, reference, form.value, actor, now=clock.now())
    return _back(request, assessment, reference)


@router.post("/settle", name="settle_discussion")
def settle(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, reference: str
) -> Response:
    """Mark it as settled."""
    assessment = _discussed(session, library, actor, assessment_id, reference)
    service.settle(session, assessment, reference, actor, now=clock.now())
    return _back(request, assessment, reference)


@router.post("/reopen", name="reopen_discussion")
def reopen(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, reference: str
) -> Response:
    """Open it again."""
    assessment = _discussed(session, library, actor, assessment_id, reference)
    service.reopen(session, assessment, reference, actor, now=clock.now())
    return _back(request, assessment, reference)


@router.post("/{remark_id}", name="edit_remark")
def edit(  # noqa: PLR0913, PLR0917 - as say
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    settings: SettingsDep,
    assessment_id: int,
    reference: str,
    remark_id: int,
    data: FormDep,
) -> Response:
    """Change one's own remark while it is fresh."""
    assessment = _discussed(session, library, actor, assessment_id, reference)
    remark = access.get_own(session, actor, assessment, remark_id)
    form = fill(RemarkForm, data)
    if form.value is None:
        return _page(request, session, library, actor, assessment, reference, form, editing=remark.id, status=422)
    service.edit(session, settings, assessment, remark, form.value, actor, now=clock.now())
    return _back(request, assessment, reference)


@router.post("/{remark_id}/remove", name="remove_remark")
def remove(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    reference: str,
    remark_id: int,
) -> Response:
    """Remove one's own remark; that there was one stays."""
    assessment = _discussed(session, library, actor, assessment_id, reference)
    remark = access.get_own(session, actor, assessment, remark_id)
    service.remove(session, assessment, remark, actor, now=clock.now())
    return _back(request, assessment, reference)
