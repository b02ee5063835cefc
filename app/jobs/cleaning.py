"""Deleting what has served its time, a bounded number of rows at once so that nobody waits for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.jobs.models import OutgoingMail
from app.jobs.outbox import KEPT

BOUND = 1000
"""How many rows one DELETE takes."""
Chore = Callable[[Session, datetime], int]
"""Deletes up to `BOUND` rows that have served their time at the moment, and says how many."""


def delete_some(session: Session, key: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]) -> int:
    """One DELETE of up to `BOUND` rows of the table that `key` is the primary key of; how many there were.

    Rows that another worker deletes at the moment are passed over.
    """
    doomed = select(key).where(*conditions).limit(BOUND).with_for_update(skip_locked=True)
    gone = session.scalars(delete(key.class_).where(key.in_(doomed)).returning(key).execution_options(synchronize_session=False))
    return len(gone.all())


def sent_mail(session: Session, now: datetime) -> int:
    """Delete what is remembered of messages that were sent long ago."""
    return delete_some(session, OutgoingMail.id, OutgoingMail.sent_at < now - KEPT)
