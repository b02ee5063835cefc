"""How far the work is, counted: pure, from what is assigned and how far each answer is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.assignments.states import READY, AnswerState


@dataclass(frozen=True, slots=True)
class Tracked:
    """A criterion that somebody answers for. `state` is None while it is untouched, `due` where no date was said."""

    criterion: str
    state: AnswerState | None
    due: date | None = None


def is_late(state: AnswerState | None, due: date | None, today: date) -> bool:
    """Whether something should have been ready before today."""
    return due is not None and due < today and state not in READY


@dataclass(frozen=True, slots=True)
class Counts:
    """How many criteria stand where. Each stands in one of the states or is open; what is late is among open and returned."""

    total: int = 0
    open: int = 0
    returned: int = 0
    answered: int = 0
    in_review: int = 0
    accepted: int = 0
    late: int = 0

    @property
    def unaccepted(self) -> int:
        """What is not accepted yet."""
        return self.total - self.accepted


def count(tracked: Iterable[Tracked], today: date) -> Counts:
    """The counts of these criteria, each of them once: where one stands twice, its earliest date counts."""
    first: dict[str, Tracked] = {}
    for one in tracked:
        known = first.get(one.criterion)
        if known is None or (one.due is not None and (known.due is None or one.due < known.due)):
            first[one.criterion] = one
    states = [one.state for one in first.values()]
    return Counts(
        total=len(states),
        open=sum(state in {None, AnswerState.DRAFT} for state in states),
        returned=states.count(AnswerState.RETURNED),
        answered=states.count(AnswerState.ANSWERED),
        in_review=states.count(AnswerState.IN_REVIEW),
        accepted=states.count(AnswerState.ACCEPTED),
        late=sum(is_late(one.state, one.due, today) for one in first.values()),
    )
