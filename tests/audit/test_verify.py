"""The trail tells what was done to it: every tampering is found, and an honest trail is left alone."""

import random
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.audit.chain import BEGINNING, Said, hash_of
from app.audit.verify import Fault, Head, Recorded, Wrong, verify
from tests.audit.tampering import BEGUN, TAMPERS, WITNESSED, Tamper, a_trail

TAMPERINGS, PARTS, SEED = 10_000, 4, 20_261_125
HONEST = a_trail()
WITNESSES = tuple(HONEST.heads.values())


def test_an_honest_trail_is_found_whole_with_and_without_a_witness() -> None:
    early = Head(1, 40, HONEST.chains[1][39].hash[:16])
    assert HONEST.wrong() == []
    assert HONEST.wrong((*WITNESSES, early)) == []


@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_random_tamperings_are_all_found(part: int) -> None:
    count, missed = TAMPERINGS // PARTS, []
    events = sum(map(len, HONEST.chains.values()))
    print(f"{count} of {TAMPERINGS} tamperings of {events} events, seed {SEED + part}")  # noqa: T201 - so that it can be repeated
    chance = random.Random(SEED + part)  # noqa: S311 - repeatable, not secret
    for number in range(count):
        tamper = chance.choice(TAMPERS + WITNESSED)
        trail = HONEST.copy()
        tamper(trail, chance)
        witnesses = WITNESSES if tamper in WITNESSED else ()
        if trail.first_wrong(witnesses) is None:
            missed.append((number, tamper.__name__))
    assert missed == [], f"seed {SEED + part}: {len(missed)} of {count} missed"


@pytest.mark.parametrize("tamper", WITNESSED, ids=lambda one: one.__name__)
def test_what_leaves_the_trail_whole_in_itself_is_seen_by_the_witness_alone(tamper: Tamper) -> None:
    trail = HONEST.copy()
    tamper(trail, random.Random(SEED))  # noqa: S311 - repeatable, not secret
    assert trail.wrong() == []
    assert {one.fault for one in trail.wrong(WITNESSES)} <= {Fault.REWRITTEN, Fault.CUT}
    assert trail.wrong(WITNESSES) != []


def _only(fault: Fault, chain: int, number: int) -> list[Wrong]:
    return [Wrong(chain, number, fault)]


def test_a_finding_says_which_chain_which_event_and_what() -> None:
    trail = HONEST.copy()
    event = trail.chains[1][6]
    assert event.said is not None
    trail.chains[1][6] = replace(event, said=replace(event.said, kind="answer.forged"))
    assert trail.wrong() == _only(Fault.EDITED, 1, 7)
    assert str(trail.wrong()[0]) == "chain 1, event 7: the event was changed after it was written"


def test_a_deleted_event_is_named_by_the_one_behind_it() -> None:
    trail = HONEST.copy()
    del trail.chains[2][4]
    assert trail.wrong() == _only(Fault.MISSING, 2, 6)


def test_an_event_behind_its_place_is_out_of_order_even_with_a_fitting_hash() -> None:
    trail = HONEST.copy()
    last = trail.chains[1][-1]
    assert last.said is not None
    again = replace(last.said, previous=last.hash, detail_digest=None)
    trail.chains[1].append(Recorded(1, 90, again, hash_of(again)))
    trail.heads[1] = Head(1, 90, hash_of(again))
    assert trail.wrong() == _only(Fault.OUT_OF_ORDER, 1, 90)


def test_a_detail_that_no_event_speaks_of_was_added() -> None:
    trail = HONEST.copy()
    trail.chains[1][6] = replace(trail.chains[1][6], detail=trail.chains[1][5].detail)
    assert trail.wrong() == _only(Fault.DETAIL_ADDED, 1, 7)


def test_a_cut_tail_disagrees_with_the_head() -> None:
    trail = HONEST.copy()
    del trail.chains[2][80:]
    assert trail.wrong() == _only(Fault.CUT, 2, 90)


def test_an_erased_detail_is_forgiven_only_where_an_erasure_tells_of_it() -> None:
    trail = HONEST.copy()
    trail.chains[1][17] = replace(trail.chains[1][17], detail=None)
    assert trail.wrong() == _only(Fault.DETAIL_MISSING, 1, 18)
    trail.append(0, "person.erased", {"details": [[1, 18]]})
    assert trail.wrong() == []


def test_an_erasure_in_an_organisations_chain_or_before_the_event_forgives_nothing() -> None:
    trail = HONEST.copy()
    trail.chains[1][17] = replace(trail.chains[1][17], detail=None)
    trail.append(1, "person.erased", {"details": [[1, 18]]})
    trail.append(0, "person.erased", {"details": [[0, 96], 7, "x"]})
    trail.append(0, "person.made", {})
    assert trail.wrong() == _only(Fault.DETAIL_MISSING, 1, 18)


def test_a_witness_of_a_chain_that_is_gone_is_heard() -> None:
    trail = HONEST.copy()
    del trail.chains[2], trail.heads[2]
    assert trail.wrong() == []
    assert trail.wrong(WITNESSES) == _only(Fault.CUT, 2, 90)


def _long(count: int) -> Iterator[Recorded]:
    previous = BEGINNING
    for number in range(1, count + 1):
        said = Said(1, number, BEGUN, "answer.saved", 1, "assessment:1", {"version": number}, None, previous)
        previous = hash_of(said)
        yield Recorded(1, number, said, previous)


def test_memory_does_not_grow_with_the_trail() -> None:
    count = 20_000
    end = list(_long(count))[-1]
    tracemalloc.start()
    assert list(verify(_long(count), [Head(1, count, end.hash)])) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000, f"{peak} bytes for {count} events"
