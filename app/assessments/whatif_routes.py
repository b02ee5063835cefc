"""The what-if page: a form that is read and never saved. Its address holds what is ticked."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access, pages
from app.assessments.answers import library_for, to_answers
from app.assessments.models import Assessment
from app.assessments.transfer import to_portable
from app.assessments.whatif_pages import what_if_page
from app.portable import read
from app.rubrics.registry import Library
from app.scoring.answers import Assessed
from app.web.library import LibraryDep
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
Ticked = Annotated[list[str], Query()]


def _as_it_counts(session: Session, library: Library, assessment: Assessment) -> Assessed:
    """The answers that the stored score is of: an approved assessment's as they were approved."""
    if assessment.frozen_at is None:
        return to_answers(session, library, assessment)
    return read.assessed(to_portable(session, assessment), library_for(session, library, assessment))


@router.get("/assessments/{assessment_id}/what-if", name="what_if")
def what_if(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    action: Ticked = [],  # noqa: B006 - FastAPI copies it
    gap: Ticked = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """What the figures would be if the ticked actions were done and the ticked gaps closed."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.TRY_OUT)
    page = pages.assessment_page(session, library, actor, assessment, section="plan")
    asked = [*(("action", one) for one in action), *(("gap", one) for one in gap)]
    assessed = _as_it_counts(session, library, assessment)
    shown = what_if_page(page, assessed, access.actions(session, assessment), library.natures(), asked)
    fragment = request.headers.get("hx-request") == "true"
    template = "assessments/_what_if.html" if fragment else "assessments/what_if.html"
    return render(request, template, page, shown=shown)
