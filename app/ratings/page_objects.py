"""Typed page objects of ratings."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.scoring.agreement import Agreement, Spread


@dataclass(frozen=True, slots=True)
class RaterLine:
    """A rater of a round: name, whom they speak for, how many criteria they rated."""

    id: int
    name: str
    role: str
    rated: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rated:
    """A criterion side by side: each rater's level and note in the raters' order, None where it was left out."""

    reference: str
    code: str
    question: str
    levels: tuple[int | None, ...]
    notes: tuple[tuple[str, str], ...]
    spread: Spread


@dataclass(frozen=True, slots=True)
class Figures:
    """The agreement of a standard, or of a rubric as a whole."""

    title: str
    whole: bool
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Side:
    """A closed round side by side: what differs most first, then how far the raters agree."""

    number: int
    closed_at: datetime | None
    raters: tuple[RaterLine, ...]
    criteria: tuple[Rated, ...]
    figures: tuple[Figures, ...]


@dataclass(frozen=True, slots=True)
class RatersPage:
    """The raters of an assessment. `candidates` are people of the house; None of `open` while no round is open."""

    id: int
    title: str
    institution: str
    manages: bool
    rates: bool
    blind: bool
    open: int | None
    raters: tuple[RaterLine, ...]
    total: int
    candidates: tuple[tuple[int, str], ...]
    side: Side | None
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A criterion on the rater's way: their own level, None while they gave none."""

    reference: str
    code: str
    question: str
    standard: str
    level: int | None


@dataclass(frozen=True, slots=True)
class MyPage:
    """A rater's own progress."""

    id: int
    title: str
    institution: str
    role: str
    finished_at: datetime | None
    steps: tuple[Step, ...]

    @property
    def rated(self) -> int:
        """How many criteria have a level."""
        return sum(one.level is not None for one in self.steps)

    @property
    def first_open(self) -> str | None:
        """The first criterion without a level."""
        return next((one.reference for one in self.steps if one.level is None), None)


@dataclass(frozen=True, slots=True)
class RatePage:
    """One criterion to rate: what the answer says and cites, not its level."""

    mine: MyPage
    step: Step
    guidance: str
    levels: tuple[tuple[int, str], ...]
    text_language: str
    comment: str | None
    evidence: tuple[Any, ...]
    links_evidence: bool
    previous: str | None
    next: str | None
    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
