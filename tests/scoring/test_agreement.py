"""Agreement of raters: published values, a second implementation, and the laws that hold for every table of ratings."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.agreement import FEWEST_UNITS, Reason, agreement, alpha, quadratic_kappa, spread, spreads

KRIPPENDORFF_2011_C = ["123321412...", "12332241 25.3".replace(" ", ""), ".33323422 51.".replace(" ", ""), "12332441251."]
FIVE_RATERS = ["3241.230", "323122.1", "42322330", "3141223.", "22413.31"]
LEVELS = st.integers(0, 4)
TABLES = st.dictionaries(
    st.sampled_from("abcde"), st.dictionaries(st.sampled_from([f"c{n}" for n in range(12)]), LEVELS), max_size=5
)
CRITERIA = [f"c{n}" for n in range(12)]


def _units(rows: Sequence[str]) -> list[list[int]]:
    return [[int(one) for one in column if one != "."] for column in zip(*rows, strict=True)]


def _second(units: Sequence[Sequence[int]]) -> float | None:
    """Alpha another way: over all pairs of values within and between units, in floats, ranks instead of coincidences."""
    kept = [one for one in units if len(one) > 1]
    values = sorted(value for unit in kept for value in unit)
    number = {value: values.count(value) for value in values}
    rank = {value: sum(n for other, n in number.items() if other < value) + number[value] / 2 for value in number}
    between = sum((rank[a] - rank[b]) ** 2 for a in values for b in values)
    if not between:
        return None
    within = sum(sum((rank[a] - rank[b]) ** 2 for a in unit for b in unit) / (len(unit) - 1) for unit in kept)
    return 1 - (len(values) - 1) * within / between


@pytest.mark.parametrize(("rows", "published"), [(KRIPPENDORFF_2011_C, 0.815388), (FIVE_RATERS, 0.787103)])
def test_alpha_has_the_published_values(rows: list[str], published: float) -> None:
    found = alpha(_units(rows))
    assert found is not None
    assert float(found) == pytest.approx(published, abs=1e-6)


def test_alpha_is_undefined_where_all_ratings_are_equal_or_nobody_overlaps_and_may_be_negative() -> None:
    assert alpha([[2, 2], [2, 2]]) is None
    assert alpha([[1], [2], [3]]) is None
    assert alpha([]) is None
    assert alpha([[1, 1], [2, 2], [3, 3]]) == 1
    assert alpha([[1, 3], [2, 2], [3, 1]]) == Fraction(-2, 3)


def test_kappa_has_the_published_value() -> None:
    pairs = list(zip([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 2, 3], [1, 2, 3, 4, 5, 2, 3, 3, 4, 4, 2, 5], strict=True))
    found = quadratic_kappa(pairs)
    assert found is not None
    assert float(found) == pytest.approx(0.822034, abs=1e-6)
    assert quadratic_kappa([(2, 2), (2, 2)]) is None
    assert quadratic_kappa([]) is None


def test_a_spread_has_median_range_and_average_deviation() -> None:
    found = spread("c", [4, 4, 5, 3, 4])
    assert found is not None
    assert (found.median, found.range, found.deviation) == (4, 2, Fraction(2, 5))
    even = spread("c", [1, 2])
    assert even is not None
    assert even.median == Fraction(3, 2)
    assert spread("c", []) is None


def test_what_is_read_most_differently_comes_first_and_what_one_rater_alone_rated_is_left_out() -> None:
    ratings = {"a": {"one": 2, "two": 0, "three": 1, "four": 3}, "b": {"one": 2, "two": 4, "three": 2}}
    assert [one.criterion for one in spreads(ratings, ["one", "two", "three", "four"])] == ["two", "three", "one"]


def test_few_criteria_and_one_rater_are_said_and_are_no_zero() -> None:
    few = agreement({"a": {"c0": 1, "c1": 2}, "b": {"c0": 1, "c1": 3}}, CRITERIA)
    assert (few.alpha, few.reason, few.units) == (None, Reason.TOO_FEW, 2)
    assert (few.exact, few.within_one) == (Fraction(1, 2), 1)
    alone = agreement({"a": {"c0": 1}}, CRITERIA)
    assert (alone.alpha, alone.reason, alone.exact, alone.kappa) == (None, Reason.UNDEFINED, None, None)
    same = agreement({"a": dict.fromkeys(CRITERIA, 2), "b": dict.fromkeys(CRITERIA, 2)}, CRITERIA)
    assert (same.alpha, same.reason, same.exact, same.kappa) == (None, Reason.UNDEFINED, 1, None)


def test_kappa_is_for_two_raters_who_rated_everything() -> None:
    one, other = dict.fromkeys(CRITERIA, 1) | {"c0": 3}, dict.fromkeys(CRITERIA, 2) | {"c1": 0}
    assert agreement({"a": one, "b": other}, CRITERIA).kappa is not None
    assert agreement({"a": one, "b": other, "c": one}, CRITERIA).kappa is None
    assert agreement({"a": one, "b": {"c0": 1}}, CRITERIA).kappa is None
    assert agreement({"a": one, "b": other, "c": {}}, CRITERIA).kappa is not None, "who rated nothing is no rater"


@given(st.lists(st.lists(LEVELS, max_size=6), max_size=20))
def test_alpha_is_that_of_a_second_implementation(units: list[list[int]]) -> None:
    found, second = alpha(units), _second(units)
    assert (found is None) is (second is None)
    if found is not None:
        assert float(found) == pytest.approx(second, abs=1e-9)
        assert found <= 1


@given(TABLES, st.permutations(CRITERIA), st.permutations("abcde"))
def test_who_rates_first_and_what_is_rated_first_changes_nothing(
    ratings: dict[str, dict[str, int]], criteria: list[str], raters: list[str]
) -> None:
    turned = {rater: ratings[rater] for rater in raters if rater in ratings}
    assert agreement(turned, criteria) == agreement(ratings, CRITERIA)


@given(TABLES)
def test_figures_stay_within_their_bounds(ratings: dict[str, dict[str, int]]) -> None:
    found = agreement(ratings, CRITERIA)
    assert (found.alpha is None) is (found.reason is not None)
    assert found.reason is not Reason.TOO_FEW or found.units < FEWEST_UNITS
    if found.exact is not None and found.within_one is not None:
        assert 0 <= found.exact <= found.within_one <= 1
    for one in spreads(ratings, CRITERIA):
        assert 0 <= one.deviation <= one.range <= 4
        assert (one.range == 0) is (one.deviation == 0)


@given(st.lists(st.tuples(LEVELS, LEVELS), min_size=1, max_size=30))
def test_raters_who_always_agree_reach_one_and_others_less(pairs: list[tuple[int, int]]) -> None:
    found = quadratic_kappa(pairs)
    if found is not None:
        assert (found == 1) is all(one == other for one, other in pairs)
        assert found == quadratic_kappa([(other, one) for one, other in pairs])
