"""The same scores in the words other readers know. Pure; a label here is never a decision of the body it is borrowed from."""

from collections.abc import Sequence

from app.reports.build_parts import Sources
from app.reports.model_views import RubricView, ViewedScale, ViewRow, Views
from app.rubrics.model import Scale
from app.scoring.score import band_of, mandatory_fails
from app.scoring.scorecard import CriterionScore, Figures, RubricScore, Scorecard


def views(sources: Sources, card: Scorecard, *, verified: bool) -> Views:
    """Every rubric on the borrowed scales of the library whose labels are verified, or on those whose labels are not."""
    scales = [one for one in sources.library.scales.values() if one.indicative_of and one.verified is verified]
    return Views(
        scales=tuple(ViewedScale(sources.text(one.title), one.indicative_of or "") for one in scales),
        rubrics=tuple(_rubric(sources, rubric, scales) for rubric in card.rubrics) if scales else (),
    )


def _rubric(sources: Sources, scored: RubricScore, scales: Sequence[Scale]) -> RubricView:
    rubric = sources.library.rubric(f"{scored.rubric}@{scored.edition}")
    rows = [
        ViewRow(one.number, sources.text(standard.title), _labels(sources, one.figures, one.criteria, scales))
        for standard, one in zip(rubric.standards, scored.standards, strict=True)
    ]
    title = sources.text(rubric.of.title)
    whole = ViewRow(None, title, _labels(sources, scored.figures, tuple(scored.criteria()), scales))
    return RubricView(title, (*rows, whole), scored.figures.provisional)


def _labels(
    sources: Sources, figures: Figures, criteria: Sequence[CriterionScore], scales: Sequence[Scale]
) -> tuple[str | None, ...]:
    fails = mandatory_fails(criteria)
    found = [(scale, band_of(figures.score, scale, mandatory_fails=fails)) for scale in scales]
    return tuple(next((sources.text(band.label) for band in scale.bands if band.id == reached), None) for scale, reached in found)
