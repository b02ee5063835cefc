"""Whether an item still counts: withdrawing it with a reason, letting it count again, deleting one that nobody cites."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, StringConstraints
from sqlalchemy import delete as sql_delete
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import cited
from app.assessments.models import GatheredEvidence, Snapshot
from app.assessments.service import rescore_users_of
from app.errors import Conflict
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.evidence.panels import AskedOfItem
from app.evidence.service import note
from app.files.storage import Storage
from app.i18n import gettext as _
from app.portable.model import Prose
from app.rubrics.registry import Library

LONGEST_REASON = 1000


class StillCited(Conflict):
    """An item that something rests on is not deleted."""


def _lines(value: Any) -> Any:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value


class WithdrawForm(BaseModel):
    """Why an item does not count any more."""

    status: Literal["withdrawn", "rejected"] = "withdrawn"
    reason: Annotated[Prose, BeforeValidator(_lines), StringConstraints(max_length=LONGEST_REASON)]


@dataclass(frozen=True, slots=True)
class StandingPanel:
    """What can be done about an item: `uses` citations, in `approved` when an approved assessment has it."""

    item_id: int
    code: str
    valid: bool
    uses: int
    approved: bool


def build(asked: AskedOfItem) -> StandingPanel | None:
    """The panel of an item, for who may change it."""
    if not asked.may_edit:
        return None
    item, uses = asked.item, cited.count_uses(asked.session, asked.item)
    return StandingPanel(item.id, item.code, item.status == "valid", uses, _is_approved(asked.session, item))


def _is_approved(session: Session, item: EvidenceItem) -> bool:
    """Whether an assessment was approved with this item in it: what was approved stays traceable."""
    query = (
        select(Snapshot.id)
        .join(GatheredEvidence, GatheredEvidence.assessment_id == Snapshot.assessment_id)
        .where(GatheredEvidence.item_id == item.id)
    )
    return session.scalar(query.limit(1)) is not None


def withdraw(session: Session, library: Library, item: EvidenceItem, form: WithdrawForm, actor: Actor, *, now: datetime) -> None:
    """Let an item count no more, with the reason; what rests on it is scored again."""
    item.status, item.withdrawn_because, item.withdrawn_at = form.status, form.reason, now
    item.version += 1
    session.flush()
    rescore_users_of(session, library, item)
    note(session, item, "evidence.withdrawn", actor, now=now, data={"code": item.code, "status": item.status})


def revalidate(session: Session, library: Library, item: EvidenceItem, actor: Actor, *, now: datetime) -> None:
    """Let a withdrawn item count again; nothing happens to one that counts."""
    if item.status == "valid":
        return
    item.status, item.withdrawn_because, item.withdrawn_at = "valid", None, None
    item.version += 1
    session.flush()
    rescore_users_of(session, library, item)
    note(session, item, "evidence.valid_again", actor, now=now, data={"code": item.code})


def delete(session: Session, storage: Storage, item: EvidenceItem, actor: Actor, *, now: datetime) -> None:
    """Delete an item that nobody cites, its versions and the bytes that no other version needs. Raises StillCited.

    The bytes go after the commit: a transaction that fails leaves everything.
    """
    session.execute(select(EvidenceItem.id).where(EvidenceItem.id == item.id).with_for_update())
    if cited.count_uses(session, item):
        raise StillCited(_("{code} is cited: it can only be withdrawn, with a reason.").format(code=item.code))
    if _is_approved(session, item):
        message = _("{code} belongs to an approved assessment: it can only be withdrawn, with a reason.")
        raise StillCited(message.format(code=item.code))
    digests = {one.sha256 for one in item.versions}
    session.execute(sql_delete(GatheredEvidence).where(GatheredEvidence.item_id == item.id))
    session.execute(sql_delete(EvidenceItem).where(EvidenceItem.id == item.id).execution_options(synchronize_session=False))
    kept = set(session.scalars(select(EvidenceVersion.sha256).where(EvidenceVersion.sha256.in_(digests))))
    _remove_later(session, storage, digests - kept)
    note(session, item, "evidence.deleted", actor, now=now, data={"code": item.code})


def _remove_later(session: Session, storage: Storage, digests: Iterable[str]) -> None:
    paths = [storage.path_of(one) for one in digests]

    @event.listens_for(session, "after_commit", once=True)
    def _remove(_session: Session) -> None:
        for path in paths:
            path.unlink(missing_ok=True)
