"""Evidence of an assessment for guests: what is gathered for it, and nothing else of the library."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.exports import Counted
from app.accounts.signed_in import CurrentActor
from app.assessments import access, cited, pages
from app.evidence import preview_routes
from app.evidence.routes import sent_file
from app.files.previews import SHOWN_TYPES, Size
from app.web.library import LibraryDep
from app.web.session import AsideDep, SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(prefix="/assessments/{assessment_id}/evidence/{item_id}", include_in_schema=False)


@router.get("", name="assessment_evidence_item")
def show_item(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, item_id: int
) -> Response:
    """An item as it was gathered for the assessment, to read."""
    assessment = access.get_readable(session, actor, assessment_id)
    item = cited.get_evidence_of(session, actor, assessment, item_id)
    page = pages.assessment_page(session, library, actor, assessment, section="evidence")
    kinds = {one.id: one.label for one in pages.kind_choices(library)}
    kind = kinds.get(item.kind, item.kind)
    return render(request, "assessments/evidence_item.html", page, item=item, kind=kind, previewed=SHOWN_TYPES)


@router.get("/files/{number}", name="assessment_evidence_file", dependencies=[Counted])
def download(
    session: SessionDep,
    aside: AsideDep,
    settings: SettingsDep,
    actor: CurrentActor,
    assessment_id: int,
    item_id: int,
    number: int,
) -> Response:
    """The bytes of a version of it."""
    assessment = access.get_readable(session, actor, assessment_id)
    return sent_file(settings, aside, actor, cited.get_evidence_of(session, actor, assessment, item_id), number)


@router.get("/files/{number}/preview", name="assessment_evidence_preview")
def show_preview(
    request: Request,
    session: SessionDep,
    actor: CurrentActor,
    assessment_id: int,
    item_id: int,
    number: int,
    page: str = "1",
) -> Response:
    """A page of a version of it."""
    assessment = access.get_readable(session, actor, assessment_id)
    item = cited.get_evidence_of(session, actor, assessment, item_id)
    return preview_routes.shown(request, item, number, page, f"/assessments/{assessment_id}/evidence/{item_id}")


@router.get("/files/{number}/pages/{page}", name="assessment_evidence_page")
def show_picture(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    request: Request,
    session: SessionDep,
    aside: AsideDep,
    actor: CurrentActor,
    assessment_id: int,
    item_id: int,
    number: int,
    page: int,
    size: Size = Size.PAGE,
) -> Response:
    """The picture of a page of it."""
    assessment = access.get_readable(session, actor, assessment_id)
    item = cited.get_evidence_of(session, actor, assessment, item_id)
    return preview_routes.picture(request, aside, actor, item, number, page, size)
