"""The JSON API for the library as a whole: standing, tags, many items at once with preview and undo."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app import clock
from app.accounts import access as accounts
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.errors import PreconditionFailed
from app.evidence import access as evidence
from app.evidence import service
from app.evidence.api import EvidenceOut, out
from app.evidence.confidentiality import Confidentiality
from app.evidence.models import EvidenceItem
from app.evidence.tags import LONGEST, MOST, parted
from app.holdings import access, bulk, standing, unlinking
from app.holdings.bulk_forms import EMPTIED, NOBODY, BulkForm, plain
from app.holdings.choosing import items_of
from app.holdings.models import EvidenceBatch
from app.portable.model import Line
from app.rubrics.model import Day
from app.web.forms import Number
from app.web.if_match import PROBLEMS, STALE, IfMatch, version_of
from app.web.library import LibraryDep
from app.web.session import SessionDep

router = APIRouter(prefix="/api/v1", tags=["evidence"])
Tag = Annotated[str, Field(min_length=1, max_length=LONGEST)]
GivenTags = Annotated[list[Tag], Field(max_length=MOST), AfterValidator(lambda given: list(parted(given)))]
EDIT = Permission.EDIT_EVIDENCE


class WithdrawIn(standing.WithdrawForm):
    """Why an item counts no more: `withdrawn` by the house, or `rejected` as no evidence."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"status": "withdrawn", "reason": "Replaced by the policy of 2026"}}
    )


class TagsIn(BaseModel):
    """All tags of an item, in the place of those it has."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"tags": ["policy", "senate 2026"]}})

    tags: GivenTags


class BulkIn(BaseModel):
    """What becomes of every item. What is not named stays; a date, a language or the owner named as null is emptied."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {
        "valid_until": "2027-12-31", "owner_id": None, "add_tags": ["senate 2026"], "remove_tags": ["draft"],
    }})  # fmt: skip

    kind: Line | None = None
    date: Day | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    language: Line | None = None
    owner_id: Number | None = None
    confidentiality: Confidentiality | None = None
    add_tags: GivenTags = []
    remove_tags: GivenTags = []

    def form(self) -> BulkForm:
        """As the site's form says it."""
        named = self.model_dump(exclude_unset=True)
        cleared = {f"clear_{name}": True for name in EMPTIED if name in named and named[name] is None}
        owner = {"owner": named.pop("owner_id") or NOBODY} if "owner_id" in named else {}
        return BulkForm.model_validate({**named, **cleared, **owner})


class SeenItem(BaseModel):
    """An item and the version of it that was seen."""

    model_config = ConfigDict(extra="forbid")

    id: Number
    version: Number


class PreviewIn(BaseModel):
    """Which items (200 at most), and what would become of them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {
        "items": [3, 4], "changes": {"valid_until": "2027-12-31", "add_tags": ["senate 2026"]},
    }})  # fmt: skip

    items: list[Number]
    changes: BulkIn


class EditIn(BaseModel):
    """Which items as they were seen (200 at most), and what becomes of them: all, or none when one was changed meanwhile."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {
        "items": [{"id": 3, "version": 1}, {"id": 4, "version": 2}], "changes": {"add_tags": ["senate 2026"]},
    }})  # fmt: skip

    items: list[SeenItem]
    changes: BulkIn


class FieldChange(BaseModel):
    """A field as it is and as it would be."""

    before: str | int | list[str] | None
    after: str | int | list[str] | None


class ItemChange(BaseModel):
    """What would become of an item, by field; empty when nothing would. `version` is for the edit."""

    id: int
    code: str
    version: int
    changes: dict[str, FieldChange]


class BatchOut(BaseModel):
    """A change of many items: of what they say (`edit`) or of where they are cited (`link`). `codes` are the items."""

    id: int
    kind: str
    made_at: datetime
    made_by: int | None
    undone_at: datetime | None
    can_undo: bool
    codes: list[str]


class EditOut(BaseModel):
    """The batch that was made; none when every item was already as asked."""

    batch: BatchOut | None


class UndoIn(BaseModel):
    """Whether what was changed since is left as it is and the others are undone. Otherwise nothing is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"others": False}})

    others: Annotated[bool, Field(strict=True)] = False


def _fresh(session: SessionDep, response: Response, item: EvidenceItem) -> EvidenceOut:
    session.refresh(item, ["versions", "tagged"])
    response.headers["etag"] = f'"{item.version}"'
    return out(item)


@router.post("/evidence/{item_id}/withdraw", responses=PROBLEMS)
def withdraw(
    session: SessionDep, library: LibraryDep, actor: CurrentActor, response: Response, item_id: int, body: WithdrawIn
) -> EvidenceOut:
    """Let an item count no more, with the reason; what rests on it is scored again."""
    item = evidence.get_editable(session, actor, item_id)
    standing.withdraw(session, library, item, body, actor, now=clock.now())
    return _fresh(session, response, item)


@router.post("/evidence/{item_id}/revalidate", responses=PROBLEMS)
def revalidate(session: SessionDep, library: LibraryDep, actor: CurrentActor, response: Response, item_id: int) -> EvidenceOut:
    """Let a withdrawn item count again."""
    item = evidence.get_editable(session, actor, item_id)
    standing.revalidate(session, library, item, actor, now=clock.now())
    return _fresh(session, response, item)


@router.put("/evidence/{item_id}/tags", responses=STALE)
def put_tags(
    session: SessionDep, actor: CurrentActor, response: Response, item_id: int, body: TagsIn, if_match: IfMatch = None
) -> EvidenceOut:
    """Give an item these tags, made from the version in If-Match. They are stored in small letters, each once."""
    item = evidence.get_editable(session, actor, item_id)
    try:
        service.tag(session, item, body.tags, actor, version=version_of(if_match), now=clock.now())
    except service.EvidenceChanged as stale:
        raise PreconditionFailed(stale.message) from stale
    return _fresh(session, response, item)


@router.post("/organisations/{organisation_id}/evidence/bulk/preview", responses=PROBLEMS)
def preview(
    session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int, body: PreviewIn
) -> list[ItemChange]:
    """Exactly what would become of each item; nothing is changed."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, EDIT)
    items, form = items_of(session, actor, organisation.id, [str(one) for one in body.items]), body.changes.form()
    bulk.refuse_unfit(session, library, items, form, actor)
    return [ItemChange(id=one.id, code=one.code, version=one.version, changes=_changes(one, form)) for one in items]


def _changes(item: EvidenceItem, form: BulkForm) -> dict[str, Any]:
    return {
        name: FieldChange(before=plain(getattr(item, name)), after=plain(value)) for name, value in form.changes(item).items()
    }


@router.post("/organisations/{organisation_id}/evidence/bulk", responses=PROBLEMS)
def edit(session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int, body: EditIn) -> EditOut:
    """Change many items in one batch, which can be undone for 24 hours."""
    organisation, now = accounts.get_own_organisation(session, actor, organisation_id, EDIT), clock.now()
    items = items_of(session, actor, organisation.id, [str(one.id) for one in body.items])
    seen = {one.id: one.version for one in body.items}
    batch = bulk.edit(session, library, items, body.changes.form(), seen, actor, now=now)
    return EditOut(batch=_batch(batch, now) if batch else None)


def _batch(batch: EvidenceBatch, now: datetime) -> BatchOut:
    facts = {name: getattr(batch, name) for name in ("id", "kind", "made_at", "made_by", "undone_at")}
    codes = list(dict.fromkeys(str(one["code"]) for one in batch.changes))
    return BatchOut(**facts, can_undo=bulk.can_undo(batch, now=now), codes=codes)


@router.get("/organisations/{organisation_id}/evidence/batches", responses=PROBLEMS)
def list_batches(session: SessionDep, actor: CurrentActor, organisation_id: int) -> list[BatchOut]:
    """The latest changes of many items at once."""
    organisation, now = accounts.get_own_organisation(session, actor, organisation_id, EDIT), clock.now()
    return [_batch(one, now) for one in access.batches(session, actor, organisation.id)]


@router.post("/organisations/{organisation_id}/evidence/batches/{batch_id}/undo", responses=PROBLEMS)
def undo(
    session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int, batch_id: int, body: UndoIn
) -> BatchOut:
    """Undo a batch; when something in it was changed since, nothing is undone and it is named, unless `others` is true."""
    organisation, now = accounts.get_own_organisation(session, actor, organisation_id, EDIT), clock.now()
    batch = access.get_batch(session, actor, organisation.id, batch_id, lock=True)
    work = unlinking.undo_links if batch.kind == "link" else bulk.undo_edit
    work(session, library, batch, actor, others=body.others, now=now)
    return _batch(batch, now)
