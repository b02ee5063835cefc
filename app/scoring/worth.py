"""What a whole plan is worth: the scorecard as it is, and as it would be if every live action were done. Pure.

Nothing is estimated; the assumption is that of `app.scoring.whatif` and stands in docs/method.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.scoring.answers import Assessed
from app.scoring.scorecard import Scorecard
from app.scoring.whatif import Step, what_if


@dataclass(frozen=True, slots=True)
class Worth:
    """A plan before and after. `closed` are the gaps that are gone afterwards, by the key of each step that works on them.

    `effort` are the person-days of the steps that say theirs, `without_effort` counts those that do not.
    """

    before: Scorecard
    after: Scorecard
    closed: Mapping[str, tuple[str, ...]]
    effort: int
    without_effort: int

    @property
    def removed(self) -> tuple[str, ...]:
        """The blockers that would be gone."""
        return tuple(one for one in self.before.blockers if one not in self.after.blockers)

    @property
    def gone(self) -> tuple[str, ...]:
        """Every gap that would be gone, in the order of the register."""
        left = {one.criterion for one in self.after.gaps}
        return tuple(one.criterion for one in self.before.gaps if one.criterion not in left)


def worth(assessed: Assessed, card: Scorecard, steps: Sequence[Step], efforts: Sequence[int | None]) -> Worth:
    """What the steps together would give, from where the assessment stands. Without steps nothing changes."""
    later = what_if(assessed, steps) if steps else card
    found = Worth(card, later, {}, sum(one or 0 for one in efforts), sum(one is None for one in efforts))
    gone = frozenset(found.gone)
    closed = {step.key: tuple(one.criterion for one in step.expected if one.criterion in gone) for step in steps}
    return Worth(card, later, closed, found.effort, found.without_effort)
