"""Places on an item's page where rooms above this one show something of theirs: who uses it, how it is withdrawn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.evidence.models import EvidenceItem
from app.rubrics.registry import Library


@dataclass(frozen=True, slots=True)
class AskedOfItem:
    """What is shown to whom."""

    session: Session
    library: Library
    actor: Actor
    item: EvidenceItem
    may_edit: bool


@dataclass(frozen=True, slots=True)
class ItemPanel:
    """A template, and what it shows as `panel`. `build` gives None where there is nothing to show to this person."""

    template: str
    build: Callable[[AskedOfItem], Any | None]


def shown(panels: Iterable[ItemPanel], asked: AskedOfItem) -> tuple[tuple[str, Any], ...]:
    """(template, what it shows) of the panels that have something to show, in their order."""
    built = ((panel.template, panel.build(asked)) for panel in panels)
    return tuple((template, page) for template, page in built if page is not None)
