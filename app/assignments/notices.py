"""How a person hears what is due: whether by mail, and the secret address of their calendar."""

import secrets
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Membership, Person
from app.accounts.notice_models import CalendarFeed, NoReminders
from app.accounts.policy import HOUSE, Permission, roles_that
from app.accounts.service import hash_token, note
from app.errors import Forbidden
from app.i18n import gettext as _

TOKEN_BYTES = 32


def wants_reminders(session: Session, actor: Actor) -> bool:
    """Whether the person is reminded by mail; so is everybody who never said anything."""
    return session.get(NoReminders, actor.id) is None


def choose_reminders(session: Session, actor: Actor, *, wanted: bool, now: datetime) -> None:
    """Switch reminders on or off."""
    row = session.get(NoReminders, actor.id)
    if wanted and row is not None:
        session.delete(row)
    elif not wanted and row is None:
        session.add(NoReminders(person_id=actor.id, since=now))
    else:
        return
    session.flush()
    note(session, "person.reminders_chosen", actor.id, actor.id, now=now, data={"wanted": wanted})


def may_have_calendar(session: Session, person_id: int) -> bool:
    """Whether anything can be assigned to the person at all: guests and those who only read have no calendar."""
    answers = Membership.role.in_(roles_that(Permission.ANSWER, HOUSE))
    return bool(session.scalar(select(exists(select(1).where(Membership.person_id == person_id, answers)))))


def calendar_since(session: Session, actor: Actor) -> datetime | None:
    """Since when the person has a calendar address; None without one."""
    row = session.get(CalendarFeed, actor.id)
    return row.created_at if row else None


def make_calendar(session: Session, actor: Actor, *, now: datetime) -> str:
    """A new token of the person's calendar, which is returned here and nowhere kept; an earlier one ends. Raises Forbidden."""
    if not may_have_calendar(session, actor.id):
        raise Forbidden(_("A calendar is for those who answer in assessments."))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == actor.id))
    session.add(CalendarFeed(person_id=actor.id, token_hash=hash_token(token), created_at=now))
    session.flush()
    note(session, "person.calendar_made", actor.id, actor.id, now=now)
    return token


def end_calendar(session: Session, actor: Actor, *, now: datetime) -> None:
    """End the person's calendar address, if there is one."""
    row = session.get(CalendarFeed, actor.id)
    if row is not None:
        session.delete(row)
        session.flush()
        note(session, "person.calendar_ended", actor.id, actor.id, now=now)


def find_owner(session: Session, token: str) -> Person | None:
    """Whose calendar a token opens; None for an unknown one, and for somebody who has no access any more."""
    query = (
        select(Person)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(CalendarFeed.token_hash == hash_token(token), Person.disabled_at.is_(None), Person.erased_at.is_(None))
    )
    person = session.scalar(query)
    return person if person is not None and may_have_calendar(session, person.id) else None
