"""The report's objects of the action plan."""

from dataclasses import dataclass
from datetime import date as day


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action of the plan; `code` and `question` are its criterion's, `further` are (anchor, code) of the others it serves.

    `expected` is the evidence it says it will bring, else the kinds that usually prove its criterion. `effort` is in person-days.
    """

    number: int
    criterion: str
    code: str
    question: str
    what: str
    owner: str | None
    due: day | None
    indicator: str | None
    status: str
    reason: str | None
    further: tuple[tuple[str, str], ...]
    criteria: tuple[str, ...]
    expected: tuple[str, ...]
    expected_level: int | None
    effort: int | None
    is_live: bool
    answers_blocker: bool
    overdue: bool
