"""What scoring gives: the figures of criteria, standards, rubrics and the whole.

Percentages are exact fractions in 0..100. None means that a number does not exist, which is not the same as zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.scoring.coverage import Coverage
from app.scoring.gaps import Cause, Gap


class State(StrEnum):
    """What is known of a criterion."""

    ANSWERED = "answered"
    NOT_APPLICABLE = "not_applicable"
    UNANSWERED = "unanswered"


class Verdict(StrEnum):
    """Readiness by the profile's thresholds; this tool's indication, never an agency's decision."""

    READY = "ready"
    READY_WITH_CONDITIONS = "ready_with_conditions"
    UNDETERMINED = "undetermined"
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """One criterion: levels 0 to 4; `claimed`, `substantiated` and `cap` are None unless it is answered."""

    id: str
    code: str
    state: State
    claimed: int | None
    substantiated: int | None
    cap: int | None
    target: int | None
    gap: int | None
    cause: Cause | None
    mandatory: bool
    minimum: int
    blocker: bool
    weight: Fraction

    @property
    def applicable(self) -> bool:
        """Not-applicable criteria leave every sum."""
        return self.state is not State.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a standard or a rubric."""

    score: Fraction | None
    claimed: Fraction | None
    low: Fraction | None
    high: Fraction | None
    answered: int
    applicable: int
    band: str | None
    excluded: bool

    @property
    def completeness(self) -> Fraction:
        """Answered of applicable criteria, 0..1; 1 when none is applicable."""
        return Fraction(self.answered, self.applicable) if self.applicable else Fraction(1)

    @property
    def provisional(self) -> bool:
        """True while applicable criteria are unanswered: the band may still change."""
        return self.completeness < 1


@dataclass(frozen=True, slots=True)
class StandardScore:
    """A standard's figures and its criteria in order."""

    id: str
    number: str
    weight: Fraction
    figures: Figures
    criteria: tuple[CriterionScore, ...]


@dataclass(frozen=True, slots=True)
class RubricScore:
    """A rubric's figures and its standards in order; `component_weight` is 0 when it does not count for the profile."""

    rubric: str
    edition: str
    digest: str
    component_weight: Fraction
    figures: Figures
    standards: tuple[StandardScore, ...]

    def criteria(self) -> Iterable[CriterionScore]:
        """Every criterion in order."""
        for standard in self.standards:
            yield from standard.criteria


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All figures of one assessment. `index`, `index_low`, `index_high` are percent, None when no component has any."""

    date: date
    profile: str
    verdict: Verdict
    index: Fraction | None
    index_low: Fraction | None
    index_high: Fraction | None
    rubrics: tuple[RubricScore, ...]
    blockers: tuple[str, ...]
    gaps: tuple[Gap, ...]
    coverage: tuple[Coverage, ...]
