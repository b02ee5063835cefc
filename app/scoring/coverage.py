"""What evidence for one rubric already gives for another, and what it never will. It shows; it never writes a level."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from app.rubrics.crosswalk import Crosswalk, CrosswalkEntry
from app.rubrics.model import TOP_LEVEL
from app.scoring.weights import whole_weights

if TYPE_CHECKING:
    from app.scoring.scorecard import RubricScore

PERCENT = 100


@dataclass(frozen=True, slots=True)
class CriterionCoverage:
    """How far the source serves one target criterion now (`coverage`) and at best (`ceiling`), both 0..1."""

    id: str
    coverage: Fraction
    ceiling: Fraction


@dataclass(frozen=True, slots=True)
class StandardCoverage:
    """Weighted means over a standard's applicable criteria, in percent; None when none is applicable."""

    id: str
    coverage: Fraction | None
    ceiling: Fraction | None
    criteria: tuple[CriterionCoverage, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """One crosswalk applied to one assessment. `out_of_reach` names target criteria the source never serves."""

    source: str
    target: str
    coverage: Fraction | None
    ceiling: Fraction | None
    out_of_reach: tuple[str, ...]
    standards: tuple[StandardCoverage, ...]


def coverage_of(crosswalk: Crosswalk, rubrics: Sequence["RubricScore"]) -> Coverage:
    """Coverage and ceiling of the crosswalk's target. Both its rubrics must be among `rubrics`."""
    source = next(one for one in rubrics if one.rubric == crosswalk.source)
    target = next(one for one in rubrics if one.rubric == crosswalk.target)
    levels = {criterion.id: criterion.substantiated or 0 for criterion in source.criteria()}
    entries: dict[str, list[CrosswalkEntry]] = {}
    for entry in crosswalk.entries:
        entries.setdefault(entry.target, []).append(entry)
    every = list(target.criteria())
    weights = dict(zip((one.id for one in every), whole_weights(one.weight for one in every), strict=True))
    standards, beyond = [], []
    whole: Counter[Steps] = Counter()
    for standard in target.standards:
        counted: Counter[Steps] = Counter()
        criteria = []
        for one in standard.criteria:
            if not one.applicable:
                continue
            steps = _steps(entries.get(one.id, ()), levels)
            counted[steps] += weights[one.id]
            criteria.append(CriterionCoverage(one.id, _COVERAGES[steps[0]], _CEILINGS[steps[1]]))
            if not steps[1]:
                beyond.append(f"{crosswalk.target}:{one.id}")
        whole.update(counted)
        standards.append(StandardCoverage(standard.id, *_means(counted), tuple(criteria)))
    return Coverage(crosswalk.source, crosswalk.target, *_means(whole), tuple(beyond), tuple(standards))


Steps = tuple[int, int]
"""Coverage and ceiling of a criterion, counted in whole steps: strength in halves, times level for the coverage."""
_COVERAGES = [Fraction(steps, 2 * TOP_LEVEL) for steps in range(2 * TOP_LEVEL + 1)]
_CEILINGS = [Fraction(steps, 2) for steps in range(3)]


def _steps(entries: Iterable[CrosswalkEntry], levels: Mapping[str, int]) -> Steps:
    """The best entry decides; within an entry the weakest source does, because its sources serve together."""
    reached = best = 0
    for entry in entries:
        weakest = min((levels.get(source, 0) for source in entry.sources), default=0)
        reached, best = max(reached, entry.strength.halves * weakest), max(best, entry.strength.halves)
    return reached, best


def _means(counted: Mapping[Steps, int]) -> tuple[Fraction | None, Fraction | None]:
    """Weighted means in percent of weights added up by steps; None when there are none."""
    total = sum(counted.values())
    if not total:
        return None, None
    coverage = sum(weight * steps[0] for steps, weight in counted.items())
    ceiling = sum(weight * steps[1] for steps, weight in counted.items())
    return Fraction(PERCENT * coverage, 2 * TOP_LEVEL * total), Fraction(PERCENT * ceiling, 2 * total)
