"""The history of an assessment as a whole."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts import trail_pages
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access, pages, trail
from app.web.forms import whole_number
from app.web.library import LibraryDep
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


@router.get("/assessments/{assessment_id}/trail", name="assessment_trail")
def show_trail(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, before: str = ""
) -> Response:
    """Who changed and took what of an assessment, newest first."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.READ_HISTORY)
    subject = trail.subject_of(assessment.id)
    part = trail_pages.of_subject(session, assessment.organisation_id, subject, whole_number(before))
    page = pages.assessment_page(session, library, actor, assessment)
    return render(request, "assessments/trail.html", page, part=part)
