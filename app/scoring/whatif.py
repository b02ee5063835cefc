"""What an assessment would look like if some steps were done. Nothing is estimated: the answers are changed and scored again.

A step is an action of the plan, or a gap that is closed. The exact assumption stands in docs/method.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.rubrics.model import Nature
from app.scoring.answers import Answer, Assessed
from app.scoring.gaps import target_of
from app.scoring.score import Outcome, conclude, score, score_rubric
from app.scoring.scorecard import Scorecard, Verdict


@dataclass(frozen=True, slots=True)
class Expected:
    """What a step does to one criterion. A level of None is the criterion's target, natures of None are proof enough."""

    criterion: str
    level: int | None = None
    natures: frozenset[Nature] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done, by a name of its own, with what it does to its criteria."""

    key: str
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """What one step alone would give: points of the index and of its lower end, None where there is no index."""

    key: str
    gain_low: Fraction | None
    gain: Fraction | None
    removes: tuple[str, ...]
    """The blockers that would be gone."""
    verdict: Verdict


def after(assessed: Assessed, steps: Iterable[Step]) -> dict[str, Answer]:
    """Every answer as it would be if the steps were done.

    An answer never gets worse, proof is added to what is there, and what is not applicable stays so. Where steps meet at a
    criterion, the highest level and the proof of all of them hold, so their order does not matter.
    """
    answers = dict(assessed.answers)
    for one in (expected for step in steps for expected in step.expected):
        present = answers.get(one.criterion)
        level = _level(assessed, one)
        if level is None or (present is not None and present.not_applicable):
            continue
        claimed, natures = (present.level or 0, present.natures) if present else (0, frozenset[Nature]())
        answers[one.criterion] = Answer(
            max(claimed, level), natures | (frozenset(Nature) if one.natures is None else one.natures)
        )
    return answers


def _level(assessed: Assessed, expected: Expected) -> int | None:
    """The level that is expected; None for a criterion that no rubric of the assessment has."""
    rubric_id, _colon, name = expected.criterion.partition(":")
    criterion = next((one.by_id[name] for one in assessed.rubrics if one.id == rubric_id and name in one.by_id), None)
    if criterion is None or expected.level is not None:
        return expected.level if criterion else None
    return target_of(criterion, assessed.targets.get(expected.criterion, assessed.profile.target))


def what_if(assessed: Assessed, steps: Iterable[Step]) -> Scorecard:
    """The scorecard as it would be, by the ordinary method. It is shown and never stored."""
    return score(replace(assessed, answers=after(assessed, steps)))


def outcome_of(assessed: Assessed, card: Scorecard, answers: Mapping[str, Answer], touched: Iterable[str]) -> Outcome:
    """The outcome of other answers to the `touched` criteria: only their rubrics are scored again, others cannot change."""
    changed, rubrics_touched = replace(assessed, answers=answers), {name.partition(":")[0] for name in touched}
    rubrics = [
        score_rubric(rubric, changed, scored.component_weight) if rubric.id in rubrics_touched else scored
        for rubric, scored in zip(assessed.rubrics, card.rubrics, strict=True)
    ]
    return conclude(changed, rubrics)


def gains(assessed: Assessed, card: Scorecard, steps: Sequence[Step]) -> tuple[Gain, ...]:
    """What each step alone would give, those first that remove most blockers, then those that raise the lower end most."""
    blockers = frozenset(card.blockers)
    found = []
    for step in steps:
        outcome = outcome_of(assessed, card, after(assessed, [step]), (one.criterion for one in step.expected))
        removed = tuple(sorted(blockers.difference(outcome.blockers)))
        gain_low, gain = difference(card.index_low, outcome.index_low), difference(card.index, outcome.index)
        found.append(Gain(step.key, gain_low, gain, removed, outcome.verdict))
    return tuple(sorted(found, key=lambda one: (-len(one.removes), -(one.gain_low or 0), -(one.gain or 0))))


def difference(before: Fraction | None, later: Fraction | None) -> Fraction | None:
    """Points gained; None where either is missing."""
    return None if before is None or later is None else later - before
