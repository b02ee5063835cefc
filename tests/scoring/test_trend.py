"""Figures over time: what does not exist is a gap, and what was measured otherwise is not joined by a line."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.portable.read import assessed
from app.rubrics import registry
from app.scoring.confidence import Backing, confidence
from app.scoring.score import score
from app.scoring.scorecard import State, Verdict
from app.scoring.trend import Moment, breaks, comparable, editions, moment, runs
from tests.factories import small

EMPTY = Moment(date(2026, 1, 1), ("p", "a@1"), Verdict.UNDETERMINED, None, None, None, None, None, 0, {"a@1": {}})
moments = st.lists(st.sampled_from([EMPTY, replace(EMPTY, measured_by=("p", "a@2")), replace(EMPTY, measured_by=("q", "a@1"))]))
values = st.none() | st.integers(0, 100).map(Fraction)


@given(st.data(), moments)
def test_a_line_joins_neighbours_that_have_a_value_and_are_comparable_and_leaves_no_value_out(
    data: st.DataObject, given: list[Moment]
) -> None:
    known = data.draw(st.lists(values, min_size=len(given), max_size=len(given)))
    found = runs(given, known)
    assert [place for run in found for place in run] == [place for place, value in enumerate(known) if value is not None]
    joined = {(one, other) for run in found for one, other in pairwise(run)}
    for one, other in pairwise(range(len(given))):
        both = known[one] is not None and known[other] is not None
        assert ((one, other) in joined) == (both and comparable(given[one], given[other]))
        assert (other in breaks(given)) == (not comparable(given[one], given[other]))
    assert all(other == one + 1 for one, other in joined)


def test_zero_is_a_value_and_none_is_a_gap() -> None:
    three = [EMPTY, EMPTY, EMPTY]
    assert runs(three, [Fraction(0), Fraction(0), Fraction(0)]) == ((0, 1, 2),)
    assert runs(three, [Fraction(0), None, Fraction(0)]) == ((0,), (2,))


def test_a_moment_has_the_figures_of_the_scorecard_and_of_the_confidence() -> None:
    known = assessed(small(), registry.home())
    card = score(known)
    found = moment(known, card)
    assert (found.verdict, found.index, found.low, found.high) == (card.verdict, card.index, card.index_low, card.index_high)
    assert found.blockers == len(card.blockers)
    assert editions([found, found]) == tuple(one.reference for one in known.rubrics)
    rubric = card.rubrics[0]
    assert found.standards[known.rubrics[0].reference][rubric.standards[0].id] == rubric.standards[0].figures
    backing = [
        Backing(
            one.substantiated or 0, cited=True, valid=bool(known.answers[f"{r.rubric}:{one.id}"].natures), dated=True, placed=True
        )
        for r in card.rubrics
        for one in r.criteria()
        if one.state is State.ANSWERED
    ]
    assert found.backed == confidence(backing).backed
    assert found.backed is not None


def test_nothing_answered_has_no_index_and_no_share_that_is_backed() -> None:
    empty = small().model_copy(update={"answers": {}, "actions": ()})
    known = assessed(empty, registry.home())
    found = moment(known, score(known))
    assert (found.index, found.backed, found.answered) == (None, None, Fraction(0))
