"""Rows of work that is still to be done."""

from datetime import datetime

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UTCDateTime


class OutgoingMail(Base):
    """A message to one address, stored in the same transaction as what it tells of.

    `sealed_body` is sealed with the installation's key, for it may hold a link that lets somebody in, and is emptied when the
    message was sent. `sent_at` is None while it waits; `problem` says why the last try failed. `due_at` is when the next try
    may begin: later than now after a failure and while a worker is trying, None when it was sent or given up.
    """

    __tablename__ = "outgoing_mail"
    # SQLite would give the number of a dropped message to the next one, while a worker may still hold the first.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    sealed_body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    problem: Mapped[str | None] = mapped_column(String(500))


class WorkerSeen(Base):
    """When a worker was last at work: whoever would leave something to it asks first. One row."""

    __tablename__ = "worker_seen"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
