"""Trends: how an assessment came to where it is."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.signed_in import CurrentActor
from app.assessments import pages
from app.decisions import access
from app.decisions.trends import trends_page
from app.web.library import LibraryDep
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


@router.get("/assessments/{assessment_id}/trends", name="trends")
def show_trends(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """The figures over the cycles and revisions that the person may read."""
    assessment = access.get_decided(session, actor, assessment_id)
    page = pages.assessment_page(session, library, actor, assessment, section="summary")
    return render(request, "decisions/trends.html", page, trends=trends_page(session, library, actor, assessment))
