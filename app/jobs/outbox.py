"""The table of outgoing mail as a queue: who tries which message, when, and what came of it.

A worker takes a message by moving the moment of its next try into the future, past the end of any try. Two workers never take
the same one; what a killed worker had taken falls due again by itself.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.jobs.models import OutgoingMail

LEASE = timedelta(minutes=15)
"""How long a message belongs to the worker that took it. A conversation with a mail server ends long before."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""What is waited after the first, second, … failed try; after the last the message is left."""
OLDEST = timedelta(days=7)
"""An older message is not sent any more: the longest-lived link has ended, and nobody waits for it."""
KEPT = timedelta(days=30)
"""How long it is remembered that a message was sent."""
_LONGEST_PROBLEM = 500


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether a message can be tried now. Reads only, so that looking does not hold up those who write."""
    return bool(session.scalar(select(exists().where(OutgoingMail.due_at <= now))))


def take(session: Session, *, now: datetime) -> OutgoingMail | None:
    """The message that has been due longest, now this worker's for `LEASE`; None when there is none. Counts the try."""
    # PostgreSQL: another worker's row, locked until its taking is committed, is passed over. SQLite has one writer anyway.
    oldest = (
        select(OutgoingMail.id)
        .where(OutgoingMail.due_at <= now)
        .order_by(OutgoingMail.due_at, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalar(
        update(OutgoingMail)
        .where(OutgoingMail.id == oldest.scalar_subquery())
        .values(due_at=now + LEASE, attempts=OutgoingMail.attempts + 1)
        .returning(OutgoingMail)
    )


def note_sent(session: Session, taken: OutgoingMail, *, now: datetime) -> None:
    """It was sent: its text is emptied."""
    done = {"sent_at": now, "due_at": None, "problem": None, "sealed_body": ""}
    session.execute(update(OutgoingMail).where(OutgoingMail.id == taken.id).values(done))


def note_problem(session: Session, taken: OutgoingMail, problem: str, *, now: datetime, final: bool = False) -> None:
    """It was not sent. It falls due again after a pause, or not at all when it was tried often enough or `final`.

    Says nothing when another worker has taken the message since: that one knows better.
    """
    left = final or taken.attempts > len(PAUSES)
    session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == taken.id, OutgoingMail.attempts == taken.attempts, OutgoingMail.sent_at.is_(None))
        .values(problem=_printable(problem), due_at=None if left else now + PAUSES[taken.attempts - 1])
    )


def _printable(text: str) -> str:
    """What a mail server said, in one line that fits its column and cannot play tricks on a terminal."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:_LONGEST_PROBLEM]
