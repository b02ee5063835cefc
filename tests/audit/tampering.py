"""A trail in memory, and every way of tampering with one that we could think of."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from app.audit.chain import BEGINNING, About, Said, digest_of_detail, hash_of
from app.audit.verify import ERASED, Detail, Head, Recorded, Wrong, verify

BEGUN = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
KINDS = ("answer.saved", "evidence.added", "role.granted", "person.signed_in", "report.made")


@dataclass
class Trail:
    """Events by chain, the head table, and the heads that a witness wrote down."""

    chains: dict[int, list[Recorded]] = field(default_factory=dict)
    heads: dict[int, Head] = field(default_factory=dict)

    def append(self, chain: int, kind: str, data: dict[str, object], about: About | None = None) -> None:
        events = self.chains.setdefault(chain, [])
        previous = events[-1].hash if events else BEGINNING
        number = len(events) + 1
        digest = digest_of_detail(f"{number:032x}", about) if about else None
        at = BEGUN + timedelta(seconds=number, microseconds=number)
        said = Said(chain, number, at, kind, number % 7, f"assessment:{number % 5}", data, digest, previous)
        events.append(
            Recorded(chain, number, said, hash_of(said), Detail(f"{number:032x}", about) if about else None),
        )
        self.heads[chain] = Head(chain, number, events[-1].hash)

    def copy(self) -> "Trail":
        return Trail({chain: list(events) for chain, events in self.chains.items()}, dict(self.heads))

    def wrong(self, witnesses: tuple[Head, ...] = ()) -> list[Wrong]:
        events = (event for chain in sorted(self.chains) for event in self.chains[chain])
        return list(verify(events, self.heads.values(), witnesses))

    def first_wrong(self, witnesses: tuple[Head, ...] = ()) -> Wrong | None:
        events = (event for chain in sorted(self.chains) for event in self.chains[chain])
        return next(verify(events, self.heads.values(), witnesses), None)


def a_trail(length: int = 90) -> Trail:
    """Three chains of some length, every sixth event with a detail; one person's details were erased."""
    trail = Trail()
    for number in range(1, length + 1):
        for chain in (0, 1, 2):
            about = About({"email": f"p{number}@example.org"}, number) if number % 6 == 0 else None
            trail.append(chain, KINDS[(number + chain) % len(KINDS)], {"criterion": f"esg:{number}", "version": number}, about)
    gone = [[chain, 12] for chain in (0, 1, 2)]
    for chain, number in gone:
        trail.chains[chain][number - 1] = replace(trail.chains[chain][number - 1], detail=None)
    trail.append(0, ERASED, {"details": gone})
    return trail


Tamper = Callable[[Trail, random.Random], None]
TAMPERS: list[Tamper] = []
WITNESSED: list[Tamper] = []
"""What leaves the trail whole in itself: only somebody who kept a head can tell."""


def _tamper(found: Tamper) -> Tamper:
    TAMPERS.append(found)
    return found


def _witnessed(found: Tamper) -> Tamper:
    WITNESSED.append(found)
    return found


def _any(trail: Trail, chance: random.Random) -> tuple[list[Recorded], int, Recorded, Said]:
    events = trail.chains[chance.choice(sorted(trail.chains))]
    place = chance.randrange(len(events))
    said = events[place].said
    assert said is not None
    return events, place, events[place], said


def _other(said: Said, chance: random.Random) -> Said:
    """The same event, one thing of it changed."""
    changes: list[dict[str, object]] = [
        {"at": said.at + timedelta(microseconds=chance.choice((-1, 1)) * chance.randrange(1, 10**9))},
        {"kind": chance.choice([kind for kind in KINDS if kind != said.kind])},
        {"actor_id": None if chance.random() < 0.3 else (said.actor_id or 0) + chance.randrange(1, 9)},
        {"subject": f"evidence:{chance.randrange(99)}"},
        {"data": {**said.data, "version": chance.randrange(1000, 2000)}},
        {"data": {**said.data, "more": True}},
        {"data": {}},
        {"detail_digest": f"{chance.getrandbits(256):064x}"},
        {"previous": f"{chance.getrandbits(256):064x}"},
    ]
    return replace(said, **chance.choice(changes))  # type: ignore[arg-type]  # each value fits its field


@_tamper
def edit(trail: Trail, chance: random.Random) -> None:
    events, place, event, said = _any(trail, chance)
    events[place] = replace(event, said=_other(said, chance))


@_tamper
def edit_with_its_own_hash(trail: Trail, chance: random.Random) -> None:
    events, place, event, said = _any(trail, chance)
    other = _other(said, chance)
    events[place] = replace(event, said=other, hash=hash_of(other))


@_tamper
def change_the_hash(trail: Trail, chance: random.Random) -> None:
    events, place, event, _said = _any(trail, chance)
    digit = chance.randrange(64)
    wrong = chance.choice([one for one in "0123456789abcdef" if one != event.hash[digit]])
    events[place] = replace(event, hash=event.hash[:digit] + wrong + event.hash[digit + 1 :])


@_tamper
def spoil(trail: Trail, chance: random.Random) -> None:
    events, place, event, _said = _any(trail, chance)
    events[place] = replace(event, said=None)


@_tamper
def delete(trail: Trail, chance: random.Random) -> None:
    events, place, _event, _said = _any(trail, chance)
    del events[place]


@_tamper
def delete_and_renumber(trail: Trail, chance: random.Random) -> None:
    events, place, _event, _said = _any(trail, chance)
    del events[place]
    for index in range(place, len(events)):
        events[index] = _numbered(events[index], index + 1)


def _numbered(event: Recorded, number: int) -> Recorded:
    assert event.said is not None
    return replace(event, number=number, said=replace(event.said, number=number))


@_tamper
def insert(trail: Trail, chance: random.Random) -> None:
    events, place, event, said = _any(trail, chance)
    previous = events[place - 1].hash if place else BEGINNING
    new = replace(_other(said, chance), number=place + 1, previous=previous)
    events.insert(place, replace(event, said=new, hash=hash_of(new)))
    if chance.random() < 0.5:
        for index in range(place + 1, len(events)):
            events[index] = _numbered(events[index], index + 1)


@_tamper
def append_behind_the_head(trail: Trail, chance: random.Random) -> None:
    events, _place, _event, said = _any(trail, chance)
    last = events[-1]
    new = replace(said, number=last.number + 1, previous=last.hash, detail_digest=None)
    events.append(Recorded(new.chain, new.number, new, hash_of(new)))


@_tamper
def swap(trail: Trail, chance: random.Random) -> None:
    """Two events change places; their numbers go with the place, or with the event."""
    events, place, event, _said = _any(trail, chance)
    other = chance.choice([index for index in range(len(events)) if index != place])
    one, two = event, events[other]
    if chance.random() < 0.5:
        one, two = _numbered(one, two.number), _numbered(two, one.number)
    events[place], events[other] = two, one


@_tamper
def cut_the_tail(trail: Trail, chance: random.Random) -> None:
    events, place, _event, _said = _any(trail, chance)
    del events[place:]


@_tamper
def change_the_head(trail: Trail, chance: random.Random) -> None:
    head = trail.heads[chance.choice(sorted(trail.heads))]
    other = (
        replace(head, number=head.number + chance.choice((-1, 1)) * chance.randrange(1, 50))
        if chance.random() < 0.5
        else replace(head, hash=f"{chance.getrandbits(256):064x}")
    )
    trail.heads[head.chain] = other


@_tamper
def drop_the_head(trail: Trail, chance: random.Random) -> None:
    del trail.heads[chance.choice(sorted(trail.heads))]


@_tamper
def drop_a_chain(trail: Trail, chance: random.Random) -> None:
    del trail.chains[chance.choice(sorted(trail.chains))]


def _with_detail(trail: Trail, chance: random.Random) -> tuple[list[Recorded], int, Recorded, Detail]:
    events = trail.chains[chance.choice(sorted(trail.chains))]
    place = chance.choice([index for index, event in enumerate(events) if event.detail is not None])
    detail = events[place].detail
    assert detail is not None
    return events, place, events[place], detail


@_tamper
def change_a_detail(trail: Trail, chance: random.Random) -> None:
    events, place, event, detail = _with_detail(trail, chance)
    about = detail.about
    other = chance.choice(
        [
            replace(detail, salt=f"{chance.getrandbits(128):032x}"),
            replace(detail, about=replace(about, data={**about.data, "email": "somebody@example.org"})),
            replace(detail, about=replace(about, data={})),
            replace(detail, about=replace(about, person_id=None if chance.random() < 0.5 else 10_000)),
        ]
    )
    events[place] = replace(event, detail=other)


@_tamper
def take_a_detail_away(trail: Trail, chance: random.Random) -> None:
    events, place, event, _detail = _with_detail(trail, chance)
    events[place] = replace(event, detail=None)


@_tamper
def move_a_detail(trail: Trail, chance: random.Random) -> None:
    events, place, event, detail = _with_detail(trail, chance)
    other = chance.choice([index for index in range(len(events)) if index != place])
    events[place] = replace(event, detail=events[other].detail)
    events[other] = replace(events[other], detail=detail)


@_tamper
def move_to_another_chain(trail: Trail, chance: random.Random) -> None:
    events, place, event, said = _any(trail, chance)
    chain = chance.choice([one for one in trail.chains if one != event.chain])
    del events[place]
    moved = replace(event, chain=chain, said=replace(said, chain=chain))
    trail.chains[chain] = sorted([*trail.chains[chain], moved], key=lambda one: one.number)


@_witnessed
def rewrite(trail: Trail, chance: random.Random) -> None:
    """An event is changed, and every hash after it made new, the head's too."""
    events, place, event, said = _any(trail, chance)
    events[place] = replace(event, said=replace(said, subject="assessment:rewritten"))
    previous = events[place - 1].hash if place else BEGINNING
    for index in range(place, len(events)):
        current = events[index].said
        assert current is not None
        new = replace(current, previous=previous)
        previous = hash_of(new)
        events[index] = replace(events[index], said=new, hash=previous)
    trail.heads[event.chain] = Head(event.chain, len(events), previous)


@_witnessed
def cut_the_tail_and_the_head(trail: Trail, chance: random.Random) -> None:
    chain = chance.choice((1, 2))  # chain 0 ends with the erasure: cutting that shows by itself
    events = trail.chains[chain]
    del events[chance.randrange(len(events)) :]
    if events:
        trail.heads[chain] = Head(chain, events[-1].number, events[-1].hash)
    else:
        del trail.heads[chain], trail.chains[chain]
