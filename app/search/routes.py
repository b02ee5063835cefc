"""The page of what was found."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.signed_in import CurrentActor
from app.assessments import access as assessments
from app.errors import NotFound
from app.folding import LONGEST_QUERY
from app.i18n import gettext as _
from app.search.access import Scope
from app.search.pages import search_page
from app.web.forms import whole_number
from app.web.library import LibraryDep
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
LAST_PAGE = 5000


@router.get("/search", name="search")
def show_search(  # noqa: PLR0913, PLR0917 - what stands in the address
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    q: str = "",
    assessment: str = "",
    kind: str = "",
    page: str = "",
) -> Response:
    """Criteria, answers and evidence in which the words stand."""
    chosen = None
    if assessment:
        number = whole_number(assessment)
        if number is None:
            raise NotFound(_("There is no such assessment."))
        chosen = assessments.get_readable(session, actor, number)
    turned_to = min(max(whole_number(page) or 1, 1), LAST_PAGE)
    found = search_page(session, library, Scope(actor, chosen), q[:LONGEST_QUERY], kind, turned_to)
    return render(request, "search/results.html", found)
