"""The what-if page: a form that is read and never saved. Its address holds what is ticked."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access, pages
from app.assessments.answers import to_answers
from app.assessments.whatif_pages import what_if_page
from app.web.library import LibraryDep
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
Ticked = Annotated[list[str], Query()]


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
    assessed, actions = to_answers(session, library, assessment), access.actions(session, assessment)
    shown = what_if_page(page, assessed, actions, library.natures(), asked)
    fragment = request.headers.get("hx-request") == "true"
    template = "assessments/_what_if.html" if fragment else "assessments/what_if.html"
    return render(request, template, page, shown=shown)
