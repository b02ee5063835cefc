"""Which single steps would change the picture most: each is tried by scoring again, nothing is estimated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from app.rubrics.model import Nature
from app.scoring.answers import Answer, Assessed
from app.scoring.score import Outcome, conclude, score_rubric
from app.scoring.scorecard import Scorecard, Verdict

CANDIDATES = 40
"""How many gaps, from the top of the list, are tried."""


@dataclass(frozen=True, slots=True)
class Move:
    """Bringing one criterion to its target with proof; gains are points of the index's lower end and of the index.

    A gain is None where there is no index.
    """

    criterion: str
    target: int
    gain_low: Fraction | None
    gain: Fraction | None
    removes_blocker: bool
    verdict: Verdict


def best_moves(assessed: Assessed, card: Scorecard, count: int = 5) -> tuple[Move, ...]:
    """The `count` steps that remove blockers and raise the assured index most, best first.

    Only criteria of components are tried: others cannot change the verdict.
    """
    components = {one.rubric for one in card.rubrics if one.component_weight}
    targets = dict(_targets(card))
    blocking = [name for name in card.blockers if _rubric(name) in components]
    leading = [gap.criterion for gap in card.gaps if _rubric(gap.criterion) in components][:CANDIDATES]
    tried = [_try(assessed, card, name, targets) for name in dict.fromkeys([*blocking, *leading])]
    return tuple(sorted(tried, key=lambda move: (not move.removes_blocker, -(move.gain_low or 0), -(move.gain or 0))))[:count]


def _what_if(assessed: Assessed, name: str, card: Scorecard, target: int) -> Outcome:
    """The outcome if this criterion stood at its target, proven. A claim above the target stays as it is."""
    present = assessed.answers.get(name)
    level = max(target, (present.level or 0) if present else 0)
    changed = replace(assessed, answers={**assessed.answers, name: Answer(level, frozenset(Nature))})
    # Only the criterion's own rubric is scored again: the others cannot have changed.
    rubrics = [
        score_rubric(rubric, changed, scored.component_weight) if rubric.id == _rubric(name) else scored
        for rubric, scored in zip(assessed.rubrics, card.rubrics, strict=True)
    ]
    return conclude(changed, rubrics)


def _try(assessed: Assessed, card: Scorecard, name: str, targets: Mapping[str, int]) -> Move:
    after = _what_if(assessed, name, card, targets[name])
    return Move(
        criterion=name,
        target=targets[name],
        gain_low=_gain(card.index_low, after.index_low),
        gain=_gain(card.index, after.index),
        removes_blocker=name in card.blockers and name not in after.blockers,
        verdict=after.verdict,
    )


def _gain(before: Fraction | None, after: Fraction | None) -> Fraction | None:
    return None if before is None or after is None else after - before


def _targets(card: Scorecard) -> Iterator[tuple[str, int]]:
    for one in card.rubrics:
        for criterion in one.criteria():
            if criterion.target is not None:
                yield f"{one.rubric}:{criterion.id}", criterion.target


def _rubric(reference: str) -> str:
    return reference.partition(":")[0]
