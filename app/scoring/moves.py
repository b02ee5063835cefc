"""Which single steps would change the picture most: each is tried by scoring again, nothing is estimated."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.answers import Assessed
from app.scoring.scorecard import Scorecard, Verdict
from app.scoring.whatif import Expected, Step, after, difference, outcome_of

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


def leading(card: Scorecard) -> tuple[str, ...]:
    """The criteria whose gaps are worth trying: what blocks, then the top of the list. Only components change the verdict."""
    components = {one.rubric for one in card.rubrics if one.component_weight}
    blocking = [name for name in card.blockers if _rubric(name) in components]
    gaps = [gap.criterion for gap in card.gaps if _rubric(gap.criterion) in components][:CANDIDATES]
    return tuple(dict.fromkeys([*blocking, *gaps]))


def best_moves(assessed: Assessed, card: Scorecard, count: int = 5) -> tuple[Move, ...]:
    """The `count` steps that remove blockers and raise the assured index most, best first."""
    targets = dict(_targets(card))
    tried = [_try(assessed, card, name, targets[name]) for name in leading(card)]
    return tuple(sorted(tried, key=lambda move: (not move.removes_blocker, -(move.gain_low or 0), -(move.gain or 0))))[:count]


def _try(assessed: Assessed, card: Scorecard, name: str, target: int) -> Move:
    """The move that brings this criterion to its target, proven. A claim above the target stays as it is."""
    step = Step(name, (Expected(name, target),))
    outcome = outcome_of(assessed, card, after(assessed, [step]), [name])
    return Move(
        criterion=name,
        target=target,
        gain_low=difference(card.index_low, outcome.index_low),
        gain=difference(card.index, outcome.index),
        removes_blocker=name in card.blockers and name not in outcome.blockers,
        verdict=outcome.verdict,
    )


def _targets(card: Scorecard) -> Iterator[tuple[str, int]]:
    for one in card.rubrics:
        for criterion in one.criteria():
            if criterion.target is not None:
                yield f"{one.rubric}:{criterion.id}", criterion.target


def _rubric(reference: str) -> str:
    return reference.partition(":")[0]
