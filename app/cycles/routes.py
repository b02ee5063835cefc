"""What an assessment follows, and carrying answers forward."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access as assessments
from app.assessments import cited
from app.assessments import pages as assessment_pages
from app.assessments import service as assessment_service
from app.assessments.models import Assessment
from app.assessments.panels import Asked
from app.cycles import access, pages, service
from app.cycles.before import before
from app.errors import NotFound
from app.i18n import gettext as _
from app.web.forms import FormDep, whole_number
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


def _previous(session: SessionDep, actor: CurrentActor, assessment: Assessment) -> Assessment:
    found = access.find_previous(session, actor, assessment)
    if found is None:
        raise NotFound(_("This assessment follows none that you may read."))
    return found


def _settings(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment: Assessment, error: str = ""
) -> Response:
    page = assessment_pages.assessment_page(session, library, actor, assessment)
    previous = access.find_previous(session, actor, assessment)
    choices = pages.choices(access.offered(session, actor, assessment))
    typed = {"previous_id": str(previous.id) if previous else ""}
    errors = {"previous_id": error} if error else {}
    status = 422 if error else 200
    return render(request, "cycles/follows.html", page, status=status, choices=choices, typed=typed, errors=errors)


@router.get("/assessments/{assessment_id}/follows", name="follows")
def show_follows(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """Which assessment this one follows, to choose."""
    assessment = assessments.get_permitted(session, actor, assessment_id, Permission.MANAGE)
    return _settings(request, session, library, actor, assessment)


@router.post("/assessments/{assessment_id}/follows", name="choose_follows")
def choose_follows(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, data: FormDep
) -> Response:
    """Choose what it follows, or nothing."""
    assessment = assessments.get_permitted(session, actor, assessment_id, Permission.MANAGE)
    typed = data.get("previous_id", "")
    number = whole_number(typed)
    try:
        # What is not a number is none of those offered.
        chosen = None if typed == "" else number or 0
        service.choose(session, assessment, chosen, actor, now=clock.now())
    except service.NotOffered as refused:
        return _settings(request, session, library, actor, assessment, refused.message)
    return see_other(request, "assessment", assessment_id=assessment.id)


@router.post("/assessments/{assessment_id}/criteria/{reference}/carry", name="carry_answer")
def carry_answer(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    reference: str,
    data: FormDep,
) -> Response:
    """Carry one answer forward; where one stands already, it is asked first."""
    assessment = assessments.get_editable(session, actor, assessment_id)
    criterion = assessment_service.get_criterion(session, library, assessment, reference)
    previous = _previous(session, actor, assessment)
    version, confirmed = whole_number(data.get("version")) or 0, data.get("confirmed") == "yes"
    try:
        service.carry_one(
            session, library, assessment, previous, reference, actor, version=version, confirmed=confirmed, now=clock.now()
        )
    except service.AlreadyAnswered:
        found = before(session, library, assessment, previous, [reference])[reference]
        asked = Asked(session, library, actor, assessment, reference)
        told = pages.before_page(asked, previous, reference, criterion, found, cited.hidden_codes(session, actor, previous))
        page = assessment_pages.assessment_page(session, library, actor, assessment)
        now = assessments.find_answer(session, assessment, reference)
        return render(request, "cycles/confirm.html", page, status=409, told=told, now=now, version=version)
    return see_other(request, "criterion", assessment_id=assessment.id, reference=reference)


@router.get("/assessments/{assessment_id}/carry/{standard}", name="carry_standard")
def show_carry(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, standard: str
) -> Response:
    """What carrying the open criteria of a standard would carry."""
    assessment = assessments.get_editable(session, actor, assessment_id)
    service.get_standard(session, library, assessment, standard)
    previous = _previous(session, actor, assessment)
    listed = service.to_carry(session, library, assessment, previous, standard)
    asked, hidden = Asked(session, library, actor, assessment), cited.hidden_codes(session, actor, previous)
    told = [pages.before_page(asked, previous, *one, hidden) for one in listed]
    page = assessment_pages.assessment_page(session, library, actor, assessment)
    name = pages.standard_name(session, library, assessment, standard)
    return render(request, "cycles/carry.html", page, told=told, name=name, standard=standard, previous=previous.id)


@router.post("/assessments/{assessment_id}/carry/{standard}", name="do_carry_standard")
def carry_standard(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, standard: str
) -> Response:
    """Carry what is open in a standard."""
    assessment = assessments.get_editable(session, actor, assessment_id)
    service.get_standard(session, library, assessment, standard)
    previous = _previous(session, actor, assessment)
    service.carry_standard(session, library, assessment, previous, standard, actor, now=clock.now())
    return see_other(request, "assessment", assessment_id=assessment.id, fragment="cycle")


@router.post("/assessments/{assessment_id}/carries/{carry_id}/undo", name="undo_carry")
def undo_carry(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, carry_id: int
) -> Response:
    """Take a carry back, within a day; what somebody has saved since stays."""
    assessment = assessments.get_editable(session, actor, assessment_id)
    service.undo(session, library, assessment, carry_id, actor, now=clock.now())
    return see_other(request, "assessment", assessment_id=assessment.id, fragment="cycle")
