"""What stands on a person's own page "My work": sections that rooms above this one fill.

As `panels`: a room gives `create_app` a `WorkSection`, and the page asks each without knowing what it is about.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.rubrics.registry import Library


@dataclass(frozen=True, slots=True)
class AskedWork:
    """Whose work is shown, on which day where the installation stands, and which part of a section.

    `organisation_id` is the organisation that the person works in.
    """

    session: Session
    library: Library
    actor: Actor
    organisation_id: int
    today: date
    limit: int
    offset: int = 0
    found: dict[str, Any] = field(default_factory=dict)
    """What the sections of one room ask the database for once and share."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing to do: where it is done, what it is called, and what more is to be said.

    `left` says in words how far away the due date is; `late` is past it.
    """

    path: str
    code: str
    text: str
    detail: str
    due: date | None = None
    left: str = ""
    late: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class WorkList:
    """How many things there are, and those asked for."""

    count: int = 0
    items: tuple[WorkItem, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class WorkSection:
    """A section: its key in the URL, its heading in the reader's language, and what stands in it."""

    key: str
    words: Callable[[], str]
    build: Callable[[AskedWork], WorkList]
