"""The JSON API for an organisation's evidence."""

from datetime import date as day
from typing import Any

from fastapi import APIRouter, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict

from app import clock
from app.accounts import access as accounts
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.errors import Finding, Invalid
from app.evidence import access, service
from app.evidence.forms import EvidenceForm
from app.evidence.models import EvidenceItem
from app.files.storage import Storage
from app.i18n import gettext as _
from app.scanning import Infected
from app.web.forms import Number
from app.web.if_match import PROBLEMS
from app.web.library import LibraryDep
from app.web.problems import on_problem
from app.web.session import SessionDep, SettingsDep

router = APIRouter(prefix="/api/v1", tags=["evidence"])


class EvidenceIn(EvidenceForm):
    """What is said of an item; its kind decides what it can prove."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {
        "title": "Quality assurance policy", "kind": "policy", "date": "2025-03-28", "valid_from": "2025-04-01", "language": "kk",
    }})  # fmt: skip


class FileOut(BaseModel):
    """A version of an item's file; the bytes are at `/evidence/{id}/files/{number}`."""

    number: int
    file_name: str
    media_type: str
    size: int
    sha256: str


class EvidenceOut(BaseModel):
    """An item with its version and files, newest file last."""

    id: int
    code: str
    title: str
    kind: str
    date: day | None
    valid_from: day | None
    valid_until: day | None
    language: str | None
    url: str | None
    seen_on: day | None
    status: str
    withdrawn_because: str | None
    confidentiality: str
    owner_id: int | None
    tags: list[str]
    note: str | None
    version: int
    versions: list[FileOut]


def out(item: EvidenceItem) -> EvidenceOut:
    """What the API says of an item."""
    return EvidenceOut.model_validate(item, from_attributes=True)


@router.get("/organisations/{organisation_id}/evidence", responses=PROBLEMS)
def list_evidence(session: SessionDep, actor: CurrentActor, organisation_id: int) -> list[EvidenceOut]:
    """The organisation's library, newest first."""
    accounts.get_own_organisation(session, actor, organisation_id, Permission.READ_EVIDENCE)
    return [out(item) for item in access.in_organisation(session, actor, organisation_id)]


@router.get("/evidence/{item_id}", responses=PROBLEMS)
def get_evidence(session: SessionDep, actor: CurrentActor, response: Response, item_id: int) -> EvidenceOut:
    """One item."""
    item = access.get_readable(session, actor, item_id)
    response.headers["etag"] = f'"{item.version}"'
    return out(item)


@router.post("/organisations/{organisation_id}/evidence", status_code=201, responses=PROBLEMS)
def add_evidence(
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    organisation_id: int,
    body: EvidenceIn,
    unit_id: Number | None = None,
) -> EvidenceOut:
    """Add an item without a file, for the whole organisation or for one of its units; send the file afterwards."""
    organisation = accounts.get_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE, unit_id)
    if body.kind not in library.natures():
        problem = _("unknown kind of evidence “{kind}”").format(kind=body.kind)
        raise Invalid([Finding("body", 0, 0, "kind", problem, _("use a kind from kinds.yaml, or add it there"))])
    item = service.add(session, organisation.id, body, actor, unit_id=unit_id, now=clock.now())
    session.refresh(item, ["versions", "tagged"])
    return out(item)


@router.post("/evidence/{item_id}/files", status_code=201, responses=PROBLEMS, response_model=EvidenceOut)
def add_file(
    request: Request, session: SessionDep, settings: SettingsDep, actor: CurrentActor, item_id: int, file: UploadFile
) -> Any:
    """Upload a file (multipart/form-data, field `file`) as the item's newest version."""
    item = access.get_editable(session, actor, item_id)
    storage, limit = Storage(settings.files_dir, settings.scanner), settings.max_upload
    try:
        service.add_version(session, storage, item, file.file, file.filename or "file", actor, limit=limit, now=clock.now())
    except Infected as infected:
        # Answered, not raised: that it was blocked stays in the trail.
        return on_problem(request, infected)
    session.refresh(item, ["versions"])
    return out(item)
