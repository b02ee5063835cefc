"""Evidence of an assessment for guests: what is gathered for it, and nothing else of the library."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.signed_in import CurrentActor
from app.assessments import access, cited, pages
from app.evidence.routes import sent_file
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
    return render(request, "assessments/evidence_item.html", page, item=item, kind=kinds.get(item.kind, item.kind))


@router.get("/files/{number}", name="assessment_evidence_file")
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
