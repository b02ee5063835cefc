"""Scores, bands and the verdict: from answers to a scorecard. The exact method is in docs/method.md.

Percentages are exact fractions in 0..100. None means that a number does not exist, which is not the same as zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.rubrics.model import TOP_LEVEL, Criterion, Rubric, Scale, Standard
from app.scoring.answers import Action, Answer, Assessed, cap, component_weights
from app.scoring.coverage import coverage_of
from app.scoring.gaps import cause_of, gap_size, list_gaps, target_of
from app.scoring.scorecard import CriterionScore, Figures, RubricScore, Scorecard, StandardScore, State, Verdict
from app.scoring.weights import whole_weights

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from the rubrics' scores: the index with its ends (percent, or None), the verdict and the blockers."""

    verdict: Verdict
    index: Fraction | None
    index_low: Fraction | None
    index_high: Fraction | None
    blockers: tuple[str, ...]


def score(assessed: Assessed) -> Scorecard:
    """Score an assessment. Pure: the same answers always give the same scorecard, whatever their order."""
    weights = component_weights(assessed.profile, assessed.rubrics)
    rubrics = tuple(score_rubric(rubric, assessed, weights.get(rubric.id, Fraction(0))) for rubric in assessed.rubrics)
    outcome = conclude(assessed, rubrics)
    return Scorecard(
        date=assessed.date,
        profile=assessed.profile.id,
        verdict=outcome.verdict,
        index=outcome.index,
        index_low=outcome.index_low,
        index_high=outcome.index_high,
        rubrics=rubrics,
        blockers=outcome.blockers,
        gaps=list_gaps(_components_first(assessed, rubrics), assessed),
        coverage=tuple(coverage_of(crosswalk, rubrics) for crosswalk in assessed.crosswalks),
    )


def conclude(assessed: Assessed, rubrics: Sequence[RubricScore]) -> Outcome:
    """The outcome of these scores."""
    ordered = _components_first(assessed, rubrics)
    components = [one for one in ordered if one.component_weight]
    index, low, high = _index(components)
    return Outcome(_verdict(assessed, components, low, high), index, low, high, tuple(_blockers(ordered)))


def _components_first(assessed: Assessed, rubrics: Sequence[RubricScore]) -> list[RubricScore]:
    """The profile's components in its order, then the other rubrics in the assessment's."""
    order = list(component_weights(assessed.profile, assessed.rubrics))
    return sorted(rubrics, key=lambda one: order.index(one.rubric) if one.rubric in order else len(order))


def score_rubric(rubric: Rubric, assessed: Assessed, component_weight: Fraction) -> RubricScore:
    """The figures of a rubric and of everything in it."""
    standards = tuple(_score_standard(rubric, standard, assessed) for standard in rubric.standards)
    counted = [one for one in standards if not one.figures.excluded]
    value = _mean((one.figures.score, one.weight) for one in counted)
    fails = mandatory_fails(criterion for one in standards for criterion in one.criteria)
    figures = Figures(
        score=value,
        claimed=_mean((one.figures.claimed, one.weight) for one in counted),
        low=_mean((one.figures.low, one.weight) for one in counted),
        high=_mean((one.figures.high, one.weight) for one in counted),
        answered=sum(one.figures.answered for one in standards),
        applicable=sum(one.figures.applicable for one in standards),
        band=band_of(value, assessed.scale, mandatory_fails=fails),
        excluded=not counted,
    )
    digest = assessed.digests.get(rubric.reference, "")
    return RubricScore(rubric.id, rubric.edition, digest, component_weight, figures, standards)


def _score_standard(rubric: Rubric, standard: Standard, assessed: Assessed) -> StandardScore:
    criteria = tuple(_score_criterion(criterion, f"{rubric.id}:{criterion.id}", assessed) for criterion in standard.criteria)
    figures = _standard_figures([one for one in criteria if one.applicable], assessed.scale)
    return StandardScore(standard.id, standard.number, standard.weight, figures, criteria)


def _score_criterion(criterion: Criterion, reference: str, assessed: Assessed) -> CriterionScore:
    answer = assessed.answers.get(reference)
    state = _state(answer)
    level = answer.level if answer else None
    most = cap(answer.natures) if answer and level is not None else None
    reached = min(level, most) if level is not None and most is not None else None
    applicable = state is not State.NOT_APPLICABLE
    target = target_of(criterion, assessed.targets.get(reference, assessed.profile.target)) if applicable else None
    size = gap_size(target, reached) if target is not None else None
    return CriterionScore(
        id=criterion.id,
        code=criterion.code,
        state=state,
        claimed=level,
        substantiated=reached,
        cap=most,
        target=target,
        gap=size,
        cause=cause_of(target, level, reached) if target is not None and size else None,
        mandatory=criterion.mandatory,
        minimum=criterion.minimum,
        blocker=applicable and criterion.mandatory and (reached or 0) < criterion.minimum,
        weight=criterion.weight,
    )


def _state(answer: Answer | None) -> State:
    if answer is None:
        return State.UNANSWERED
    return State.NOT_APPLICABLE if answer.not_applicable else State.ANSWERED


def _standard_figures(applicable: Sequence[CriterionScore], scale: Scale) -> Figures:
    weights = whole_weights(one.weight for one in applicable)
    answered = [(weight, one) for weight, one in zip(weights, applicable, strict=True) if one.state is State.ANSWERED]
    everything, known = sum(weights), sum(weight for weight, _one in answered)
    reached = sum(weight * (one.substantiated or 0) for weight, one in answered)
    claimed = sum(weight * (one.claimed or 0) for weight, one in answered)
    value = Fraction(PERCENT * reached, TOP_LEVEL * known) if answered else None
    return Figures(
        score=value,
        claimed=Fraction(PERCENT * claimed, TOP_LEVEL * known) if answered else None,
        low=Fraction(PERCENT * reached, TOP_LEVEL * everything) if applicable else None,
        high=Fraction(PERCENT * (reached + TOP_LEVEL * (everything - known)), TOP_LEVEL * everything) if applicable else None,
        answered=len(answered),
        applicable=len(applicable),
        band=band_of(value, scale, mandatory_fails=mandatory_fails(applicable)),
        excluded=not applicable,
    )


def mandatory_fails(criteria: Iterable[CriterionScore]) -> bool:
    """Whether an answered mandatory criterion is below its minimum; an unanswered one makes a band provisional instead."""
    return any(one.blocker and one.state is State.ANSWERED for one in criteria)


def band_of(value: Fraction | None, scale: Scale, *, mandatory_fails: bool) -> str | None:
    """The id of the band of `value` percent, capped when a mandatory criterion fails; None without a value."""
    if value is None:
        return None
    lower = scale.boundary == "below"
    reached = max(i for i, band in enumerate(scale.bands) if band.start < value or (band.start == value and not (lower and i)))
    if mandatory_fails:
        highest = next(index for index, band in enumerate(scale.bands) if band.id == scale.cap_when_mandatory_fails)
        reached = min(reached, highest)
    return scale.bands[reached].id


def _mean(values: Iterable[tuple[Fraction | None, Fraction]]) -> Fraction | None:
    """The weighted mean of the values that exist; None when none does."""
    known = [(value, weight) for value, weight in values if value is not None]
    if not known:
        return None
    total = sum((value * weight for value, weight in known), Fraction(0))
    return total / sum((weight for _value, weight in known), Fraction(0))


def _index(components: Sequence[RubricScore]) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    counted = [one for one in components if not one.figures.excluded]
    return (
        _mean((one.figures.score, one.component_weight) for one in counted),
        _mean((one.figures.low, one.component_weight) for one in counted),
        _mean((one.figures.high, one.component_weight) for one in counted),
    )


def _blockers(rubrics: Iterable[RubricScore]) -> Iterable[str]:
    return (f"{one.rubric}:{criterion.id}" for one in rubrics for criterion in one.criteria() if criterion.blocker)


def _verdict(assessed: Assessed, components: Sequence[RubricScore], low: Fraction | None, high: Fraction | None) -> Verdict:
    """The first verdict that holds; only blockers of components count."""
    if low is None or high is None:
        return Verdict.NOT_READY
    blockers = list(_blockers(components))
    complete = all(one.figures.completeness == 1 for one in components)
    if low >= assessed.profile.ready_from and not blockers:
        return Verdict.READY
    if low >= assessed.profile.conditional_from and _all_planned(blockers, assessed.actions):
        return Verdict.READY_WITH_CONDITIONS
    if not complete and high >= assessed.profile.conditional_from:
        return Verdict.UNDETERMINED
    return Verdict.NOT_READY


def _all_planned(blockers: Iterable[str], actions: Iterable[Action]) -> bool:
    planned = {action.criterion for action in actions if action.answers_a_blocker}
    return all(blocker in planned for blocker in blockers)
