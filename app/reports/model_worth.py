"""The report's objects of what the action plan is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.scorecard import Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """The figures of a whole assessment; None where there is no number, which is not zero."""

    verdict: Verdict
    index: Fraction | None
    low: Fraction | None
    high: Fraction | None
    blockers: int
    gaps: int


@dataclass(frozen=True, slots=True)
class MovedStandard:
    """A standard whose score or band would be another."""

    rubric: str
    number: str
    title: str
    before: Fraction | None
    after: Fraction | None
    band_before: str | None
    band_after: str | None


@dataclass(frozen=True, slots=True)
class PlanWorth:
    """What the live actions together would give; `live` counts them. Never a promise: answers are changed and scored again."""

    live: int
    before: Standing
    after: Standing
    moved: tuple[MovedStandard, ...]
    removed: tuple[tuple[str, str], ...]
    """(code, question) of each blocker that would be gone."""
    closed: Mapping[int, tuple[str, ...]]
    """The codes of the gaps that would be gone, by the number of the action that works on them."""
    left: tuple[tuple[str, str], ...]
    """(code, question) of each blocker that would still be there."""
    effort: int
    without_effort: int
