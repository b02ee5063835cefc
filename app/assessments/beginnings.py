"""What rooms above add where an assessment begins (ADR 14): a field of the form for a new one, and what comes along in a move.

`assessments` asks those that it was given, and knows none of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments.models import Assessment
from app.rubrics.registry import Library

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Beginning:
    """A part of the form for a new assessment: a template, and what it shows as `added` for an organisation, None for nothing.

    `wrong` says by field what cannot be taken as typed; `begun` does what was chosen, once the assessment is made.
    """

    template: str
    build: Callable[[Session, Actor, int], Any | None]
    wrong: Callable[[Session, Actor, int, Typed], Mapping[str, str]]
    begun: Callable[[Session, Assessment, Typed, Actor, datetime], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A copy on a newer edition, and where each criterion of its source went (`rubric:criterion`); not there: nowhere."""

    source: Assessment
    copy: Assessment
    criteria: Mapping[str, tuple[str, ...]]


Follow = Callable[[Session, Library, Moved, Actor, datetime], None]
"""What a room does once an assessment was moved."""
