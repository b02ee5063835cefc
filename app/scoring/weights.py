"""Weights as whole numbers: where only proportions count, sums of whole numbers are as exact as fractions' and much quicker."""

from collections.abc import Iterable
from fractions import Fraction
from math import lcm


def whole_weights(weights: Iterable[Fraction]) -> list[int]:
    """The weights as whole numbers in the same proportions."""
    given = list(weights)
    unit = lcm(*(one.denominator for one in given))
    return [one.numerator * (unit // one.denominator) for one in given]
