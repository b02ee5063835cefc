"""Rows of the trail. Database triggers refuse to change or delete events; the heads say where each chain ends."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Data, UTCDateTime


class AuditEvent(Base):
    """One thing that happened. `chain` is the organisation's id, or 0 for the installation's own events.

    `number` counts from 1 in each chain. `hash` covers everything in the row and `previous`, the hash before it. People stand
    as numbers without a foreign key: a person's erasure changes no event. What names a person stands in `AuditDetail`, of
    which the event holds only the salted digest.
    """

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("chain", "number"), Index("ix_audit_event_actor", "actor_id", "chain", "number"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    chain: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    """What it happened to, as `assessment:12`, `evidence:7`, `person:3`; empty for the chain as a whole."""
    data: Mapped[dict[str, Any]] = mapped_column(Data)
    detail_digest: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditDetail(Base):
    """What an event says about a person; erased with the person, while the event and its digest stay."""

    __tablename__ = "audit_detail"

    event_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    person_id: Mapped[int | None] = mapped_column(Integer, index=True)
    salt: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, Any]] = mapped_column(Data)


class AuditHead(Base):
    """Where a chain ends. Locked while an event is appended, so that events of a chain follow each other."""

    __tablename__ = "audit_head"

    chain: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
