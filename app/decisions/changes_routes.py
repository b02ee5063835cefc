"""What changed since a revision, as a file: from the page on which revisions are compared, and through the API."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from app.accounts.actor import Actor
from app.accounts.exports import Counted
from app.accounts.signed_in import CurrentActor
from app.assessments import trail
from app.assessments.models import Assessment
from app.decisions import access, changes_files, files
from app.i18n import current
from app.reports.prepared import Asked, Made
from app.reports.service import MEDIA_TYPES
from app.web.downloads import download
from app.web.forms import Number
from app.web.if_match import PROBLEMS
from app.web.library import LibraryDep
from app.web.session import Aside, AsideDep, SessionDep, SettingsDep

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1", tags=["reports"])
Ending = Literal["pdf", "html", "json"]
Language = Literal["kk", "ru", "en"]
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPES[one]: {} for one in ("pdf", "html", "json")}, "description": "The file"}
}


@router.get("/assessments/{assessment_id}/revisions/{number}/changes.{ending}", name="changes_file", dependencies=[Counted])
def changes_file(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    session: SessionDep,
    aside: AsideDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    number: Number,
    ending: Ending,
    lang: Language | None = None,
) -> Response:
    """What changed from a revision to now."""
    assessment = access.get_decided(session, actor, assessment_id)
    asked = Asked(ending, "delta", lang or current())
    made = changes_files.make(session, settings, library, actor, assessment, number, asked)
    return _noted(aside, actor, assessment, f"revision-{number}-now", asked, made)


@api.get(
    "/assessments/{assessment_id}/revisions/{number}/changes",
    response_class=Response,
    responses={**PROBLEMS, **CONTENT},
    dependencies=[Counted],
)
def get_changes(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    session: SessionDep,
    aside: AsideDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    number: Number,
    until: Number | None = None,
    ending: Annotated[Ending, Query(alias="format")] = "json",
    lang: Language | None = None,
) -> Response:
    """What changed since a revision, as a file: up to the revision `until`, or up to now."""
    assessment = access.get_decided(session, actor, assessment_id)
    asked = Asked(ending, "delta", lang or current(), against=number)
    if until is None:
        made = changes_files.make(session, settings, library, actor, assessment, number, asked)
    else:
        made = files.make(session, settings, library, actor, assessment, until, asked)
    return _noted(aside, actor, assessment, f"revision-{number}-{until or 'now'}", asked, made)


def _noted(aside: Aside, actor: Actor, assessment: Assessment, what: str, asked: Asked, made: Made) -> Response:
    """The file, noted in the trail."""
    trail.note_export(aside, assessment, "report.made", actor, made.told)
    return download(made.content, f"sapa-delta-{assessment.id}-{what}-{asked.language}.{asked.ending}", MEDIA_TYPES[asked.ending])
