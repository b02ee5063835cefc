"""The library of an organisation: find, filter, choose."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts import access as accounts
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.evidence import access as evidence
from app.holdings import pages
from app.holdings.access import Asked
from app.holdings.filters import Filters
from app.web.library import LibraryDep
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


@router.get("/organisations/{organisation_id}/evidence", name="evidence_library")
def show_library(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    organisation_id: int,
) -> Response:
    """A page of the library, as its address asks."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.READ_EVIDENCE)
    today = actor.at.astimezone(ZoneInfo(settings.timezone)).date()
    readable = evidence.readable_in(session, actor, organisation.id)
    asked = Asked(actor, organisation.id, today, library.natures(), readable)
    filters = Filters.of(request.query_params)
    return render(request, "holdings/library.html", pages.library_page(session, library, asked, organisation, filters))
