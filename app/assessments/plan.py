"""What a plan of actions says as a whole: how many there are of each status, what is late, what comes next. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as day
from datetime import timedelta
from typing import Generic, Protocol, TypeVar

from app.scoring.answers import LIVE

STATUSES = (*LIVE, "done", "dropped")
"""In the order in which they follow each other."""
SOON = timedelta(days=30)
NEXT = 3
"""How many actions that come next are told."""


class Planned(Protocol):
    """What of an action decides where it stands; rows of the plan and lines of its page are such."""

    @property
    def status(self) -> str: ...
    @property
    def due(self) -> day | None: ...


Action = TypeVar("Action", bound=Planned)


@dataclass(frozen=True, slots=True)
class PlanSummary(Generic[Action]):
    """A plan on a day. `by_status` has every status, also those with no action; `next_due` is never overdue."""

    by_status: dict[str, int]
    overdue: int
    next_due: tuple[Action, ...]

    @property
    def total(self) -> int:
        """All actions, those that were dropped too."""
        return sum(self.by_status.values())

    @property
    def live(self) -> int:
        """Those that are going to be done, or are being done."""
        return sum(self.by_status[one] for one in LIVE)


def plan_summary(actions: Iterable[Action], today: day) -> PlanSummary[Action]:
    """The summary of a plan on a day, in whatever order its actions come."""
    every = list(actions)
    coming = [one for one in every if one.status in LIVE and one.due is not None and one.due >= today]
    return PlanSummary(
        by_status={status: sum(one.status == status for one in every) for status in STATUSES},
        overdue=sum(days_overdue(one, today) > 0 for one in every),
        next_due=tuple(sorted(coming, key=lambda one: one.due or today)[:NEXT]),
    )


def effort_of(efforts: Iterable[int | None]) -> tuple[int, int]:
    """Person-days together, and how many actions do not say theirs: these are not counted as nothing."""
    every = list(efforts)
    return sum(one for one in every if one is not None), sum(one is None for one in every)


def days_overdue(action: Planned, today: day) -> int:
    """How many days a live action is late; 0 when it is not."""
    if action.status not in LIVE or action.due is None:
        return 0
    return max(0, (today - action.due).days)


def due_soon(action: Planned, today: day) -> bool:
    """Whether a live action is due from today within thirty days."""
    return action.status in LIVE and action.due is not None and today <= action.due <= today + SOON
