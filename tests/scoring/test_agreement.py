"""Agreement of raters: published values, a second way of computing, and what must hold of any table."""

import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.agreement import (
    FEWEST_UNITS,
    Distance,
    Missing,
    Spread,
    agreement,
    krippendorff_alpha,
    nominal,
    observed_agreement,
    ordinal,
    ranked,
    spread_of,
    squared,
    units_of,
    weighted_kappa,
)

Table = dict[str, dict[str, int]]


def _table(*rows: str) -> Table:
    """Raters in rows, criteria in columns, a dot where nothing was rated."""
    return {
        f"rater {number}": {f"c{place}": int(mark) for place, mark in enumerate(row.split()) if mark != "."}
        for number, row in enumerate(rows)
    }


def _units(table: Table) -> list[tuple[int, ...]]:
    names = sorted({name for levels in table.values() for name in levels})
    return list(units_of(table, names).values())


DATA_C = _table(
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
"""Krippendorff 2011, data C."""
LEVELS = _table("3 2 4 1 . 2 3 0", "3 2 3 1 2 2 . 1", "4 2 3 2 2 3 3 0", "3 1 4 1 2 2 3 .", "2 2 4 1 3 . 3 1")


def _ratio(one: int, other: int) -> Fraction:
    return Fraction(one - other, one + other) ** 2


@pytest.mark.parametrize(
    ("table", "distance", "published"),
    [
        (DATA_C, nominal, 0.743421),
        (DATA_C, None, 0.815388),
        (DATA_C, squared, 0.849107),
        (DATA_C, _ratio, 0.797403),
        (LEVELS, nominal, 0.375433),
        (LEVELS, None, 0.787103),
        (LEVELS, squared, 0.774401),
        (_table("1 2 3", "1 2 3"), None, 1.0),
        (_table("1 2 3", "3 2 1"), None, -0.666667),
    ],
)
def test_alpha_is_as_published(table: Table, distance: Distance | None, published: float) -> None:
    units = _units(table)
    found = krippendorff_alpha(units, distance or ordinal(units))
    assert isinstance(found, Fraction)
    assert round(float(found), 6) == published


def test_kappa_is_as_published() -> None:
    first, second = [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 2, 3], [1, 2, 3, 4, 5, 2, 3, 3, 4, 4, 2, 5]
    pairs = list(zip(first, second, strict=True))
    assert round(float(weighted_kappa(pairs, squared)), 6) == 0.822034
    assert round(float(weighted_kappa(pairs, lambda one, other: Fraction(abs(one - other)))), 6) == 0.711538
    counted = {(0, 0): 20, (0, 1): 5, (1, 0): 10, (1, 1): 15}
    assert weighted_kappa([pair for pair, times in counted.items() for _ in range(times)], nominal) == Fraction(2, 5)


def test_kappa_of_cohens_own_table_of_1968_is_as_published() -> None:
    shares = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    weights = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
    pairs = [(one, other) for one, other in product(range(3), repeat=2) for _ in range(shares[one][other])]
    assert len(pairs) == 200
    assert round(float(weighted_kappa(pairs, nominal)), 6) == 0.491525
    assert round(float(weighted_kappa(pairs, lambda one, other: Fraction(weights[one][other]))), 6) == 0.347826


def test_observed_agreement_is_that_of_fleiss_published_table() -> None:
    counts = """0 0 0 0 14/0 2 6 4 2/0 0 3 5 6/0 3 9 2 0/2 2 8 1 1/7 7 0 0 0/3 2 6 3 0/2 5 3 2 2/6 5 2 1 0/0 2 2 3 7"""
    rows = [[int(count) for count in row.split()] for row in counts.split("/")]
    units = [[level for level, count in enumerate(row) for _ in range(count)] for row in rows]
    observed = observed_agreement(units, within=0)
    assert isinstance(observed, Fraction)
    assert round(float(observed), 3) == 0.378
    chance = sum(Fraction(sum(row[level] for row in rows), 140) ** 2 for level in range(5))
    assert round(float((observed - chance) / (1 - chance)), 6) == 0.209931


def test_median_range_and_average_deviation_of_one_criterion() -> None:
    assert spread_of("c", [4, 4, 5, 3, 4]) == Spread("c", 5, Fraction(4), 2, Fraction(2, 5))
    assert spread_of("c", [1, 2]) == Spread("c", 2, Fraction(3, 2), 1, Fraction(1, 2))
    assert spread_of("c", []) == Spread("c", 0, None, None, None)


def test_what_differs_most_comes_first_and_what_one_rater_rated_not_at_all() -> None:
    rated = {"same": [2, 2, 2], "far": [0, 4, 4], "once": [3], "torn": [0, 0, 4, 4], "near": [1, 2, 2], "none": []}
    spreads = [spread_of(name, levels) for name, levels in rated.items()]
    assert [one.criterion for one in ranked(spreads)] == ["torn", "far", "near", "same"]


def test_figures_that_do_not_exist_say_why_and_are_never_zero() -> None:
    names = [f"c{number}" for number in range(FEWEST_UNITS)]
    same = dict.fromkeys(names, 3)
    equal = agreement({"a": same, "b": same}, names)
    assert (equal.alpha, equal.kappa) == (Missing.NO_VARIATION, Missing.NO_VARIATION)
    assert (equal.exact, equal.within_one) == (1, 1)
    alone = agreement({"a": same}, names)
    assert (alone.raters, alone.units) == (1, 0)
    assert (alone.alpha, alone.exact, alone.within_one) == (Missing.NO_OVERLAP,) * 3
    apart = agreement({"a": {"c0": 1}, "b": {"c1": 2}}, names)
    assert (apart.raters, apart.alpha, apart.kappa) == (2, Missing.NO_OVERLAP, Missing.NOT_TWO_COMPLETE)
    assert agreement({}, names).alpha is Missing.NO_OVERLAP


def test_seven_criteria_are_too_few_and_eight_are_enough() -> None:
    names = [f"c{number}" for number in range(FEWEST_UNITS)]
    one, other = {name: number % 5 for number, name in enumerate(names)}, {name: number % 4 for number, name in enumerate(names)}
    assert isinstance(agreement({"a": one, "b": other}, names).alpha, Fraction)
    fewer = agreement({"a": one, "b": other}, names[:-1])
    assert fewer.alpha is Missing.TOO_FEW
    assert isinstance(fewer.exact, Fraction)
    del other[names[0]]
    assert agreement({"a": one, "b": other}, names).alpha is Missing.TOO_FEW


def test_kappa_is_for_two_complete_raters_only() -> None:
    names = [f"c{number}" for number in range(10)]
    one, other = dict.fromkeys(names, 1) | {"c0": 4}, dict.fromkeys(names, 2) | {"c0": 3}
    assert isinstance(agreement({"a": one, "b": other}, names).kappa, Fraction)
    assert agreement({"a": one, "b": other, "c": one}, names).kappa is Missing.NOT_TWO_COMPLETE
    # Somebody who rated nothing of this standard is not a third rater of it.
    assert isinstance(agreement({"a": one, "b": other, "c": {"elsewhere": 1}}, names).kappa, Fraction)
    del other["c5"]
    assert agreement({"a": one, "b": other}, names).kappa is Missing.NOT_TWO_COMPLETE


# --- a second way: matrices of coincidences and of confusion, in floating point -----------------------------------------


def _alpha_by_coincidences(units: list[tuple[int, ...]]) -> float | None:
    """Ordinal alpha from the matrix of coincidences, as the paper's worked example goes about it."""
    matrix = [[0.0] * 5 for _ in range(5)]
    for unit in units:
        for place, one in enumerate(unit):
            for other in unit[:place] + unit[place + 1 :]:
                matrix[one][other] += 1 / (len(unit) - 1)
    margins = [sum(row) for row in matrix]
    whole = sum(margins)

    def delta(one: int, other: int) -> float:
        low, high = min(one, other), max(one, other)
        return (sum(margins[low : high + 1]) - (margins[low] + margins[high]) / 2) ** 2

    observed = sum(matrix[one][other] * delta(one, other) for one in range(5) for other in range(one + 1, 5))
    chance = sum(margins[one] * margins[other] * delta(one, other) for one in range(5) for other in range(one + 1, 5))
    return 1 - (whole - 1) * observed / chance if chance else None


def _kappa_by_confusion(pairs: list[tuple[int, int]]) -> float | None:
    size = len(pairs)
    seen = [[sum(pair == (one, other) for pair in pairs) / size for other in range(5)] for one in range(5)]
    rows, columns = [sum(row) for row in seen], [sum(column) for column in zip(*seen, strict=True)]
    weights = [[1 - (one - other) ** 2 / 16 for other in range(5)] for one in range(5)]
    cells = list(product(range(5), repeat=2))
    met = sum(weights[one][other] * seen[one][other] for one, other in cells)
    chance = sum(weights[one][other] * rows[one] * columns[other] for one, other in cells)
    return (met - chance) / (1 - chance) if 1 - chance > 1e-12 else None


def test_thousands_of_random_tables_give_the_same_by_another_way() -> None:
    dice = random.Random(20261125)  # noqa: S311 - tables, not secrets
    compared = undefined = 0
    for _ in range(4000):
        share, top = dice.random(), dice.choice([0, 1, 4, 4, 4])
        units = [
            tuple(dice.randint(0, top) for _ in range(dice.randint(1, 5)) if dice.random() < share + 0.2)
            for _ in range(dice.randint(1, 14))
        ]
        paired = [unit for unit in units if len(unit) > 1]
        found, other = krippendorff_alpha(units, ordinal(units)), _alpha_by_coincidences(paired)
        pairs = [(unit[0], unit[1]) for unit in paired]
        kappa, second = weighted_kappa(pairs, squared), _kappa_by_confusion(pairs) if pairs else None
        for exact, floating in ((found, other), (kappa, second)):
            if isinstance(exact, Missing):
                assert floating is None
                undefined += 1
            else:
                assert float(exact) == pytest.approx(floating, abs=1e-9)
                compared += 1
    assert compared > 5000
    assert undefined > 500


# --- laws ----------------------------------------------------------------------------------------------------------------

NAMES = [f"c{number}" for number in range(12)]
tables = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3), st.dictionaries(st.sampled_from(NAMES), st.integers(0, 4)), max_size=6
)


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_raters_and_of_criteria_does_not_matter(table: Table, dice: random.Random) -> None:
    raters, names = list(table.items()), list(NAMES)
    dice.shuffle(raters)
    dice.shuffle(names)
    assert agreement(dict(raters), names) == agreement(table, NAMES)


@given(tables)
def test_figures_stay_within_their_bounds(table: Table) -> None:
    found = agreement(table, NAMES)
    for figure in (found.exact, found.within_one):
        assert figure is Missing.NO_OVERLAP or (isinstance(figure, Fraction) and 0 <= figure <= 1)
    for figure in (found.alpha, found.kappa):
        assert isinstance(figure, Missing) or figure <= 1
    if isinstance(found.exact, Fraction):
        assert isinstance(found.within_one, Fraction)
        assert found.exact <= found.within_one
        assert isinstance(found.alpha, Missing) or (found.exact == 1) == (found.alpha == 1)


@given(tables)
def test_alpha_exists_only_with_eight_criteria_that_two_rated(table: Table) -> None:
    found = agreement(table, NAMES)
    assert (found.units == 0) == (found.alpha is Missing.NO_OVERLAP) == (found.exact is Missing.NO_OVERLAP)
    assert (0 < found.units < FEWEST_UNITS) == (found.alpha is Missing.TOO_FEW)


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 4)))
def test_one_rater_agrees_with_nobody(levels: dict[str, int]) -> None:
    found = agreement({"alone": levels}, NAMES)
    assert found.alpha is found.exact is found.within_one is Missing.NO_OVERLAP
    assert found.kappa is Missing.NOT_TWO_COMPLETE


@given(st.lists(st.integers(0, 4), min_size=1, max_size=8))
def test_a_spread_lies_within_the_levels(levels: list[int]) -> None:
    found = spread_of("c", levels)
    assert found.median is not None
    assert found.range is not None
    assert found.average_deviation is not None
    assert min(levels) <= found.median <= max(levels)
    assert (found.range == 0) == (found.average_deviation == 0)
    assert found.average_deviation <= found.range


def test_criteria_that_one_rater_alone_rated_say_nothing_of_agreement() -> None:
    assert observed_agreement([(3,), (2, 2), (), (1, 3)], within=0) == Fraction(1, 2)
    assert observed_agreement([(3,), ()], within=1) is Missing.NO_OVERLAP
