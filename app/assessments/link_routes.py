"""Linking evidence of the library to an answer, and taking a link away."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from app import clock
from app.accounts.signed_in import CurrentActor
from app.assessments import access, service
from app.assessments.forms import LinkForm
from app.assessments.page_objects import Shown
from app.assessments.routes import show_with
from app.web.forms import FormDep, fill
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep

router = APIRouter(include_in_schema=False)
_ROW = re.compile(r"r\d{1,2}-c-[A-Za-z0-9-]{1,120}")


@router.post("/assessments/{assessment_id}/criteria/{reference}/links", name="link_evidence")
def link_evidence(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    reference: str,
    data: FormDep,
) -> Response:
    """Link an item of the library to the answer. It never writes a level."""
    row = _coverage_row(data)
    assessment = access.get_editable(session, actor, assessment_id)
    service.get_criterion(session, library, assessment, reference)
    form = fill(LinkForm, data)
    if form.value is None:
        errors = {f"link_{name}": told for name, told in form.errors.items()}
        shown = Shown(errors=errors, beside={f"link_{name}": typed for name, typed in form.typed.items()})
        return show_with(request, session, library, actor, assessment, reference, shown, status=422)
    try:
        service.link_evidence(session, library, assessment, reference, form.value, actor, now=clock.now())
    except service.AlreadyLinked as refused:
        if row:
            return see_other(request, "coverage", query=f"open={row}", fragment=row, assessment_id=assessment.id)
        typed = {f"link_{name}": value for name, value in form.typed.items()}
        shown = Shown(errors={"link_where": refused.message}, beside=typed)
        return show_with(request, session, library, actor, assessment, reference, shown, status=409)
    if row:
        return see_other(request, "coverage", query=f"open={row}", fragment=row, assessment_id=assessment.id)
    return see_other(request, "criterion", assessment_id=assessment.id, reference=reference, fragment="evidence")


def _coverage_row(data: FormData) -> str:
    """The row of the coverage page that asked for the link, to lead back to it; empty when it came from elsewhere."""
    row = data.get("back")
    return row if isinstance(row, str) and _ROW.fullmatch(row) else ""


@router.post("/assessments/{assessment_id}/links/{link_id}/remove", name="unlink_evidence")
def unlink_evidence(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, link_id: int
) -> Response:
    """Take a link away; the item stays in the library."""
    assessment = access.get_editable(session, actor, assessment_id)
    reference = service.unlink_evidence(session, library, assessment, link_id, actor, now=clock.now())
    return see_other(request, "criterion", assessment_id=assessment.id, reference=reference, fragment="evidence")
