"""Reminders by mail: a week before the due date, the day before, and when it is past; each once, in one message a day.

What was sent is written down in the transaction that stores the message, under keys that no two transactions can both have.
So two workers, a worker that is killed and a clock that jumps never send anything twice.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import delete, exists, inspect, select, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app import i18n
from app.accounts.actor import Actor
from app.accounts.models import Membership, Person, UnitLine
from app.accounts.notice_models import NoReminders
from app.assessments.models import Assessment
from app.assignments import words
from app.assignments.due import Due, due_for
from app.assignments.labels import labels_of
from app.assignments.models import Assignment, ReminderDay, SentReminder
from app.config import Settings
from app.db import Base, Database
from app.i18n import gettext as _
from app.i18n import ngettext
from app.jobs.mail import Unmailable, send_later
from app.rubrics.model import in_language
from app.rubrics.registry import Library
from app.web.formats import short_day

WEEK = timedelta(days=7)
MORNING = time(7)
"""Nobody is reminded in the night: before this hour, where the installation stands, nothing is written."""
LINES = 30
"""How many things a message names one by one."""
log = structlog.get_logger("sapa.reminders")


class Kind(StrEnum):
    """Which of the three reminders it is."""

    WEEK = "week"
    TOMORROW = "tomorrow"
    OVERDUE = "overdue"


def kind_of(due: date, today: date) -> Kind | None:
    """The reminder that is right on a day; None while there is more than a week. A day that was missed is made up for."""
    left = due - today
    if left > WEEK:
        return None
    if left > timedelta(days=1):
        return Kind.WEEK
    return Kind.TOMORROW if left >= timedelta(0) else Kind.OVERDUE


def remind_all(settings: Settings, database: Database, library: Library, *, now: datetime) -> int:
    """Remind everybody of whom something is due, each in a transaction of their own; how many messages were stored."""
    there = now.astimezone(ZoneInfo(settings.timezone))
    if there.time() < MORNING:
        return 0
    with database.read() as session:
        people = _to_remind(session, there.date())
    sent = 0
    for person_id in people:
        try:
            # Most days there is nothing new to tell: that is found out without holding up those who write.
            with database.read() as session:
                if not _untold(session, Actor.of(session.get_one(Person, person_id), at=now), there.date()):
                    continue
            with database.write() as session:
                sent += remind(session, settings, library, person_id, there.date(), now=now)
        except Unmailable:
            log.warning("no mail can be sent to this person", person=person_id)
    return sent


def _to_remind(session: Session, today: date) -> Sequence[int]:
    """Those who may have to be reminded: something with a near date is assigned to them or to their unit."""
    near = (Assignment.due <= today + WEEK, Assessment.frozen_at.is_(None), Assessment.deleted_at.is_(None))
    own = select(Assignment.person_id.label("person_id")).join(Assessment, Assessment.id == Assignment.assessment_id)
    units = (
        select(Membership.person_id)
        .join(UnitLine, UnitLine.descendant_id == Membership.unit_id)
        .join(Assignment, Assignment.unit_id == UnitLine.ancestor_id)
        .join(Assessment, Assessment.id == Assignment.assessment_id)
    )
    some = union(own.where(*near), units.where(*near)).subquery()
    query = select(Person.id).where(
        Person.id.in_(select(some.c.person_id)),
        Person.disabled_at.is_(None),
        Person.erased_at.is_(None),
        ~exists(select(1).where(NoReminders.person_id == Person.id)),
        ~exists(select(1).where(ReminderDay.person_id == Person.id, ReminderDay.of_day == today)),
    )
    return session.scalars(query.order_by(Person.id)).all()


def remind(session: Session, settings: Settings, library: Library, person_id: int, today: date, *, now: datetime) -> int:
    """Store one message of everything that is due from a person and was not told yet; 1, or 0 when there is nothing."""
    person = session.get_one(Person, person_id)
    actor = Actor.of(person, at=now)
    if not _first(session, ReminderDay, person_id=person_id, of_day=today, sent_at=now):
        return 0
    # Looked at again: another worker may have had its turn while this one waited.
    told = [one for one in due_for(session, actor, until=today + WEEK) if _is_new(session, one, person_id, today, now)]
    if not told:
        session.execute(delete(ReminderDay).where(ReminderDay.person_id == person_id, ReminderDay.of_day == today))
        return 0
    with i18n.use(person.language):
        subject, body = _message(session, settings, library, told, today)
    send_later(session, settings, to=person.email, subject=subject, body=body, now=now)
    return 1


def _untold(session: Session, actor: Actor, today: date) -> bool:
    """Whether something is due from the person of which they have not been told."""
    due = due_for(session, actor, until=today + WEEK)
    query = select(SentReminder.assignment_id, SentReminder.kind, SentReminder.due)
    told = {tuple(row) for row in session.execute(query.where(SentReminder.person_id == actor.id))}
    return any((one.assignment_id, kind_of(one.due, today), one.due) not in told for one in due)


def _is_new(session: Session, one: Due, person_id: int, today: date, now: datetime) -> bool:
    kind = kind_of(one.due, today)
    if kind is None:
        return False
    values = {"assignment_id": one.assignment_id, "person_id": person_id, "kind": kind.value, "due": one.due}
    return _first(session, SentReminder, **values, sent_at=now)


def _first(session: Session, table: type[Base], **values: Any) -> bool:
    """Write a row down; whether it is the first with its key. Another transaction that writes the same is waited for."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    keys = inspect(table).primary_key
    done = session.execute(insert(table).values(values).on_conflict_do_nothing().returning(*keys))
    return done.first() is not None


def _message(session: Session, settings: Settings, library: Library, told: Sequence[Due], today: date) -> tuple[str, str]:
    """Subject and body: the earliest first, with where to go and how to be reminded no more."""
    labels = labels_of(session, library, {one.assessment_id for one in told[:LINES]})
    lines = [
        _line(one, labels.get((one.assessment_id, one.whole, one.reference), ("", one.reference)), today) for one in told[:LINES]
    ]
    if len(told) > LINES:
        more = len(told) - LINES
        lines.append(ngettext("… and {count} more", "… and {count} more", more).format(count=more))
    subject = ngettext("Sapa: {count} task is due", "Sapa: {count} tasks are due", len(told)).format(count=len(told))
    body = "\n\n".join(
        [
            _("This is waiting for you:"),
            "\n\n".join(lines),
            _("Your work: {link}").format(link=f"{settings.base_url}/work"),
            _("If you want no more of these messages: {link}").format(link=f"{settings.base_url}/account/notices"),
        ]
    )
    return subject, body + "\n"


def _line(one: Due, label: tuple[str, str], today: date) -> str:
    title = in_language(one.title, i18n.current())
    count = ngettext("{count} criterion is open", "{count} criteria are open", one.open).format(count=one.open)
    when = f"{short_day(one.due)} ({words.time_left(one.due, today)})"
    return f"{label[0]} {label[1]}\n{title}\n{when}; {count}"
