"""Uploading evidence on a criterion's page and in the library, and changing what is said of an item (which can move scores)."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData, UploadFile

from app import clock
from app.accounts import access as accounts
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access, service, upload_pages
from app.assessments.forms import LinkForm
from app.assessments.page_objects import Shown
from app.assessments.routes import show_with
from app.assessments.service import rescore_users_of
from app.assessments.upload_pages import typed_for
from app.assessments.uploading import upload_to
from app.evidence import access as evidence_access
from app.evidence import routes as evidence_routes
from app.evidence import service as evidence_service
from app.evidence import uploads
from app.evidence.forms import EvidenceForm, UploadForm
from app.evidence.uploads import Brought, Taken, Target
from app.files.storage import Storage
from app.i18n import gettext as _
from app.rubrics.registry import Library
from app.web.forms import FormDep, fill, whole_number
from app.web.library import LibraryDep
from app.web.problems import wants_json
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form with files as it came."""

    files: tuple[Brought, ...]
    kind: str
    link: LinkForm | None
    errors: dict[str, str]
    typed: dict[str, str]


def _sent(library: Library, data: FormData) -> Sent:
    """Read a form with files. A title that was left empty is made of the file's name; a kind is never guessed."""
    form = fill(UploadForm, data)
    errors = {f"upload_{name}": told for name, told in form.errors.items()}
    if form.value is not None and form.value.kind not in library.natures():
        errors["upload_kind"] = _("Please choose one of the answers offered.")
    uploaded = [one for one in data.getlist("file") if isinstance(one, UploadFile) and one.filename]
    if not uploaded:
        errors["upload_file"] = _("Please choose a file.")
    title = form.value.title if form.value and len(uploaded) == 1 else None
    if form.value and form.value.title and len(uploaded) > 1:
        errors["upload_title"] = _("One title cannot be that of several files: leave it empty, or upload one file.")
    # The code is not known before the item is; any will do to check the other fields of the link.
    link = fill(LinkForm, {**form.typed, "code": "E-01"})
    errors |= {f"upload_{name}": told for name, told in link.errors.items()}
    files = tuple(Brought(one.filename or "file", one.file, title) for one in uploaded)
    return Sent(files, form.value.kind if form.value else "", link.value, errors, typed_for(form.typed))


def _all_refused(taken: Sequence[Taken]) -> str:
    """What is wrong with the files when none of them could be taken: the form comes back with what was typed. Else empty."""
    refused = [one for one in taken if one.fate is uploads.Fate.REFUSED]
    return " ".join(f"{one.name}: {one.told}" for one in refused) if len(refused) == len(taken) else ""


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
    """Store files as new items and link them. A file that cannot be taken keeps no other from being taken."""
    assessment = access.get_editable(session, actor, assessment_id)
    service.get_criterion(session, library, assessment, reference)
    sent = _sent(library, data)
    if sent.errors or sent.link is None:
        if wants_json(request):
            return JSONResponse({"errors": sent.errors}, status_code=422)
        shown = Shown(errors=sent.errors, beside=sent.typed)
        return show_with(request, session, library, actor, assessment, reference, shown, status=422)
    target = Target(
        Storage(settings.files_dir, settings.scanner), assessment.organisation_id, assessment.unit_id, settings.max_upload
    )
    taken = upload_to(session, library, assessment, reference, target, sent.files, sent.kind, sent.link, actor, now=clock.now())
    page = upload_pages.of_criterion(session, library, assessment, reference, taken)
    if wants_json(request):
        answer = access.find_answer(session, assessment, reference)
        return JSONResponse({**page.as_json(), "version": answer.version if answer else 0}, status_code=page.status)
    if not page.needs_reading:
        return see_other(request, "criterion", assessment_id=assessment.id, reference=reference, fragment="evidence")
    if told := _all_refused(taken):
        shown = Shown(errors={"upload_file": told}, beside=sent.typed)
        return show_with(request, session, library, actor, assessment, reference, shown, status=422)
    return render(request, "evidence/uploaded.html", page, status=page.status)


@router.post("/organisations/{organisation_id}/evidence/uploads", name="upload_to_library")
def upload_to_library(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    organisation_id: int,
    data: FormDep,
) -> Response:
    """Store files as new items of the organisation or of one of its units; criteria are suggested, nothing is linked."""
    unit_id = whole_number(data.get("unit_id"))
    organisation = accounts.get_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE, unit_id)
    sent = _sent(library, data)
    if sent.errors:
        if wants_json(request):
            return JSONResponse({"errors": sent.errors}, status_code=422)
        typed = {**sent.typed, "upload_unit_id": "" if unit_id is None else str(unit_id)}
        return evidence_routes.adding_with(request, session, library, actor, organisation.id, typed, sent.errors, status=422)
    target = Target(Storage(settings.files_dir, settings.scanner), organisation.id, unit_id, settings.max_upload)
    taken = uploads.take(session, target, sent.files, sent.kind, actor, now=clock.now())
    page = upload_pages.of_library(session, library, actor, organisation.id, taken)
    if wants_json(request):
        return JSONResponse(page.as_json(), status_code=page.status)
    if told := _all_refused(taken):
        typed, wrong = {**sent.typed, "upload_unit_id": "" if unit_id is None else str(unit_id)}, {"upload_file": told}
        return evidence_routes.adding_with(request, session, library, actor, organisation.id, typed, wrong, status=422)
    if not page.needs_reading:
        return see_other(request, "evidence_library", organisation_id=organisation.id)
    return render(request, "evidence/uploaded.html", page, status=page.status)


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
