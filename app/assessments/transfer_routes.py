"""Import and export of the portable file."""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from app import clock
from app.accounts import access as accounts
from app.accounts.exports import Counted
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access, trail
from app.assessments.own_rubrics import library_of
from app.assessments.transfer import import_portable, to_portable_for
from app.errors import Finding, Invalid
from app.files.checks import clean_name
from app.i18n import gettext as _
from app.portable.read import MAX_BYTES, read
from app.portable.write import to_json, to_yaml
from app.web.forms import FormDep, whole_number
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import AsideDep, SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


def _uploaded(data: FormDep) -> tuple[bytes, str]:
    """The bytes and the clean name of the uploaded file. Raises Invalid without one."""
    upload = data.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        finding = Finding("file", 0, 0, "", _("no file was chosen"), _("choose a .yaml or .json file"))
        raise Invalid([finding])
    # One byte more than the limit is enough to know.
    return upload.file.read(MAX_BYTES + 1), clean_name(upload.filename)


@router.post("/assessments/import", name="import_assessment")
def import_assessment(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, data: FormDep) -> Response:
    """Make an assessment from a portable file; every problem of the file is shown with its line."""
    unit_id = whole_number(data.get("unit_id"))
    organisation_id = whole_number(data.get("organisation_id")) or 0
    organisation = accounts.get_organisation(session, actor, organisation_id, Permission.MANAGE, unit_id)
    try:
        content, name = _uploaded(data)
        known = library_of(session, library, organisation.id)
        portable = read(content, name, known)
    except Invalid as wrong:
        return render(request, "assessments/import_failed.html", status=422, findings=wrong.findings)
    assessment = import_portable(session, known, organisation, portable, actor, unit_id=unit_id, now=clock.now())
    return see_other(request, "assessment", assessment_id=assessment.id)


@router.get("/assessments/{assessment_id}/export.{ending}", name="export_assessment", dependencies=[Counted])
def export_assessment(
    session: SessionDep, aside: AsideDep, actor: CurrentActor, assessment_id: int, ending: Literal["yaml", "json"]
) -> Response:
    """The portable file."""
    assessment = access.get_readable(session, actor, assessment_id)
    portable = to_portable_for(session, actor, assessment)
    trail.note_export(aside, assessment, "assessment.exported", actor, {"format": ending})
    text, media = (to_yaml(portable), "application/yaml") if ending == "yaml" else (to_json(portable), "application/json")
    headers = {"content-disposition": f'attachment; filename="sapa-assessment-{assessment_id}.{ending}"'}
    return Response(text, media_type=f"{media}; charset=utf-8", headers=headers)
