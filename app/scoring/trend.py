"""How an assessment came to where it is: its figures at one moment after another. Pure.

None means that a figure does not exist, which is not zero: a line over the moments has a gap there. Moments that were
measured by other rubrics, other editions or another profile are not compared: a line ends there too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.scoring.answers import Assessed
from app.scoring.scorecard import Figures, Scorecard, State, Verdict


@dataclass(frozen=True)
class Moment:
    """The figures of an assessment at one moment. Shares are 0..1; `measured_by` is the profile and the editions."""

    date: date
    measured_by: tuple[str, ...]
    verdict: Verdict
    index: Fraction | None
    low: Fraction | None
    high: Fraction | None
    answered: Fraction | None
    backed: Fraction | None
    """Of the substantiated levels, taken together, those of criteria with valid evidence. None where no level is above 0."""
    blockers: int
    standards: Mapping[str, Mapping[str, Figures]]
    """By edition, then by standard."""


def moment(assessed: Assessed, card: Scorecard) -> Moment:
    """The figures of an assessment and its scorecard."""
    answered = sum(one.figures.answered for one in card.rubrics)
    references = tuple(one.reference for one in assessed.rubrics)
    return Moment(
        date=card.date,
        measured_by=(card.profile, *references),
        verdict=card.verdict,
        index=card.index,
        low=card.index_low,
        high=card.index_high,
        answered=_share(answered, sum(one.figures.applicable for one in card.rubrics)),
        backed=_backed(assessed, card),
        blockers=len(card.blockers),
        standards={
            reference: {standard.id: standard.figures for standard in rubric.standards}
            for reference, rubric in zip(references, card.rubrics, strict=True)
        },
    )


def _backed(assessed: Assessed, card: Scorecard) -> Fraction | None:
    levels = {
        f"{rubric.rubric}:{one.id}": one.substantiated or 0
        for rubric in card.rubrics
        for one in rubric.criteria()
        if one.state is State.ANSWERED
    }
    return _share(sum(level for name, level in levels.items() if assessed.answers[name].natures), sum(levels.values()))


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def comparable(before: Moment, after: Moment) -> bool:
    """Whether the two were measured by the same rubrics in the same editions, weighed in the same way."""
    return before.measured_by == after.measured_by


def runs(moments: Sequence[Moment], values: Sequence[Fraction | None]) -> tuple[tuple[int, ...], ...]:
    """Positions that a line may join: neighbours that can be compared and have a value. A lone one is a run of its own."""
    found: list[list[int]] = []
    for position, value in enumerate(values):
        if value is None:
            continue
        joined = bool(found) and found[-1][-1] == position - 1 and comparable(moments[position - 1], moments[position])
        if joined:
            found[-1].append(position)
        else:
            found.append([position])
    return tuple(tuple(one) for one in found)


def breaks(moments: Sequence[Moment]) -> tuple[int, ...]:
    """Positions of the moments that cannot be compared with the one before them."""
    return tuple(place for place in range(1, len(moments)) if not comparable(moments[place - 1], moments[place]))


def editions(moments: Iterable[Moment]) -> tuple[str, ...]:
    """Every edition that was used, in the order of its first use."""
    return tuple(dict.fromkeys(reference for one in moments for reference in one.standards))
