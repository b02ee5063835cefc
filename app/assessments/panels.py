"""Places on the pages of an assessment where rooms above this one show something of theirs.

A room that knows more than answers (who works on a criterion, what is said about it, how others rate it) gives `create_app` a
`Panel` or a `Chip`; this room asks them without knowing what they are. What a panel shows must work without JavaScript.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments.models import Assessment
from app.rubrics.registry import Library

Found = TypeVar("Found")


class Place(StrEnum):
    """Where on a page."""

    ABOVE_ANSWER = "above_answer"
    """Between the question and the form: who should answer by when, and what became of it.

    It is shown anew with what a save brings back to the page: its template may not count on what stands in `page`.
    """
    BELOW_ANSWER = "below_answer"
    """Below the evidence: what is said about the answer."""
    GUIDANCE = "guidance"
    """The right pane, above where the words come from: how it was answered before, how partners of the crosswalk are answered."""
    APPROVAL = "approval"
    """Above the button that approves: what should be known before."""
    OVERVIEW = "overview"
    """The assessment's first page, above its standards."""
    DOWNLOADS = "downloads"
    """The page of downloads, above what can be had."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is shown to whom. `reference` is the criterion (`rubric:criterion`), None on pages of the whole assessment."""

    session: Session
    library: Library
    actor: Actor
    assessment: Assessment
    reference: str | None = None
    _known: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, find: "Callable[[Asked], Found]") -> Found:
        """What this finds for the question, asked only once: a dozen chips and panels of a page want the same rows."""
        if find not in self._known:
            self._known[find] = find(self)
        found: Found = self._known[find]
        return found


@dataclass(frozen=True, slots=True)
class Panel:
    """A template, and what it shows as `panel`. `build` gives None where there is nothing to show to this person."""

    place: Place
    template: str
    build: Callable[[Asked], Any | None]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter of criteria: its key in the URL, its words in the reader's language, and the criteria it leaves."""

    key: str
    words: Callable[[], str]
    pick: Callable[[Asked], frozenset[str]]


Shown = Mapping[str, tuple[tuple[str, Any], ...]]
"""(template, what it shows as `panel`) by place."""


def shown(panels: Iterable[Panel], asked: Asked, places: Iterable[Place]) -> Shown:
    """What the panels show in these places, in their order."""
    wanted = tuple(places)
    found: dict[str, list[tuple[str, Any]]] = {place.value: [] for place in wanted}
    for panel in panels:
        if panel.place in wanted and (page := panel.build(asked)) is not None:
            found[panel.place.value].append((panel.template, page))
    return {place: tuple(pages) for place, pages in found.items()}
