"""How far several raters of the same criteria agree. Exact: every figure is a fraction of whole numbers.

Criteria are the units, raters the coders, levels the categories. A figure that does not exist says why; it is never 0.
Sources: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), for alpha; J. Cohen, "Weighted kappa",
Psychological Bulletin 70 (1968), for kappa; J. L. Fleiss, "Measuring nominal scale agreement among many raters",
Psychological Bulletin 76 (1971), for the observed agreement; M. J. Burke, L. M. Finkelstein and M. S. Dusig, "On average
deviation indices for estimating interrater agreement", Organizational Research Methods 2 (1999), for the average deviation.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from statistics import median

FEWEST_UNITS = 8
"""Below this many criteria with two ratings, alpha says too little to be shown."""
Ratings = Mapping[str, Mapping[str, int]]
"""Each rater's levels by criterion; what a rater left out is missing."""
Unit = Sequence[int]
"""The ratings of one criterion."""
Distance = Callable[[int, int], Fraction]


class Missing(StrEnum):
    """Why a figure does not exist."""

    NO_OVERLAP = "no_overlap"
    """No criterion was rated by two raters."""
    NO_VARIATION = "no_variation"
    """Every rating is equal: there is nothing that chance could have made differ."""
    TOO_FEW = "too_few"
    """Fewer than FEWEST_UNITS criteria were rated by two raters."""
    NOT_TWO_COMPLETE = "not_two_complete"
    """The figure is for exactly two raters who both rated every criterion."""


Figure = Fraction | Missing


@dataclass(frozen=True, slots=True)
class Spread:
    """The ratings of one criterion: how many, their median, highest less lowest, and the mean distance from the median.

    The last three are None where nobody rated it.
    """

    criterion: str
    raters: int
    median: Fraction | None
    range: int | None
    average_deviation: Fraction | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the raters of a standard or a rubric agree. `units` are the criteria that at least two raters rated."""

    raters: int
    units: int
    alpha: Figure
    exact: Figure
    within_one: Figure
    kappa: Figure


def spread_of(criterion: str, levels: Unit) -> Spread:
    """Median, range and average deviation around the median of one criterion's ratings."""
    if not levels:
        return Spread(criterion, 0, None, None, None)
    middle = Fraction(median(map(Fraction, levels)))
    deviation = sum((abs(level - middle) for level in levels), Fraction()) / len(levels)
    return Spread(criterion, len(levels), middle, max(levels) - min(levels), deviation)


def ranked(spreads: Iterable[Spread]) -> tuple[Spread, ...]:
    """What a meeting should discuss first: the largest range, then the largest average deviation. Ties keep their order.

    What fewer than two raters rated cannot differ and is left out.
    """
    known = [(one.range, one.average_deviation, one) for one in spreads if one.raters > 1]
    return tuple(one for *_key, one in sorted(known, key=lambda each: (each[0], each[1]), reverse=True))


def units_of(ratings: Ratings, criteria: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The ratings of each criterion, in the order of the criteria and of the raters."""
    return {name: tuple(levels[name] for levels in ratings.values() if name in levels) for name in criteria}


def agreement(ratings: Ratings, criteria: Sequence[str]) -> Agreement:
    """The figures of these criteria together."""
    units = units_of(ratings, criteria)
    paired = [unit for unit in units.values() if len(unit) > 1]
    taking_part = [levels for levels in ratings.values() if any(name in levels for name in criteria)]
    alpha = krippendorff_alpha(paired, ordinal(paired))
    return Agreement(
        raters=len(taking_part),
        units=len(paired),
        alpha=Missing.TOO_FEW if 0 < len(paired) < FEWEST_UNITS else alpha,
        exact=observed_agreement(paired, within=0),
        within_one=observed_agreement(paired, within=1),
        kappa=_kappa_of_two(taking_part, criteria),
    )


def _kappa_of_two(raters: Sequence[Mapping[str, int]], criteria: Sequence[str]) -> Figure:
    complete = [levels for levels in raters if all(name in levels for name in criteria)]
    if len(raters) != 2 or len(complete) != 2 or not criteria:  # noqa: PLR2004 - a pair
        return Missing.NOT_TWO_COMPLETE
    first, second = complete
    return weighted_kappa([(first[name], second[name]) for name in criteria], squared)


def observed_agreement(units: Iterable[Unit], within: int) -> Figure:
    """The mean over criteria of the share of pairs of ratings that differ by no more than `within` levels (Fleiss 1971)."""
    shares = []
    for unit in units:
        pairs = list(combinations(unit, 2))
        if pairs:
            shares.append(Fraction(sum(abs(one - other) <= within for one, other in pairs), len(pairs)))
    return sum(shares, Fraction()) / len(shares) if shares else Missing.NO_OVERLAP


def krippendorff_alpha(units: Iterable[Unit], distance: Distance) -> Figure:
    """1 less the observed disagreement over that expected by chance (Krippendorff 2011). It may be below 0.

    Units with one rating take no part.
    """
    paired = [Counter(unit) for unit in units if len(unit) > 1]
    if not paired:
        return Missing.NO_OVERLAP
    totals = sum(paired, Counter[int]())
    count = totals.total()
    observed = sum((_disagreement(unit, distance) / (unit.total() - 1) for unit in paired), Fraction())
    expected = _disagreement(totals, distance) / (count - 1)
    return 1 - observed / expected if expected else Missing.NO_VARIATION


def _disagreement(counted: Counter[int], distance: Distance) -> Fraction:
    """The distances of all ordered pairs."""
    pairs = combinations(counted, 2)
    return 2 * sum((counted[one] * counted[other] * distance(one, other) for one, other in pairs), Fraction())


def ordinal(units: Iterable[Unit]) -> Distance:
    """The squared distance of ranks: how many ratings lie between two levels, theirs counted half."""
    totals = Counter(level for unit in units if len(unit) > 1 for level in unit)

    def distance(one: int, other: int) -> Fraction:
        low, high = sorted((one, other))
        between = sum(count for level, count in totals.items() if low <= level <= high)
        return (between - Fraction(totals[low] + totals[high], 2)) ** 2 if low != high else Fraction()

    return distance


def nominal(one: int, other: int) -> Fraction:
    """Equal or not."""
    return Fraction(one != other)


def squared(one: int, other: int) -> Fraction:
    """The squared difference: of interval alpha, and of the quadratic weighted kappa."""
    return Fraction((one - other) ** 2)


def weighted_kappa(pairs: Sequence[tuple[int, int]], distance: Distance) -> Figure:
    """1 less the mean distance of the two raters over that of their levels paired at random (Cohen 1968)."""
    if not pairs:
        return Missing.NO_OVERLAP
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    met = sum((distance(one, other) for one, other in pairs), Fraction()) / len(pairs)
    chance = sum((first[one] * second[other] * distance(one, other) for one in first for other in second), Fraction())
    return 1 - met * len(pairs) ** 2 / chance if chance else Missing.NO_VARIATION
