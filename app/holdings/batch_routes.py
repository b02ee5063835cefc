"""Recent bulk edits: what was done together, and undoing it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts import access as accounts
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.accounts.trail_words import Known
from app.holdings import access, bulk, unlinking
from app.holdings.models import EvidenceBatch
from app.web.forms import FormDep
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(prefix="/organisations/{organisation_id}/evidence/batches", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch of the list."""

    id: int
    kind: str
    made_at: datetime
    made_by: str
    undone_at: datetime | None
    count: int
    can_undo: bool
    changes: tuple[dict[str, Any], ...]

    @property
    def skipped(self) -> tuple[dict[str, Any], ...]:
        """Links that were there already."""
        return tuple(one for one in self.changes if self.kind == "link" and one["link"] is None)

    @property
    def done(self) -> tuple[dict[str, Any], ...]:
        """What was changed."""
        return tuple(one for one in self.changes if one not in self.skipped)


@dataclass(frozen=True, slots=True)
class BatchesPage:
    """The latest batches, or one; `stale` names what was changed since, when undoing was asked."""

    organisation_id: int
    batches: tuple[BatchRow, ...]
    problem: str = ""
    partly: bool = False


def _rows(session: SessionDep, batches: list[EvidenceBatch], now: datetime) -> tuple[BatchRow, ...]:
    known = Known(accounts.names_of(session, {one.made_by for one in batches if one.made_by}))
    return tuple(
        BatchRow(
            id=one.id,
            kind=one.kind,
            made_at=one.made_at,
            made_by=known.person(one.made_by),
            undone_at=one.undone_at,
            count=sum(change.get("link", 0) is not None for change in one.changes),
            can_undo=bulk.can_undo(one, now=now),
            changes=tuple(one.changes),
        )
        for one in batches
    )


@router.get("", name="evidence_batches")
def show_batches(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int) -> Response:
    """The latest bulk edits."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE)
    rows = _rows(session, access.batches(session, actor, organisation.id), clock.now())
    return render(request, "holdings/batches.html", BatchesPage(organisation.id, rows))


@router.get("/{batch_id}", name="evidence_batch")
def show_batch(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int, batch_id: int) -> Response:
    """What was done together."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE)
    batch = access.get_batch(session, actor, organisation.id, batch_id)
    return render(request, "holdings/batch.html", BatchesPage(organisation.id, _rows(session, [batch], clock.now())))


@router.post("/{batch_id}/undo", name="undo_evidence_batch")
def undo(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    organisation_id: int,
    batch_id: int,
    data: FormDep,
) -> Response:
    """Undo a batch as a whole; when something was changed since, it is named, and the others can be undone."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE)
    batch, now = access.get_batch(session, actor, organisation.id, batch_id, lock=True), clock.now()
    work = unlinking.undo_links if batch.kind == "link" else bulk.undo_edit
    try:
        work(session, library, batch, actor, others=data.get("others") == "yes", now=now)
    except bulk.ChangedMeanwhile as refused:
        page = BatchesPage(organisation.id, _rows(session, [batch], now), refused.message, partly=True)
        return render(request, "holdings/batch.html", page, status=409)
    except bulk.TooLate as refused:
        page = BatchesPage(organisation.id, _rows(session, [batch], now), refused.message)
        return render(request, "holdings/batch.html", page, status=409)
    return see_other(request, "evidence_batch", organisation_id=organisation.id, batch_id=batch.id)
