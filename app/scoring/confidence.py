"""How sure a result is, what of its evidence is running out, and how its plan stands on a day. Pure.

A share is a fraction in 0..1. None means that there is nothing to take a share of, which is not zero.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

SOON = timedelta(days=90)
"""Evidence that ends within this time is about to expire."""
NEXT = 3
"""How many of the coming due dates are told."""


@dataclass(frozen=True, slots=True)
class Backing:
    """What an answered criterion rests on: its substantiated level, and whether any evidence cited for it has each quality."""

    level: int
    cited: bool
    valid: bool
    dated: bool
    placed: bool


@dataclass(frozen=True, slots=True)
class Confidence:
    """Shares of what the answered criteria rest on."""

    backed: Fraction | None
    """Of the substantiated levels, taken together, those of criteria with valid evidence. None where no level is above 0."""
    cited: Fraction | None
    """Of the answered criteria, those with evidence."""
    valid: Fraction | None
    """Those with evidence that is valid."""
    dated: Fraction | None
    """Those with evidence that says of when it is."""
    placed: Fraction | None
    """Those that say where in the evidence to look."""


def confidence(answered: Sequence[Backing]) -> Confidence:
    """How sure the result of these answers is."""
    count = len(answered)
    return Confidence(
        backed=share_of(sum(one.level for one in answered if one.valid), sum(one.level for one in answered)),
        cited=share_of(sum(one.cited for one in answered), count),
        valid=share_of(sum(one.valid for one in answered), count),
        dated=share_of(sum(one.dated for one in answered), count),
        placed=share_of(sum(one.placed for one in answered), count),
    )


def share_of(part: int, whole: int) -> Fraction | None:
    """A part of a whole, 0..1; None of nothing."""
    return Fraction(part, whole) if whole else None


@dataclass(frozen=True, slots=True)
class Expiries:
    """Names of evidence by when it ends, the earliest first; what has ended, and what ends within `SOON`."""

    ended: tuple[str, ...]
    soon: tuple[str, ...]


def expiries(ends: Mapping[str, date | None], day: date) -> Expiries:
    """What of the evidence has ended before `day` or is about to. An open end never does; the last day still counts."""
    known = sorted((end, name) for name, end in ends.items() if end is not None)
    return Expiries(
        ended=tuple(name for end, name in known if end < day),
        soon=tuple(name for end, name in known if day <= end <= day + SOON),
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """An action as the plan's figures need it: its number, status and due date."""

    number: int
    status: str
    due: date | None


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """How a plan stands on a day: how many actions in each status, and the numbers of open ones that are late or next."""

    by_status: Mapping[str, int]
    overdue: tuple[int, ...]
    coming: tuple[int, ...]
    without_date: int


def plan_figures(actions: Iterable[Planned], day: date) -> PlanFigures:
    """The figures of a plan. An action is late from the day after it was due; only open ones are."""
    known = tuple(actions)
    dated = sorted((one.due, one.number) for one in known if one.status == "open" and one.due is not None)
    return PlanFigures(
        by_status=Counter(one.status for one in known),
        overdue=tuple(number for due, number in dated if due < day),
        coming=tuple(number for due, number in dated if due >= day)[:NEXT],
        without_date=sum(one.status == "open" and one.due is None for one in known),
    )
