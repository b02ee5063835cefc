"""The JSON API for reports, `/api/v1`: every kind in every format that the site offers."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from app.accounts.exports import Counted
from app.accounts.signed_in import CurrentActor
from app.i18n import current
from app.reports import files, service
from app.reports.kinds import Kind, Page
from app.reports.prepared import Asked
from app.web.forms import Number
from app.web.if_match import PROBLEMS
from app.web.library import LibraryDep
from app.web.session import AsideDep, SessionDep, SettingsDep

router = APIRouter(prefix="/api/v1", tags=["reports"])
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {name: {} for name in dict.fromkeys(service.MEDIA_TYPES.values())}, "description": "The file"}
}


@router.get(
    "/assessments/{assessment_id}/report", response_class=Response, responses={**PROBLEMS, **CONTENT}, dependencies=[Counted]
)
def get_report(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    session: SessionDep,
    aside: AsideDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    kind: Kind = "full",
    ending: Annotated[service.Format, Query(alias="format")] = "pdf",
    lang: Literal["kk", "ru", "en"] | None = None,
    page: Page = "a4",
    against: Number | None = None,
) -> Response:
    """A report as a file. `against` is the earlier assessment that `kind=delta` compares with, else the one it follows."""
    asked = Asked(ending, kind, lang or current(), page, against)
    return files.make_file(session, aside, settings, library, actor, assessment_id, asked)
