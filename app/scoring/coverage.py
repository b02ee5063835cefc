"""What evidence for one rubric already gives for another, and what it never will. It shows; it never writes a level."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from app.rubrics.crosswalk import Crosswalk, CrosswalkEntry
from app.rubrics.model import TOP_LEVEL

if TYPE_CHECKING:
    from app.scoring.scorecard import CriterionScore, RubricScore

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
    standards = []
    counted: list[tuple[CriterionScore, CriterionCoverage]] = []
    for standard in target.standards:
        covered = [(one, _covered(one.id, entries.get(one.id, ()), levels)) for one in standard.criteria if one.applicable]
        counted += covered
        coverage, ceiling = _means(covered)
        standards.append(StandardCoverage(standard.id, coverage, ceiling, tuple(one for _score, one in covered)))
    coverage, ceiling = _means(counted)
    beyond = tuple(f"{crosswalk.target}:{one.id}" for _score, one in counted if not one.ceiling)
    return Coverage(crosswalk.source, crosswalk.target, coverage, ceiling, beyond, tuple(standards))


def _covered(target: str, entries: Iterable[CrosswalkEntry], levels: Mapping[str, int]) -> CriterionCoverage:
    """The best entry decides; within an entry the weakest source does, because its sources serve together."""
    reached = [
        entry.strength.share * Fraction(min((levels.get(source, 0) for source in entry.sources), default=0), TOP_LEVEL)
        for entry in entries
    ]
    best = [entry.strength.share for entry in entries]
    return CriterionCoverage(target, max(reached, default=Fraction(0)), max(best, default=Fraction(0)))


def _means(covered: Sequence[tuple["CriterionScore", CriterionCoverage]]) -> tuple[Fraction | None, Fraction | None]:
    total = sum((score.weight for score, _covered in covered), Fraction(0))
    if not total:
        return None, None
    coverage = sum((score.weight * one.coverage for score, one in covered if one.coverage), Fraction(0))
    ceiling = sum((score.weight * one.ceiling for score, one in covered if one.ceiling), Fraction(0))
    return PERCENT * coverage / total, PERCENT * ceiling / total
