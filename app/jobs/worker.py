"""The worker: a process beside the site that sends what is due and deletes what has served its time."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError

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
LOOK_EVERY = 2.0
"""Seconds between two looks into the table when nothing is due."""
NOTE_TRIES = 5
ROUND_EVERY = timedelta(minutes=1)
Clock = Callable[[], datetime]
Round = Callable[[Database, datetime], object]
"""What is looked after every minute; it opens its own transactions."""
log = structlog.get_logger("sapa.worker")


def work(
    settings: Settings,
    database: Database,
    chores: Sequence[Chore],
    stopping: threading.Event,
    *,
    clock: Clock,
    rounds: Sequence[Round] = (),
) -> None:
    """Work until `stopping` is set; the message that is being sent is finished first.

    A database that is away or busy for a while ends nothing: the next look tries again.
    """
    clean_at = round_at = clock()
    while not stopping.is_set():
        try:
            while not stopping.is_set() and deliver_next(settings, database, now=clock()):
                pass
            if clock() >= round_at:
                go_round(rounds, database, now=clock())
                round_at = clock() + ROUND_EVERY
            if clock() >= clean_at:
                clean(database, chores, now=clock())
                clean_at = clock() + CLEAN_EVERY
        except OperationalError as failed:
            log.warning("database", problem=str(failed.orig))
        stopping.wait(LOOK_EVERY)


def work_once(
    settings: Settings, database: Database, chores: Sequence[Chore], *, clock: Clock, rounds: Sequence[Round] = ()
) -> int:
    """Send what is due, clean up, and say how many messages were tried."""
    tried = 0
    while deliver_next(settings, database, now=clock()):
        tried += 1
    go_round(rounds, database, now=clock())
    clean(database, chores, now=clock())
    return tried


def deliver_next(settings: Settings, database: Database, *, now: datetime) -> bool:
    """Try the message that has been due longest; whether there was one. Without a mail server all of them wait.

    Three steps, two transactions: taken, then sent with no transaction open, then noted. A worker that is killed in between
    leaves a message that is taken, and falls due again.
    """
    if not settings.smtp_host:
        return False
    with database.read() as session:
        if not outbox.is_due(session, now=now):
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


def go_round(rounds: Sequence[Round], database: Database, *, now: datetime) -> None:
    """Each once."""
    for one in rounds:
        one(database, now)


def clean(database: Database, chores: Sequence[Chore], *, now: datetime) -> None:
    """Each chore until it finds no full measure any more, each time in a transaction of its own."""
    for chore in chores:
        while True:
            with database.write() as session:
                gone = chore(session, now)
            if gone < BOUND:
                break
