"""Gaps: how far each criterion is from its target, why, and which to close first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from app.rubrics.model import TOP_LEVEL, Criterion
from app.scoring.answers import Assessed
from app.scoring.weights import whole_weights

if TYPE_CHECKING:
    from app.scoring.scorecard import CriterionScore, RubricScore

MANDATORY_FACTOR = 2
"""m in the method: a gap of a mandatory criterion counts twice."""


class Cause(StrEnum):
    """Why there is a gap: nothing answered, proof missing, practice missing, or both."""

    UNANSWERED = "unanswered"
    EVIDENCE = "evidence"
    PRACTICE = "practice"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap above 0, in levels; `priority` orders the list, `leverage` is what closing it gives to other rubrics' gaps."""

    criterion: str
    gap: int
    cause: Cause
    priority: Fraction
    leverage: Fraction


def target_of(criterion: Criterion, wanted: int) -> int:
    """The level to reach: the wanted one, for a mandatory criterion never below its minimum."""
    return max(wanted, criterion.minimum) if criterion.mandatory else wanted


def gap_size(target: int, substantiated: int | None) -> int:
    """Levels missing to the target; an unanswered criterion (None) counts as level 0 here."""
    return max(0, target - (substantiated or 0))


def cause_of(target: int, claimed: int | None, substantiated: int | None) -> Cause:
    """The cause of a gap that is there."""
    if claimed is None or substantiated is None:
        return Cause.UNANSWERED
    if claimed >= target:
        return Cause.EVIDENCE
    return Cause.PRACTICE if substantiated == claimed else Cause.BOTH


def list_gaps(rubrics: Sequence["RubricScore"], assessed: Assessed) -> tuple[Gap, ...]:
    """Every gap, highest priority first; ties stay in the order of `rubrics` (components first) and of their criteria."""
    sizes = {f"{one.rubric}:{c.id}": c.gap or 0 for one in rubrics for c in one.criteria()}
    leverages = _leverages(sizes, assessed)
    total = sum((component.weight for component in assessed.profile.components), Fraction(0))
    gaps = [gap for one in rubrics for gap in _gaps_of(one, total, leverages)]
    return tuple(sorted(gaps, key=lambda gap: gap.priority, reverse=True))


def _gaps_of(rubric: "RubricScore", total: Fraction, leverages: Mapping[str, Fraction]) -> list[Gap]:
    standards = [one for one in rubric.standards if not one.figures.excluded]
    all_standards = sum((one.weight for one in standards), Fraction(0))
    found = []
    for standard in standards:
        # The criterion's share of its standard is its weight over the applicable ones': the division is done once for all.
        applicable = [one for one in standard.criteria if one.applicable]
        weights = whole_weights(one.weight for one in applicable)
        share = standard.weight / all_standards * rubric.component_weight / total / sum(weights)
        found += [
            _gap(f"{rubric.rubric}:{criterion.id}", criterion, (share, weight), leverages)
            for criterion, weight in zip(applicable, weights, strict=True)
            if criterion.gap
        ]
    return found


def _gap(reference: str, criterion: "CriterionScore", share: tuple[Fraction, int], leverages: Mapping[str, Fraction]) -> Gap:
    """The gap of a criterion whose share of the whole is the product of `share`."""
    size, cause = criterion.gap or 0, criterion.cause or Cause.UNANSWERED
    leverage = leverages.get(reference, Fraction(0))
    factor = MANDATORY_FACTOR if criterion.mandatory else 1
    unit, weight = share
    # One fraction is made, not four; most criteria have no leverage.
    priority = Fraction(unit.numerator * weight * size * factor, unit.denominator * TOP_LEVEL)
    return Gap(reference, size, cause, priority * (1 + leverage) if leverage else priority, leverage)


def _leverages(sizes: Mapping[str, int], assessed: Assessed) -> dict[str, Fraction]:
    """For each source criterion: the summed strength of the crosswalk entries whose target still has a gap."""
    halves: dict[str, int] = {}  # strengths are halves, and whole numbers add up quickly
    for crosswalk in assessed.crosswalks:
        for entry in crosswalk.entries:
            if sizes.get(f"{crosswalk.target}:{entry.target}", 0) > 0:
                for source in entry.sources:
                    reference = f"{crosswalk.source}:{source}"
                    halves[reference] = halves.get(reference, 0) + entry.strength.halves
    return {reference: Fraction(count, 2) for reference, count in halves.items()}
