"""The section "What one quality system already gives for another". Pure; the figures come from the scorecard."""

from collections.abc import Iterable

from app.reports.build_parts import Sources, anchor_of, problem_of
from app.reports.model_coverage import CoverageRow, CoverageSection, CoverageStandard, Reusable
from app.rubrics.crosswalk import Crosswalk, CrosswalkEntry
from app.rubrics.model import Rubric
from app.scoring.coverage import Coverage, CriterionCoverage
from app.scoring.scorecard import Scorecard

ISO = "iso-9001-"
"""Every edition of ISO 9001 has an id that begins so."""


def coverage_sections(sources: Sources, card: Scorecard) -> tuple[CoverageSection, ...]:
    """One section for each crosswalk among the assessed rubrics: what ISO 9001 gives first, then in the rubrics' order."""
    order = [one.partition("@")[0] for one in sources.portable.rubrics]
    ranked = sorted(card.coverage, key=lambda one: (not one.source.startswith(ISO), order.index(one.target)))
    return tuple(_section(sources, coverage) for coverage in ranked)


def _section(sources: Sources, coverage: Coverage) -> CoverageSection:
    source, target = _rubric(sources, coverage.source), _rubric(sources, coverage.target)
    among = sources.library.crosswalks_among(one.partition("@")[0] for one in sources.portable.rubrics)
    crosswalk = next(one for one in among if (one.source, one.target) == (coverage.source, coverage.target))
    rows = {one.id: _row(sources, source, target, crosswalk, one) for standard in coverage.standards for one in standard.criteria}
    standards = tuple(
        CoverageStandard(
            number=standard.number,
            title=sources.text(standard.title),
            coverage=covered.coverage,
            ceiling=covered.ceiling,
            rows=tuple(rows[one.id] for one in covered.criteria),
        )
        for standard, covered in zip(target.standards, coverage.standards, strict=True)
    )
    return CoverageSection(
        source=sources.text(source.of.title),
        target=sources.text(target.of.title),
        from_iso=source.id.startswith(ISO),
        coverage=coverage.coverage,
        ceiling=coverage.ceiling,
        reviewed_by=crosswalk.basis.reviewed_by,
        standards=standards,
        out_of_reach=tuple(rows[name.partition(":")[2]] for name in coverage.out_of_reach),
    )


def _rubric(sources: Sources, rubric_id: str) -> Rubric:
    edition = next(one for one in sources.portable.rubrics if one.partition("@")[0] == rubric_id)
    return sources.library.rubric(edition)


def _row(sources: Sources, source: Rubric, target: Rubric, crosswalk: Crosswalk, covered: CriterionCoverage) -> CoverageRow:
    criterion = target.by_id[covered.id]
    entries = [entry for entry in crosswalk.entries if entry.target == covered.id]
    reference = f"{target.id}:{covered.id}"
    return CoverageRow(
        reference=reference,
        anchor=anchor_of(reference),
        code=criterion.code,
        question=sources.text(criterion.question),
        coverage=covered.coverage,
        ceiling=covered.ceiling,
        residuals=tuple(dict.fromkeys(sources.text(entry.residual) for entry in entries)),
        sources=tuple(dict.fromkeys(_codes(source, entries))),
        reusable=_reusable(sources, reference, [f"{source.id}:{name}" for entry in entries for name in entry.sources]),
    )


def _reusable(sources: Sources, target: str, served_by: Iterable[str]) -> tuple[Reusable, ...]:
    """Evidence of the source answers that the target's answer does not rest on yet, in the order of the answers."""
    answers, items = sources.portable.answers, sources.portable.evidence
    there = {citation.id for citation in answers[target].evidence} if target in answers else set()
    found = [citation.id for name in served_by if name in answers for citation in answers[name].evidence]
    return tuple(
        Reusable(id=name, title=items[name].title, valid=problem_of(sources, items[name]) is None)
        for name in dict.fromkeys(found)
        if name not in there
    )


def _codes(source: Rubric, entries: Iterable[CrosswalkEntry]) -> Iterable[str]:
    return (source.by_id[name].code for entry in entries for name in entry.sources)
