"""Pages of evidence: a new item, one item, its files."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.datastructures import UploadFile

from app import clock
from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.exports import Counted, note_export
from app.accounts.offered import offered_units
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.config import Settings
from app.errors import Conflict, NotFound, Problem
from app.evidence import access, service
from app.evidence.confidentiality import words
from app.evidence.forms import EvidenceForm
from app.evidence.kinds import kinds_of
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.evidence.panels import AskedOfItem, shown
from app.files.previews import SHOWN_TYPES
from app.files.storage import Storage
from app.i18n import gettext as _
from app.web.forms import FormDep, fill, whole_number
from app.web.library import LibraryDep
from app.web.problems import status_of
from app.web.redirects import see_other
from app.web.session import Aside, AsideDep, SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the fields of an item offer."""

    kinds: tuple[tuple[str, str, str], ...]
    owners: tuple[tuple[int, str], ...]
    confidentialities: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddPage:
    """The form for a new item."""

    organisation_id: int
    organisation: str
    units: tuple[tuple[str, str], ...]
    """Where the person may add evidence: (unit's id, name), an empty id for the whole organisation."""
    choices: Choices
    typed: dict[str, str]
    errors: dict[str, str]
    scans: bool = False
    """A virus scanner is set: what it has not seen yet is told."""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item with its files and the form to describe it."""

    item: EvidenceItem
    kind: str
    unit: str | None
    owner: str | None
    may_edit: bool
    choices: Choices
    panels: tuple[tuple[str, Any], ...]
    typed: dict[str, str]
    errors: dict[str, str]
    previewed: tuple[str, ...] = SHOWN_TYPES
    """The types of files that have previews."""

    @property
    def preview(self) -> int | None:
        """The number of the newest file, if it has a preview."""
        newest = max(self.item.versions, key=lambda one: one.number, default=None)
        shown = newest is not None and newest.media_type in self.previewed and newest.threat is None
        return newest.number if newest is not None and shown else None


def choices_of(session: SessionDep, library: LibraryDep, actor: Actor, organisation_id: int) -> Choices:
    """What can be chosen for the items of an organisation."""
    return Choices(
        kinds=kinds_of(library),
        owners=tuple(access.owners(session, actor, organisation_id)),
        confidentialities=tuple(words().items()),
        tags=tuple(access.tags_of(session, actor, organisation_id)),
    )


@router.get("/organisations/{organisation_id}/evidence/new", name="new_evidence")
def show_form(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int) -> Response:
    """The form for a new item."""
    return _adding(request, session, library, actor, organisation_id, {}, {})


def _adding(  # noqa: PLR0913 - the page with what was typed
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    organisation_id: int,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    status: int = 200,
) -> Response:
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE)
    page = AddPage(
        organisation_id=organisation.id,
        organisation=organisation.name,
        units=offered_units(session, actor, organisation.id, Permission.EDIT_EVIDENCE),
        choices=choices_of(session, library, actor, organisation.id),
        typed=typed,
        errors=errors,
        scans=request.app.state.settings.scanner is not None,
    )
    return render(request, "evidence/add.html", page, status=status)


def adding_with(  # noqa: PLR0913 - as _adding
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    organisation_id: int,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    status: int,
) -> Response:
    """The page for adding evidence with what was typed into its form for files, and what is wrong with it."""
    return _adding(request, session, library, actor, organisation_id, typed, errors, status=status)


@router.post("/organisations/{organisation_id}/evidence", name="add_evidence")
def add_evidence(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    organisation_id: int,
    data: FormDep,
) -> Response:
    """Add an item, with a file or without. A file that cannot be taken leaves no item behind."""
    unit_id = whole_number(data.get("unit_id"))
    organisation = accounts.get_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE, unit_id)
    form = fill(EvidenceForm, data)
    errors = dict(form.errors)
    upload = data.get("file")
    if form.value is not None and form.value.kind not in library.natures():
        errors["kind"] = _("Please choose one of the answers offered.")
    if errors or form.value is None:
        return _adding(request, session, library, actor, organisation_id, dict(form.typed), errors, status=422)
    if not isinstance(upload, UploadFile) or not upload.filename:
        upload = None
    storage, limit, now, value = Storage(settings.files_dir, settings.scanner), settings.max_upload, clock.now(), form.value
    try:
        if upload is None:
            item = service.add(session, organisation.id, value, actor, unit_id=unit_id, now=now)
        else:
            file, name = upload.file, upload.filename or "file"
            item = service.add_with_file(
                session, storage, organisation.id, value, file, name, actor, unit_id=unit_id, limit=limit, now=now
            )
    except Problem as refused:
        errors, status = {service.field_of(refused): refused.message}, status_of(refused)
        return _adding(request, session, library, actor, organisation_id, dict(form.typed), errors, status=status)
    return see_other(request, "evidence_item", item_id=item.id)


@router.get("/evidence/{item_id}", name="evidence_item")
def show_item(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, item_id: int) -> Response:
    """One item."""
    item = access.get_readable(session, actor, item_id)
    return show_with(request, session, library, actor, item, described(item), {})


def described(item: EvidenceItem) -> dict[str, str]:
    """What the form shows of a stored item."""
    names = ("title", "kind", "date", "valid_from", "valid_until", "language", "url", "seen_on", "version")
    more = ("confidentiality", "owner_id", "note")
    told = {name: str(value) for name in (*names, *more) if (value := getattr(item, name)) is not None}
    return {**told, "tags": ", ".join(item.tags)}


def show_with(  # noqa: PLR0913 - as _library
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    item: EvidenceItem,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    status: int = 200,
) -> Response:
    """The item's page with what was typed and what is wrong with it."""
    may_edit = access.may(session, actor, item, Permission.EDIT_EVIDENCE)
    choices = choices_of(session, library, actor, item.organisation_id)
    owner = accounts.names_of(session, [item.owner_id]).get(item.owner_id) if item.owner_id else None
    if item.owner_id and item.owner_id not in dict(choices.owners):
        choices = replace(choices, owners=(*choices.owners, (item.owner_id, owner or "–")))
    asked = AskedOfItem(session, library, actor, item, may_edit)
    page = ItemPage(
        item=item,
        kind=next((label for name, label, _nature in choices.kinds if name == item.kind), item.kind),
        unit=accounts.get_unit(session, item.organisation_id, item.unit_id).name if item.unit_id else None,
        owner=owner,
        may_edit=may_edit,
        choices=choices,
        panels=shown(request.app.state.item_panels, asked),
        typed=typed,
        errors=errors,
    )
    return render(request, "evidence/item.html", page, status=status)


@router.post("/evidence/{item_id}/files", name="add_file")
def add_file(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    item_id: int,
    data: FormDep,
) -> Response:
    """Upload a new version of the file; the earlier ones stay."""
    item = access.get_editable(session, actor, item_id)
    upload = data.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        errors = {"file": _("Please choose a file.")}
        return show_with(request, session, library, actor, item, described(item), errors, status=422)
    storage, limit, now = Storage(settings.files_dir, settings.scanner), settings.max_upload, clock.now()
    try:
        service.add_version(session, storage, item, upload.file, upload.filename, actor, limit=limit, now=now)
    except Problem as refused:
        errors, status = {"file": refused.message}, status_of(refused)
        return show_with(request, session, library, actor, item, described(item), errors, status=status)
    return see_other(request, "evidence_item", item_id=item.id)


@router.get("/evidence/{item_id}/files/{number}", name="evidence_file", dependencies=[Counted])
def download(
    session: SessionDep, aside: AsideDep, settings: SettingsDep, actor: CurrentActor, item_id: int, number: int
) -> Response:
    """The bytes of a version: always as a download with its own name, never shown by the browser."""
    return sent_file(settings, aside, actor, access.get_readable(session, actor, item_id), number)


class BlockedFile(Conflict):
    """The virus scanner found something in the file: nobody gets it."""


def refuse_blocked(version: EvidenceVersion) -> None:
    """Raise BlockedFile for a file in which the virus scanner found something."""
    if version.threat is not None:
        message = _("This file is blocked: the virus scanner found “{threat}” in it. Upload a clean version.")
        raise BlockedFile(message.format(threat=version.threat))


def sent_file(settings: Settings, aside: Aside, actor: Actor, item: EvidenceItem, number: int) -> Response:
    """The answer with the bytes of a version of an item that the person may open, noted in the trail. Raises NotFound."""
    version = next((one for one in item.versions if one.number == number), None)
    path = Storage(settings.files_dir).path_of(version.sha256) if version else None
    if version is None or path is None or not path.exists():
        raise NotFound(_("There is no such file."))
    refuse_blocked(version)
    subject, data = f"evidence:{item.id}", {"number": version.number, "sha256": version.sha256}
    note_export(aside, actor, "evidence.downloaded", of_chain=item.organisation_id, subject=subject, data=data)
    plain = version.file_name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "'")
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(version.file_name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return FileResponse(path, media_type=version.media_type, headers=headers)
