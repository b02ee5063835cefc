"""Reading the trail. Who may read which chain or subject the caller has decided: nothing here knows people or roles."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, cast, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.audit.chain import About, Said
from app.audit.models import AuditDetail, AuditEvent, AuditHead
from app.audit.verify import Detail, Head, Recorded

PAGE = 50
BATCH = 500
"""Events that are held at once when a whole chain is read."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event with what is still known of the person it tells about; `about` is empty when it told nothing or was erased."""

    said: Said
    hash: str
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which events of a chain: `topic` is a kind ("answer.saved") or its noun ("answer"), empty for all.

    `person_id` is who did it or to whom it was done; `before` a number that they come before.
    """

    topic: str = ""
    person_id: int | None = None
    before: int | None = None


def _events() -> Select[Any]:
    return select(AuditEvent, AuditDetail.data).outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)


def _happenings(session: Session, query: Select[Any]) -> list[Happening]:
    return [Happening(_said(event), event.hash, about or {}) for event, about in session.execute(query)]


def _said(event: AuditEvent) -> Said:
    return Said(
        chain=event.chain,
        number=event.number,
        at=event.at,
        kind=event.kind,
        actor_id=event.actor_id,
        subject=event.subject,
        data=event.data,
        detail_digest=event.detail_digest,
        previous=event.previous,
    )


def newest(session: Session, chain: int, sought: Sought, *, limit: int = PAGE) -> list[Happening]:
    """Events of a chain, newest first."""
    query = _events().where(AuditEvent.chain == chain)
    if sought.topic:
        noun = AuditEvent.kind.startswith(sought.topic + ".", autoescape=True)
        query = query.where(or_(AuditEvent.kind == sought.topic, noun))
    if sought.person_id is not None:
        person = sought.person_id
        query = query.where(or_(AuditEvent.actor_id == person, AuditEvent.subject == f"person:{person}"))
    return _happenings(session, _page(query, sought.before, limit))


def newest_about(session: Session, chain: int, subject: str, *, before: int | None = None, limit: int = PAGE) -> list[Happening]:
    """What happened to one subject ("assessment:12"), newest first."""
    query = _events().where(AuditEvent.chain == chain, AuditEvent.subject == subject)
    return _happenings(session, _page(query, before, limit))


def _page(query: Select[Any], before: int | None, limit: int) -> Select[Any]:
    if before is not None:
        query = query.where(AuditEvent.number < before)
    return query.order_by(AuditEvent.number.desc()).limit(limit)


def after(session: Session, chain: int, number: int, *, limit: int = BATCH) -> list[Happening]:
    """The events of a chain that come next after a number, oldest first."""
    query = _events().where(AuditEvent.chain == chain, AuditEvent.number > number)
    return _happenings(session, query.order_by(AuditEvent.number).limit(limit))


def acted(chain: int, person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition, for a query of people, that they did something in a chain."""
    return exists(select(1).where(AuditEvent.chain == chain, AuditEvent.actor_id == person_id))


def of_person(session: Session, person_id: int) -> Iterator[Happening]:
    """Everything a person did, everything done to them, and everything that tells about them, in every chain."""
    told = select(AuditDetail.event_id).where(AuditDetail.person_id == person_id)
    mine = or_(AuditEvent.actor_id == person_id, AuditEvent.subject == f"person:{person_id}", AuditEvent.id.in_(told))
    query = _events().where(mine).order_by(AuditEvent.at, AuditEvent.id)
    for event, about in session.execute(query, execution_options={"yield_per": BATCH}):
        yield Happening(_said(event), event.hash, about or {})


def heads(session: Session) -> list[Head]:
    """Where each chain ends, by chain."""
    rows = session.execute(select(AuditHead.chain, AuditHead.number, AuditHead.hash).order_by(AuditHead.chain))
    return [Head(*row) for row in rows]


def one_moment(session: Session) -> None:
    """Let everything that the session reads be of one moment, whatever is appended meanwhile. Call it before reading."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite reads so by itself
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def recorded(session: Session) -> Iterator[Recorded]:
    """Every event as it is stored, by chain and number. What stands there is read as text: it may have been spoilt."""
    query = (
        select(
            AuditEvent.chain,
            AuditEvent.number,
            cast(AuditEvent.at, Text).label("at"),
            AuditEvent.kind,
            AuditEvent.actor_id,
            AuditEvent.subject,
            cast(AuditEvent.data, Text).label("data"),
            AuditEvent.detail_digest,
            AuditEvent.previous,
            AuditEvent.hash,
            AuditDetail.salt,
            AuditDetail.person_id,
            cast(AuditDetail.data, Text).label("about"),
        )
        .outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .order_by(AuditEvent.chain, AuditEvent.number, AuditEvent.id)
    )
    for row in session.execute(query, execution_options={"yield_per": BATCH}):
        yield _recorded(row)


def _recorded(row: Row[*tuple[Any, ...]]) -> Recorded:
    try:
        said = Said(
            chain=row.chain,
            number=row.number,
            at=_moment(row.at),
            kind=row.kind,
            actor_id=row.actor_id,
            subject=row.subject,
            data=dict(json.loads(row.data)),
            detail_digest=row.detail_digest,
            previous=row.previous,
        )
        detail = None if row.salt is None else Detail(row.salt, About(dict(json.loads(row.about)), row.person_id))
    except (ValueError, TypeError):
        return Recorded(row.chain, row.number, None, str(row.hash))
    return Recorded(row.chain, row.number, said, str(row.hash), detail)


def _moment(stored: str) -> datetime:
    at = datetime.fromisoformat(stored)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def numbers_of(session: Session, event_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(chain, number) of events by their ids, in order."""
    query = select(AuditEvent.chain, AuditEvent.number).where(AuditEvent.id.in_(event_ids))
    return [(chain, number) for chain, number in session.execute(query.order_by(AuditEvent.chain, AuditEvent.number))]
