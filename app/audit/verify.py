"""Is the trail as it was written? Pure: goes through the events of every chain in order, one at a time, and keeps none."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from app.audit.chain import BEGINNING, INSTALLATION, About, Said, digest_of_detail, hash_of
from app.i18n import gettext as _

ERASED = "person.erased"
"""The kind of the event that says which details were erased with a person: `details` in its data, [chain, number] each."""


class Fault(StrEnum):
    """What can be wrong at a place of the trail."""

    EDITED = "edited"
    MISSING = "missing"
    OUT_OF_ORDER = "out_of_order"
    BROKEN_LINK = "broken_link"
    CUT = "cut"
    BEYOND_HEAD = "beyond_head"
    HEAD_DIFFERS = "head_differs"
    REWRITTEN = "rewritten"
    DETAIL_CHANGED = "detail_changed"
    DETAIL_ADDED = "detail_added"
    DETAIL_MISSING = "detail_missing"

    @property
    def told(self) -> str:
        """The fault in words."""
        return {
            "edited": _("the event was changed after it was written"),
            "missing": _("an event before this one was deleted"),
            "out_of_order": _("an event stands here that does not belong here: inserted, or out of its order"),
            "broken_link": _("the event does not follow the one before it: something was swapped, inserted or replaced"),
            "cut": _("the end of the chain was cut off"),
            "beyond_head": _("an event was added that the chain's head does not know"),
            "head_differs": _("the chain's head says another hash than its last event"),
            "rewritten": _("the chain was rewritten: it is not the one that the witness saw"),
            "detail_changed": _("what the event says about a person was changed"),
            "detail_added": _("something about a person was added to an event that said nothing"),
            "detail_missing": _("what the event said about a person is gone, and no erasure tells of it"),
        }[self.value]


@dataclass(frozen=True, slots=True, order=True)
class Wrong:
    """One thing wrong, and where."""

    chain: int
    number: int
    fault: Fault

    def __str__(self) -> str:
        return _("chain {chain}, event {number}: {told}").format(chain=self.chain, number=self.number, told=self.fault.told)


@dataclass(frozen=True, slots=True)
class Detail:
    """What an event says about a person, as it is stored."""

    salt: str
    about: About


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it is stored. `said` is None when it can no longer be read as an event."""

    chain: int
    number: int
    said: Said | None
    hash: str
    detail: Detail | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends, or ended when a witness saw it; a witness may have seen only the first digits of the hash."""

    chain: int
    number: int
    hash: str


@dataclass(slots=True)
class _Details:
    """What is known of details while the events go by, as (chain, number): those missing, those that an erasure tells of."""

    missing: set[tuple[int, ...]] = field(default_factory=set)
    erased: set[tuple[int, ...]] = field(default_factory=set)

    def look(self, event: Recorded, said: Said) -> Iterator[Wrong]:
        if said.kind == ERASED and said.chain == INSTALLATION:
            told = {tuple(one) for one in said.data.get("details", ()) if isinstance(one, list | tuple)}
            # An erasure speaks of what was there before it.
            self.erased |= {one for one in told if one[:1] != (INSTALLATION,) or one < (INSTALLATION, said.number)}
        if event.detail is None:
            if said.detail_digest is not None:
                self.missing.add((event.chain, event.number))
        elif said.detail_digest is None:
            yield Wrong(event.chain, event.number, Fault.DETAIL_ADDED)
        elif digest_of_detail(event.detail.salt, event.detail.about) != said.detail_digest:
            yield Wrong(event.chain, event.number, Fault.DETAIL_CHANGED)


def verify(events: Iterable[Recorded], heads: Iterable[Head], witnesses: Iterable[Head] = ()) -> Iterator[Wrong]:
    """Everything that is wrong with the trail.

    `events` come ordered by chain and number; `heads` are those of the head table. `witnesses` are heads that somebody else
    kept, on paper for example: only they tell a chain that was rewritten from its beginning, or cut together with its head.
    """
    ends = {one.chain: one for one in heads}
    seen: dict[int, list[Head]] = {}
    for witness in witnesses:
        seen.setdefault(witness.chain, []).append(witness)
    details = _Details()
    gone = {*ends, *seen}
    for chain, of_chain in groupby(events, key=lambda one: one.chain):
        gone.discard(chain)
        yield from _chain(chain, of_chain, ends.get(chain), seen.get(chain, ()), details)
    for chain in sorted(gone):
        yield from _chain(chain, (), ends.get(chain), seen.get(chain, ()), details)
    for chain, number in sorted(details.missing - details.erased):
        yield Wrong(chain, number, Fault.DETAIL_MISSING)


def _chain(
    chain: int, events: Iterable[Recorded], end: Head | None, witnesses: Iterable[Head], details: _Details
) -> Iterator[Wrong]:
    last = Head(chain, 0, BEGINNING)
    waiting: Mapping[int, list[Head]] = {number: list(those) for number, those in _by_number(witnesses)}
    reached = set()
    for event in events:
        yield from _place(event, last)
        if event.said is None or hash_of(event.said) != event.hash:
            yield Wrong(chain, event.number, Fault.EDITED)
        else:
            yield from details.look(event, event.said)
        reached |= waiting.keys() & {event.number}
        if any(not event.hash.startswith(one.hash) for one in waiting.get(event.number, ())):
            yield Wrong(chain, event.number, Fault.REWRITTEN)
        last = Head(chain, event.number, event.hash)
    yield from _end(last, end)
    yield from (Wrong(chain, number, Fault.CUT) for number in sorted(waiting.keys() - reached))


def _by_number(witnesses: Iterable[Head]) -> Iterable[tuple[int, Iterable[Head]]]:
    return groupby(sorted(witnesses, key=lambda one: one.number), key=lambda one: one.number)


def _place(event: Recorded, last: Head) -> Iterator[Wrong]:
    """Whether an event stands behind the one before it."""
    if event.number > last.number + 1:
        yield Wrong(event.chain, event.number, Fault.MISSING)
    elif event.number <= last.number:
        yield Wrong(event.chain, event.number, Fault.OUT_OF_ORDER)
    elif event.said is not None and event.said.previous != last.hash:
        yield Wrong(event.chain, event.number, Fault.BROKEN_LINK)


def _end(last: Head, end: Head | None) -> Iterator[Wrong]:
    """Whether the chain ends where its head says."""
    told = end or Head(last.chain, 0, BEGINNING)
    if last.number < told.number:
        yield Wrong(last.chain, told.number, Fault.CUT)
    elif last.number > told.number:
        yield Wrong(last.chain, last.number, Fault.BEYOND_HEAD)
    elif last.hash != told.hash:
        yield Wrong(last.chain, last.number, Fault.HEAD_DIFFERS)
