"""Changing many items at once: all or nothing, as one batch that can be undone for a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import cited, unasked
from app.assessments.answers import store_score
from app.assessments.service import lock
from app.audit import chain
from app.errors import Conflict, Problem
from app.evidence import access as evidence
from app.evidence import service
from app.evidence.confidentiality import Confidentiality
from app.evidence.models import EvidenceItem, EvidenceTag
from app.evidence.tags import MOST
from app.holdings.bulk_forms import BulkForm, from_plain, plain
from app.holdings.models import EvidenceBatch
from app.i18n import gettext as _
from app.rubrics.registry import Library

UNDO = timedelta(hours=24)
"""How long a batch can be undone."""


class ChangedMeanwhile(Conflict):
    """Items were changed since they were shown, or since the batch; `codes` names them."""

    def __init__(self, message: str, codes: Sequence[str]) -> None:
        super().__init__(message.format(codes=", ".join(codes)))
        self.codes = tuple(codes)


class NotForThese(Problem):
    """The change does not fit some of the items."""


class TooLate(Conflict):
    """The batch was undone already, or is older than a day."""


def refuse_unfit(session: Session, library: Library, items: Iterable[EvidenceItem], form: BulkForm, actor: Actor) -> None:
    """Refuse a change that does not fit every item. Raises NotForThese, NotAnOwner or OutOfSight."""
    if form.kind is not None and form.kind not in library.natures():
        raise NotForThese(_("unknown kind of evidence “{kind}”").format(kind=form.kind))
    wrong, full = [], []
    for item in items:
        changes = form.changes(item)
        begin, end = (changes.get(name, getattr(item, name)) for name in ("valid_from", "valid_until"))
        if begin and end and begin > end:
            wrong.append(item.code)
        if len(changes.get("tags", ())) > MOST:
            full.append(item.code)
        level = Confidentiality(changes.get("confidentiality", item.confidentiality))
        if changes.keys() & {"owner_id", "confidentiality"}:
            owner = changes.get("owner_id", item.owner_id)
            place, present = (item.organisation_id, item.unit_id), item.owner_id
            service.refuse_wrong_hands(session, *place, level, owner, actor, present=present)
    if wrong:
        raise NotForThese(_("“Valid until” would lie before “valid from”: {codes}").format(codes=", ".join(wrong)))
    if full:
        raise NotForThese(_("These would have more than 20 tags: {codes}").format(codes=", ".join(full)))


def edit(
    session: Session,
    library: Library,
    items: Sequence[EvidenceItem],
    form: BulkForm,
    seen: Mapping[int, int],
    actor: Actor,
    *,
    now: datetime,
) -> EvidenceBatch | None:
    """Change the items as the form says, in one batch; None when nothing would become other than it is.

    `seen` has the version of each item as the person saw it. Raises ChangedMeanwhile, and what `refuse_unfit` raises.
    """
    if stale := [one.code for one in items if seen.get(one.id) != one.version]:
        raise ChangedMeanwhile(_("Somebody changed these meanwhile: {codes}. Look at them again."), stale)
    refuse_unfit(session, library, items, form, actor)
    done = []
    for item in items:
        changes = form.changes(item)
        if changes:
            before = {name: plain(getattr(item, name)) for name in changes}
            _set(item, changes)
            done.append({"item": item.id, "code": item.code, "version": item.version, "before": before})
    if not done:
        return None
    batch = keep(session, items[0].organisation_id, "edit", done, actor, now=now)
    _rescore(session, library, items)
    for item in items:
        if item.id in {one["item"] for one in done}:
            data = {"version": item.version, "status": item.status}
            service.note(session, item, "evidence.described", actor, now=now, data=data)
    note(session, batch, "evidence.changed_together", actor, len(done), now=now)
    return batch


def _set(item: EvidenceItem, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name == "tags":
            present = {one.tag: one for one in item.tagged}
            item.tagged = [present.get(tag) or EvidenceTag(tag=tag) for tag in value]
        else:
            setattr(item, name, value)
    item.version += 1


def keep(
    session: Session, organisation_id: int, kind: str, changes: list[dict[str, Any]], actor: Actor, *, now: datetime
) -> EvidenceBatch:
    """A batch of what was done."""
    batch = EvidenceBatch(organisation_id=organisation_id, kind=kind, made_at=now, made_by=actor.id, changes=changes)
    session.add(batch)
    session.flush()
    return batch


def note(session: Session, batch: EvidenceBatch, kind: str, actor: Actor, count: int, *, now: datetime) -> None:
    """Append an event about a batch to its organisation's chain."""
    data, subject = {"batch": batch.id, "count": count}, f"evidence_batch:{batch.id}"
    chain.append(session, kind, chain=batch.organisation_id, actor_id=actor.id, subject=subject, at=now, data=data)


def _rescore(session: Session, library: Library, items: Iterable[EvidenceItem]) -> None:
    """Score every open assessment that uses any of the items again, each once."""
    for assessment_id in sorted({one for item in items for one in cited.users_of(session, item)}):
        assessment = unasked.by_id(session, assessment_id)
        if assessment.frozen_at is None:
            lock(session, assessment)
            store_score(session, library, assessment)


def can_undo(batch: EvidenceBatch, *, now: datetime) -> bool:
    """Whether there is still time."""
    return batch.undone_at is None and now < batch.made_at + UNDO


def finish_undo(session: Session, batch: EvidenceBatch, actor: Actor, count: int, *, now: datetime) -> None:
    """Say that a batch was undone."""
    batch.undone_at, batch.undone_by = now, actor.id
    session.flush()
    note(session, batch, "evidence.undone_together", actor, count, now=now)


def undo_edit(session: Session, library: Library, batch: EvidenceBatch, actor: Actor, *, others: bool, now: datetime) -> None:
    """Give the items back what they had. Raises TooLate, or ChangedMeanwhile for items that were changed since or deleted.

    With `others` these stay as they are, and the others are undone. Raises as `get_editable` for what is out of reach.
    """
    if not can_undo(batch, now=now):
        raise TooLate(_("This bulk edit cannot be undone any more."))
    present = evidence.present(session, batch.organisation_id, [one["item"] for one in batch.changes])
    same = [one for one in batch.changes if present.get(one["item"]) == one["version"]]
    stale = [one["code"] for one in batch.changes if present.get(one["item"]) != one["version"]]
    if stale and not others:
        raise ChangedMeanwhile(_("These were changed or deleted since: {codes}. They would stay as they are."), stale)
    items = []
    for one in same:
        item = evidence.get_editable(session, actor, one["item"])
        _set(item, {name: from_plain(name, value) for name, value in one["before"].items()})
        items.append(item)
    session.flush()
    _rescore(session, library, items)
    for item in items:
        service.note(session, item, "evidence.described", actor, now=now, data={"version": item.version, "status": item.status})
    finish_undo(session, batch, actor, len(items), now=now)
