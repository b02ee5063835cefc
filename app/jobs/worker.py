"""The worker: a process beside the site that sends what is due and deletes what has served its time."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import Database
from app.i18n import gettext as _
from app.jobs import outbox, smtp
from app.jobs.access import body_of
from app.jobs.cleaning import BOUND, Chore
from app.jobs.mail import compose
from app.jobs.models import OutgoingMail
from app.sealing import SealBroken

CLEAN_EVERY = timedelta(days=1)
LOOK_EVERY = 0.5
"""Seconds between two looks into the table when nothing is due."""
NOTE_TRIES = 5
Clock = Callable[[], datetime]
Work = Callable[[Database, threading.Event], bool]
"""Does the next piece of another room's work, and says whether there was one; it gives up when the event is set."""
log = structlog.get_logger("sapa.worker")


@dataclass
class Duty:
    """What is done again and again beside the mail. It opens its own transactions and must bear being repeated."""

    every: timedelta
    do: Callable[[Database, datetime], object]
    done_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come; a clock that was set back does not put it off."""
        return self.done_at is None or not self.done_at <= now < self.done_at + self.every


def work(
    settings: Settings,
    database: Database,
    chores: Sequence[Chore],
    stopping: threading.Event,
    *,
    clock: Clock,
    duties: Sequence[Duty] = (),
    works: Sequence[Work] = (),
) -> None:
    """Work until `stopping` is set; the message that is being sent is finished first. Mail goes before all other work.

    A database that is away or busy for a while ends nothing: the next look tries again.
    """
    clean_at = clock()
    while not stopping.is_set():
        busy = False
        try:
            do_duties(database, duties, now=clock())
            busy = deliver_next(settings, database, now=clock()) or any(one(database, stopping) for one in works)
            if clock() >= clean_at:
                clean(database, chores, now=clock())
                clean_at = clock() + CLEAN_EVERY
        except OperationalError as failed:
            log.warning("database", problem=str(failed.orig))
        if not busy:
            stopping.wait(LOOK_EVERY)


def do_duties(database: Database, duties: Sequence[Duty], *, now: datetime) -> None:
    """Each duty whose time has come. One that fails is written down and keeps the worker from no other and from no mail."""
    for duty in (one for one in duties if one.is_due(now)):
        duty.done_at = now
        try:
            duty.do(database, now)
        except OperationalError:
            raise
        except Exception:
            log.exception("a duty failed")


def work_once(
    settings: Settings,
    database: Database,
    chores: Sequence[Chore],
    *,
    clock: Clock,
    duties: Sequence[Duty] = (),
    works: Sequence[Work] = (),
) -> int:
    """Do the duties, send what is due, do what other work there is, clean up, and say how many messages were tried."""
    do_duties(database, duties, now=clock())
    tried, never = 0, threading.Event()
    # Mail first, again and again: other work may give way to what was queued in the meantime.
    while (sent := deliver_next(settings, database, now=clock())) or any(one(database, never) for one in works):
        tried += sent
    clean(database, chores, now=clock())
    return tried


def is_mail_due(settings: Settings, session: Session, *, now: datetime) -> bool:
    """Whether there is mail to send now, and a mail server for it."""
    return bool(settings.smtp_host) and outbox.is_due(session, now=now)


def deliver_next(settings: Settings, database: Database, *, now: datetime) -> bool:
    """Try the message that has been due longest; whether there was one. Without a mail server all of them wait.

    Three steps, two transactions: taken, then sent with no transaction open, then noted. A worker that is killed in between
    leaves a message that is taken, and falls due again.
    """
    with database.read() as session:
        if not is_mail_due(settings, session, now=now):
            return False
    with database.write() as session:
        taken = outbox.take(session, now=now)
    if taken is None:
        return False
    problem, final = _try(settings, taken, now=now)
    _note(database, taken, problem, now=now, final=final)
    # Numbers only: neither the address nor what the server said about it belongs into a log.
    log.info("mail", id=taken.id, attempt=taken.attempts, sent=problem is None)
    return True


def _try(settings: Settings, taken: OutgoingMail, *, now: datetime) -> tuple[str | None, bool]:
    """Send it. What went wrong, None for nothing; and whether trying again is of no use."""
    if taken.created_at <= now - outbox.OLDEST:
        return _("It waited for longer than a week: its link has ended."), True
    try:
        smtp.send(settings, compose(settings, taken, body_of(settings, taken)), taken.recipient)
    except (SealBroken, smtp.NotSent) as failed:
        return failed.message, False
    return None, False


def _note(database: Database, taken: OutgoingMail, problem: str | None, *, now: datetime, final: bool) -> None:
    """Remember what came of it. A message that was sent and is not noted would be sent again: a busy database is asked again."""
    for again in reversed(range(NOTE_TRIES)):
        try:
            with database.write() as session:
                if problem is None:
                    outbox.note_sent(session, taken, now=now)
                else:
                    outbox.note_problem(session, taken, problem, now=now, final=final)
        except OperationalError:
            if not again:
                raise
        else:
            return


def clean(database: Database, chores: Sequence[Chore], *, now: datetime) -> None:
    """Each chore until it finds no full measure any more, each time in a transaction of its own."""
    for chore in chores:
        while True:
            with database.write() as session:
                gone = chore(session, now)
            if gone < BOUND:
                break
