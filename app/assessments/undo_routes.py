"""The history of an answer, and taking its last change back."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.accounts.trail_words import Known
from app.assessments import access, pages, service, undoing
from app.web.forms import FormDep, whole_number
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


@router.post("/assessments/{assessment_id}/history/{reference}/undo", name="undo_answer")
def undo_answer(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    reference: str,
    data: FormDep,
) -> Response:
    """Put the answer back as it was before the change that made the version in the form."""
    assessment = access.get_editable(session, actor, assessment_id)
    version = whole_number(data.get("version")) or 0
    undoing.undo(session, library, assessment, reference, version, actor, now=clock.now())
    return see_other(request, "criterion", assessment_id=assessment.id, reference=reference)


@router.get("/assessments/{assessment_id}/history/{reference}", name="answer_history")
def answer_history(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, reference: str
) -> Response:
    """Every saved state of an answer."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.READ_HISTORY)
    service.get_criterion(session, library, assessment, reference)
    answer = access.find_answer(session, assessment, reference)
    found = access.history(session, answer) if answer else []
    changes = [(change, Known({change.by or 0: name or ""}).person(change.by)) for change, name in found]
    page = pages.assessment_page(session, library, actor, assessment, section="answers", here=reference)
    return render(request, "assessments/history.html", page, changes=changes, reference=reference)
