"""Assignments move along when an assessment moves to a newer edition; how far answers are begins anew there."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments.beginnings import Moved
from app.assignments import access, service
from app.assignments.access import Assigned
from app.assignments.service import Part
from app.rubrics.registry import Library

Key = tuple[str, tuple[str, int]]
"""A part, and to whom it is given."""


def follow_move(session: Session, library: Library, moved: Moved, actor: Actor, now: datetime) -> None:
    """Give the copy's criteria and standards to whom their sources are given, as far as they may answer there.

    What no criterion of the copy continues is left out. A due date that has passed does not come along: nobody is late with
    what begins today. Where several sources meet in one, the earliest date holds.
    """
    before = service.parts_of(session, library, moved.source)
    there = service.parts_of(session, library, moved.copy)
    people = {number for number, _name in access.people_offered(session, moved.copy)}
    units = {number for number, _name in access.units_offered(session, moved.copy)}
    found: dict[Key, date | None] = {}
    for one in access.of_assessment(session, moved.source):
        to = ("person", one.person_id) if one.person_id is not None else ("unit", one.unit_id or 0)
        if to[1] not in (people if to[0] == "person" else units):
            continue
        due = one.due if one.due is not None and one.due >= now.date() else None
        for part in _heirs(one, before, there, moved):
            found[part, to] = _earlier(found.get((part, to)), due)
    for (part, to), due in found.items():
        service.make(session, moved.copy, there[part], to, due, actor, now=now)


def _heirs(one: Assigned, before: dict[str, Part], there: dict[str, Part], moved: Moved) -> Iterator[str]:
    """The parts of the copy that continue what is assigned, by their keys.

    A standard goes on as the one of the same id in the rubric that continues it; criteria that stand elsewhere now go by
    themselves.
    """
    kept = before.get(Part(whole=one.whole, reference=one.reference, criteria=()).key)
    criteria = [new for old in (kept.criteria if kept else ()) for new in moved.criteria.get(old, ())]
    inside: set[str] = set()
    if one.whole:
        name = one.reference.partition(":")[2]
        for rubric in dict.fromkeys(new.partition(":")[0] for new in criteria):
            standard = there.get(f"standard={rubric}:{name}")
            if standard is not None:
                inside.update(standard.criteria)
                yield standard.key
    yield from (f"criterion={new}" for new in dict.fromkeys(criteria) if new not in inside)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
