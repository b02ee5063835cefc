"""What differs between two states of an assessment, and its laws."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.portable.compare import Comparison, Kind, Side, compare, side
from app.portable.model import Citation, PortableAction, PortableAnswer
from app.portable.moving import move
from app.portable.words import word_diff
from app.rubrics import registry
from app.rubrics.editions import edition_map
from app.rubrics.meeting import same_standards
from app.scoring.scorecard import State
from tests.factories import small

LIBRARY = registry.home()
BASE = small()
NAMES = sorted(f"{one.id}:{each.id}" for name in BASE.rubrics for one in [LIBRARY.rubric(name)] for each in one.criteria())[:12]
MIRROR = {Kind.UP: Kind.DOWN, Kind.DOWN: Kind.UP, Kind.NEW: Kind.GONE, Kind.GONE: Kind.NEW}

ANSWERS = st.builds(
    PortableAnswer,
    level=st.none() | st.integers(0, 4),
    comment=st.sampled_from([None, "One word", "Another word"]),
    evidence=st.sampled_from([(), *((Citation(id=name),) for name in sorted(BASE.evidence)[:3])]),
)
ACTIONS = st.builds(
    PortableAction,
    criterion=st.sampled_from(NAMES),
    what=st.sampled_from(["Write it", "Do it"]),
    status=st.sampled_from(["open", "done", "dropped"]),
)


def _with(**update: Any) -> Side:
    return side(BASE.model_copy(update=update), LIBRARY)


SIDES = st.builds(
    lambda answers, actions: _with(answers=answers, actions=tuple(actions)),
    st.dictionaries(st.sampled_from(NAMES), ANSWERS, max_size=8),
    st.lists(ACTIONS, max_size=4),
)


def _answer(reference: str, **fields: Any) -> Side:
    return _with(answers={**BASE.answers, reference: PortableAnswer(**fields)})


def _only(found: Comparison) -> Kind:
    (change,) = found.criteria
    return change.kind


@settings(max_examples=40)
@given(SIDES)
def test_a_state_does_not_differ_from_itself(one: Side) -> None:
    assert compare(one, one).nothing


@settings(max_examples=60)
@given(SIDES, SIDES)
def test_read_backwards_everything_is_the_other_way_round(first: Side, second: Side) -> None:
    there, back = compare(first, second), compare(second, first)
    assert (there.before, there.after) == (back.after, back.before)
    assert (set(there.blockers_gained), set(there.blockers_lost)) == (set(back.blockers_lost), set(back.blockers_gained))
    forward = {(one.before, one.after): one for one in there.criteria}
    backward = {(one.after, one.before): one for one in back.criteria}
    assert forward.keys() == backward.keys()
    for key, change in forward.items():
        other = backward[key]
        assert MIRROR.get(change.kind, change.kind) is other.kind
        assert (change.evidence_gained, change.evidence_lost) == (other.evidence_lost, other.evidence_gained)
    assert {(one.before, one.after) for one in there.standards} == {(one.after, one.before) for one in back.standards}
    plan, undone = there.actions, back.actions
    assert (set(plan.added), set(plan.removed)) == (set(undone.removed), set(undone.added))
    assert len(plan.done) == len(undone.undone)
    assert len(plan.undone) == len(undone.done)


def test_each_kind_of_change_is_told_apart() -> None:
    name = NAMES[0]
    empty, low, high = _answer(name), _answer(name, level=0), _answer(name, level=1)
    assert _only(compare(empty, low)) is Kind.NEW
    assert _only(compare(low, empty)) is Kind.GONE
    assert _only(compare(low, high)) is Kind.UP
    assert _only(compare(high, low)) is Kind.DOWN
    assert _only(compare(low, _answer(name, level=0, comment="Why"))) is Kind.TEXT
    assert _only(compare(low, _answer(name, not_applicable="Not ours"))) is Kind.APPLIES


def test_an_unanswered_criterion_is_not_one_at_level_zero() -> None:
    name = NAMES[0]
    (change,) = compare(_answer(name), _answer(name, level=0)).criteria
    assert change.scored_before is not None
    assert change.scored_before.state is State.UNANSWERED
    assert change.scored_before.substantiated is None


def test_across_editions_criteria_meet_as_the_newer_edition_says_and_the_others_are_named() -> None:
    editions = edition_map(LIBRARY, "esg-2015@1", "esg-2027-draft3@1")
    older = (
        BASE.model_copy(update={"rubrics": ("esg-2015@1",), "profile": "esg-only"}) if "esg-only" in LIBRARY.profiles else None
    )
    portable = older or BASE
    moved = move(portable, editions)
    found = compare(side(portable, LIBRARY), side(moved, LIBRARY))
    ended = {one.before for one in found.criteria if one.after is None}
    begun = {one.after for one in found.criteria if one.before is None}
    assert {f"{editions.older.id}:{name}" for name in editions.ended} <= ended
    new = {f"{editions.newer.id}:{step.criterion.id}" for step in editions.steps if not step.carries_level}
    assert new == begun
    carried = {one.after for one in found.criteria if one.before and one.after}
    assert not carried & new


def test_across_editions_standards_meet_by_their_ids_and_one_that_was_merged_has_no_counterpart() -> None:
    editions = edition_map(LIBRARY, "esg-2015@1", "esg-2027-draft3@1")
    portable = BASE.model_copy(update={"rubrics": ("esg-2015@1",), "profile": "esg-only"})
    moved = move(portable, editions)
    there = compare(side(portable, LIBRARY), side(moved, LIBRARY))
    back = compare(side(moved, LIBRARY), side(portable, LIBRARY))
    pairs = {(one.before, one.after) for one in there.standards}
    assert pairs == {(one.after, one.before) for one in back.standards}
    assert ("esg-2015:programmes", "esg-2027-draft3:programmes") in pairs
    assert ("esg-2015:review", None) in pairs
    assert all(new is None or old == new.replace("2027-draft3", "2015") for old, new in pairs)


def test_a_standard_with_another_id_is_the_same_when_everything_in_it_goes_on() -> None:
    older = LIBRARY.rubric("esg-2015@1")
    first = older.standards[0]
    renamed = first.model_copy(update={"id": "strategy"})
    other = older.model_copy(update={"standards": (renamed, *older.standards[1:])})
    assert ("policy", "strategy") in list(same_standards(older, other.model_copy(update={"edition": "9"})))
    halves = (
        first.model_copy(update={"id": "one", "criteria": first.criteria[:3]}),
        first.model_copy(update={"id": "two", "criteria": first.criteria[3:]}),
    )
    split = older.model_copy(update={"standards": (*halves, *older.standards[1:]), "edition": "9"})
    assert {one for one, _other in same_standards(older, split)} == {one.id for one in older.standards[1:]}
    assert list(same_standards(older, LIBRARY.rubric("iso-9001-2015@1"))) == []


def test_actions_are_done_added_and_taken_out() -> None:
    first = PortableAction(criterion=NAMES[0], what="Write it", due=date(2026, 12, 1))
    second = PortableAction(criterion=NAMES[0], what="Do it")
    found = compare(_with(actions=(first,)), _with(actions=(first.model_copy(update={"status": "done"}), second))).actions
    assert [one.what for one in found.done] == ["Write it"]
    assert found.added == (second,)
    assert compare(_with(actions=(first,)), _with(actions=())).actions.removed == (first,)


WORDS = st.lists(st.sampled_from(["a", "b", "саясат", " ", "\n"]), max_size=30).map("".join)


@given(WORDS, WORDS)
def test_the_runs_of_a_word_diff_give_both_texts_back(before: str, after: str) -> None:
    runs = word_diff(before, after)
    assert "".join(run.text for run in runs if run.fate != "new") == before
    assert "".join(run.text for run in runs if run.fate != "gone") == after


def test_texts_too_long_to_compare_are_shown_one_for_the_other() -> None:
    first, second = " ".join(f"a{n}" for n in range(3000)), " ".join(f"b{n}" for n in range(3000))
    assert next(run.fate for run in word_diff(first, second, most=1000)) == "gone"
    assert "".join(run.text for run in word_diff(first, second) if run.fate != "new") == first
