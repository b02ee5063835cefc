"""How far several raters agree, over exact fractions. A level is 0 to 4; what a rater did not rate is missing, never zero.

Criteria are the units, raters the coders. Sources: Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), for alpha
with ordinal differences; Cohen (1968) for weighted kappa, here with quadratic weights; Burke and Dunlap (2002) for the average
deviation, here from the mean.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

FEWEST_UNITS = 8
"""Below so many criteria that two raters rated, alpha says nothing worth printing."""
Ratings = Mapping[str, Mapping[str, int]]
"""Levels by rater and, within a rater, by criterion."""


class Reason(StrEnum):
    """Why there is no alpha."""

    TOO_FEW = "too_few"
    """Fewer than eight criteria were rated by two raters."""
    UNDEFINED = "undefined"
    """No two raters rated the same criterion, or every rating is the same level: there is no difference to explain."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The ratings of one criterion. `deviation` is their mean distance from their mean, in levels; 0 is full agreement.

    `median` lies between two levels where an even number of raters parts there; `range` is highest less lowest.
    """

    criterion: str
    raters: int
    median: Fraction
    range: int
    deviation: Fraction


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree on a set of criteria.

    `alpha` is Krippendorff's, ordinal: 1 is full agreement, 0 what chance alone would give, below 0 less than that. None, with
    the `reason`, where it cannot be said. `exact` and `within_one` are shares 0..1 of the pairs of ratings of one criterion that
    are the same, and at most one level apart; None without pairs. `kappa` is the quadratically weighted kappa of exactly two
    raters who both rated every criterion of the set; None for others, and where both gave one and the same level throughout.
    """

    raters: int
    units: int
    """Criteria that at least two raters rated."""
    alpha: Fraction | None
    reason: Reason | None
    exact: Fraction | None
    within_one: Fraction | None
    kappa: Fraction | None


def spread(criterion: str, levels: Iterable[int]) -> Spread | None:
    """The spread of a criterion's ratings; None when nobody rated it."""
    ordered = sorted(levels)
    if not ordered:
        return None
    count = len(ordered)
    mean = Fraction(sum(ordered), count)
    return Spread(
        criterion=criterion,
        raters=count,
        median=Fraction(ordered[(count - 1) // 2] + ordered[count // 2], 2),
        range=ordered[-1] - ordered[0],
        deviation=Fraction(sum(abs(level - mean) for level in ordered), count),
    )


def spreads(ratings: Ratings, criteria: Sequence[str]) -> tuple[Spread, ...]:
    """The criteria that at least two raters rated, those that they read most differently first: what a meeting talks about.

    Equal spreads keep the order of `criteria`.
    """
    found = (spread(name, _of(ratings, name)) for name in criteria)
    several = [one for one in found if one is not None and one.raters > 1]
    return tuple(sorted(several, key=lambda one: (-one.range, -one.deviation)))


def agreement(ratings: Ratings, criteria: Sequence[str]) -> Agreement:
    """How far the raters agree on these criteria: a standard's, a rubric's, or all."""
    units = [levels for name in criteria if len(levels := _of(ratings, name)) > 1]
    found = alpha(units)
    reason = Reason.TOO_FEW if len(units) < FEWEST_UNITS and units else Reason.UNDEFINED if found is None else None
    pairs = [abs(one - other) for levels in units for one, other in combinations(levels, 2)]
    active = [rater for rater, levels in ratings.items() if any(name in levels for name in criteria)]
    return Agreement(
        raters=len(active),
        units=len(units),
        alpha=None if reason else found,
        reason=reason,
        exact=Fraction(pairs.count(0), len(pairs)) if pairs else None,
        within_one=Fraction(sum(apart <= 1 for apart in pairs), len(pairs)) if pairs else None,
        kappa=_kappa_of(ratings, active, criteria),
    )


def alpha(units: Iterable[Sequence[int]]) -> Fraction | None:
    """Krippendorff's alpha with ordinal differences; each unit holds its ratings, missing ones left out.

    None where it is undefined: fewer than two ratings everywhere, or no two of them different.
    """
    weights: dict[tuple[int, int], Fraction] = {}
    for levels in (one for one in units if len(one) > 1):
        for place, one in enumerate(levels):
            for other in [*levels[:place], *levels[place + 1 :]]:
                weights[one, other] = weights.get((one, other), Fraction(0)) + Fraction(1, len(levels) - 1)
    totals: dict[int, Fraction] = {}
    for (one, _other), weight in weights.items():
        totals[one] = totals.get(one, Fraction(0)) + weight
    count = sum(totals.values(), Fraction(0))
    expected = sum((totals[one] * totals[other] * _apart(totals, one, other) for one in totals for other in totals), Fraction(0))
    if not expected:
        return None
    observed = sum((weight * _apart(totals, *pair) for pair, weight in weights.items()), Fraction(0))
    return 1 - (count - 1) * observed / expected


def _apart(totals: Mapping[int, Fraction], one: int, other: int) -> Fraction:
    """The squared ordinal difference: how many ratings lie between two levels, half of their own included."""
    low, high = min(one, other), max(one, other)
    between = sum((number for level, number in totals.items() if low <= level <= high), Fraction(0))
    return (between - (totals[one] + totals[other]) / 2) ** 2


def quadratic_kappa(pairs: Sequence[tuple[int, int]]) -> Fraction | None:
    """Cohen's kappa of two raters with quadratic weights; None without pairs, or where both gave one same level throughout."""
    if not pairs:
        return None
    first, second = Counter(one for one, _other in pairs), Counter(other for _one, other in pairs)
    expected = sum((one - other) ** 2 * m * n for one, m in first.items() for other, n in second.items())
    if not expected:
        return None
    return 1 - Fraction(len(pairs) * sum((one - other) ** 2 for one, other in pairs), expected)


def _kappa_of(ratings: Ratings, active: Sequence[str], criteria: Sequence[str]) -> Fraction | None:
    if len(active) != 2:  # noqa: PLR2004 - kappa compares two
        return None
    one, other = (ratings[rater] for rater in active)
    if any(name not in one or name not in other for name in criteria):
        return None
    return quadratic_kappa([(one[name], other[name]) for name in criteria])


def _of(ratings: Ratings, criterion: str) -> list[int]:
    return [levels[criterion] for levels in ratings.values() if criterion in levels]
