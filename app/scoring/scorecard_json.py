"""The scorecard as JSON data (`sapa-scorecard/1`), numbers unrounded."""

from fractions import Fraction
from typing import Any

from app.scoring.coverage import Coverage
from app.scoring.scorecard import CriterionScore, Figures, RubricScore, Scorecard, StandardScore

FORMAT = "sapa-scorecard/1"


def to_json(card: Scorecard) -> dict[str, Any]:
    """The object that `sapa score --json` prints, that is embedded in every PDF and that the API answers."""
    return {
        "format": FORMAT,
        "date": card.date.isoformat(),
        "profile": card.profile,
        "verdict": card.verdict.value,
        "index": _number(card.index),
        "index_low": _number(card.index_low),
        "index_high": _number(card.index_high),
        "rubrics": [_rubric(one) for one in card.rubrics],
        "blockers": list(card.blockers),
        "gaps": [
            {
                "criterion": gap.criterion,
                "gap": gap.gap,
                "cause": gap.cause.value,
                "priority": _number(gap.priority),
                "leverage": _number(gap.leverage),
            }
            for gap in card.gaps
        ],
        "coverage": [_coverage(one) for one in card.coverage],
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "score": _number(figures.score),
        "claimed": _number(figures.claimed),
        "low": _number(figures.low),
        "high": _number(figures.high),
        "answered": figures.answered,
        "applicable": figures.applicable,
        "completeness": _number(figures.completeness),
        "band": figures.band,
        "provisional": figures.provisional,
        "excluded": figures.excluded,
    }


def _rubric(one: RubricScore) -> dict[str, Any]:
    head = {"rubric": one.rubric, "edition": one.edition, "digest": one.digest}
    return {**head, **_figures(one.figures), "standards": [_standard(standard) for standard in one.standards]}


def _standard(one: StandardScore) -> dict[str, Any]:
    criteria = [criterion_to_json(criterion) for criterion in one.criteria]
    return {"id": one.id, "number": one.number, **_figures(one.figures), "criteria": criteria}


def criterion_to_json(one: CriterionScore) -> dict[str, Any]:
    """One criterion of the scorecard."""
    return {
        "id": one.id,
        "code": one.code,
        "state": one.state.value,
        "claimed": one.claimed,
        "substantiated": one.substantiated,
        "cap": one.cap,
        "target": one.target,
        "gap": one.gap,
        "cause": one.cause.value if one.cause else None,
        "mandatory": one.mandatory,
        "minimum": one.minimum,
        "blocker": one.blocker,
    }


def _coverage(one: Coverage) -> dict[str, Any]:
    return {
        "source": one.source,
        "target": one.target,
        "coverage": _number(one.coverage),
        "ceiling": _number(one.ceiling),
        "out_of_reach": list(one.out_of_reach),
        "standards": [
            {"id": standard.id, "coverage": _number(standard.coverage), "ceiling": _number(standard.ceiling)}
            for standard in one.standards
        ],
    }
