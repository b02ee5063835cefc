"""Uploading evidence from a criterion's page, and changing what is said of an item (which can move scores)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from app import clock
from app.accounts.signed_in import CurrentActor
from app.assessments import access, service
from app.assessments.forms import LinkForm
from app.assessments.page_objects import Shown
from app.assessments.routes import show_with
from app.assessments.service import rescore_users_of
from app.errors import Problem
from app.evidence import access as evidence_access
from app.evidence import routes as evidence_routes
from app.evidence import service as evidence_service
from app.evidence.forms import EvidenceForm
from app.files.storage import Storage
from app.i18n import gettext as _
from app.web.forms import FormDep, fill, whole_number
from app.web.library import LibraryDep
from app.web.problems import status_of
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep

router = APIRouter(include_in_schema=False)


@router.post("/assessments/{assessment_id}/criteria/{reference}/upload", name="upload_evidence")
def upload(  # noqa: PLR0913, PLR0917 - the request and its dependencies
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    reference: str,
    data: FormDep,
) -> Response:
    """Store a file as a new item and link it. Refused as a whole when the file or a field cannot be taken."""
    assessment = access.get_editable(session, actor, assessment_id)
    service.get_criterion(session, library, assessment, reference)
    file = data.get("file")
    form = fill(EvidenceForm, data)
    errors = {f"upload_{name}": told for name, told in form.errors.items()}
    if form.value is not None and form.value.kind not in library.natures():
        errors["upload_kind"] = _("Please choose one of the answers offered.")
    if not isinstance(file, UploadFile) or not file.filename:
        errors["upload_file"] = _("Please choose a file.")
    # The code is not known before the item is; any will do to check the other fields of the link.
    link = fill(LinkForm, {**form.typed, "code": "E-01"})
    errors |= {f"upload_{name}": told for name, told in link.errors.items()}
    typed = {f"upload_{name}": value for name, value in form.typed.items()}
    if errors or form.value is None or link.value is None or not isinstance(file, UploadFile):
        shown = Shown(errors=errors, beside=typed)
        return show_with(request, session, library, actor, assessment, reference, shown, status=422)
    storage, limit, now, name = Storage(settings.files_dir), settings.max_upload, clock.now(), file.filename or "file"
    unit = assessment.unit_id
    try:
        item = evidence_service.add_with_file(
            session, storage, assessment.organisation_id, form.value, file.file, name, actor, unit_id=unit, limit=limit, now=now
        )
    except Problem as refused:
        shown, status = Shown(errors={"upload_file": refused.message}, beside=typed), status_of(refused)
        return show_with(request, session, library, actor, assessment, reference, shown, status=status)
    linked = link.value.model_copy(update={"code": item.code})
    service.link_evidence(session, library, assessment, reference, linked, actor, now=now)
    return see_other(request, "criterion", assessment_id=assessment.id, reference=reference, fragment="evidence")


@router.post("/evidence/{item_id}", name="describe_evidence")
def describe(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, item_id: int, data: FormDep
) -> Response:
    """Change what is said of an item; assessments that use it are scored again in the same transaction."""
    item = evidence_access.get_editable(session, actor, item_id)
    form = fill(EvidenceForm, data)
    errors = dict(form.errors)
    if form.value is not None and form.value.kind not in library.natures():
        errors["kind"] = _("Please choose one of the answers offered.")
    seen = whole_number(data.get("version"))
    try:
        if form.value is not None and not errors:
            version = -1 if seen is None else seen
            evidence_service.describe(session, item, form.value, actor, version=version, now=clock.now())
    except evidence_service.EvidenceChanged as stale:
        errors[""] = stale.message + " " + _("It is now called “{title}”.").format(title=item.title)
    except (evidence_service.NotAnOwner, evidence_service.OutOfSight) as refused:
        errors[evidence_service.field_of(refused)] = refused.message
    if errors:
        typed = {**form.typed, "version": str(item.version)}
        status = 409 if "" in errors and form.value is not None else 422
        return evidence_routes.show_with(request, session, library, actor, item, typed, errors, status=status)
    rescore_users_of(session, library, item)
    return see_other(request, "evidence_item", item_id=item.id)
