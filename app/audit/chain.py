"""Appending to the trail: each event carries the hash of the one before it, in the transaction of what it tells of."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.audit.models import AuditDetail, AuditEvent, AuditHead

INSTALLATION = 0
"""The chain of what concerns no organisation: sign-ins, operators."""
BEGINNING = "0" * 64
"""What stands before the first event of a chain."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class About:
    """What an event says about a person; kept apart, so that it can be erased. `person_id` is None for an unknown one."""

    data: Mapping[str, Any]
    person_id: int | None = None


def canonical(value: Mapping[str, Any]) -> str:
    """One text for one value: sorted keys, no spaces, UTF-8."""
    return _ENCODER.encode(value)


def moment(at: datetime) -> str:
    """The moment as it is hashed: UTC with microseconds, whatever the engine gives back."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Said:
    """Everything that an event says, and the hash before it."""

    chain: int
    number: int
    at: datetime
    kind: str
    actor_id: int | None
    subject: str
    data: Mapping[str, Any]
    detail_digest: str | None
    previous: str


def hash_of(said: Said) -> str:
    """SHA-256 over the canonical JSON of everything in an event and the hash before it."""
    values = {name: getattr(said, name) for name in Said.__slots__}
    values |= {"at": moment(said.at), "data": dict(said.data)}
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def digest_of_detail(salt: str, about: About) -> str:
    """The salted digest of a detail, of whom it tells included: nobody can guess an erased address from it."""
    told = canonical({"person": about.person_id, "data": dict(about.data)})
    return hashlib.sha256(f"{salt}:{told}".encode()).hexdigest()


def append(  # noqa: PLR0913 - what an event says
    session: Session,
    kind: str,
    *,
    chain: int,
    actor_id: int | None,
    subject: str,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    about: About | None = None,
) -> int:
    """Append an event to a chain and return its number. The caller's transaction makes it stick.

    `kind` is a noun and what became of it, "answer.saved". `data` must not name a person: that belongs into `about`.
    The head stays locked until the commit, so append last.
    """
    number, previous = _lock_head(session, chain)
    salt = secrets.token_hex(16) if about else ""
    detail_digest = digest_of_detail(salt, about) if about else None
    said = Said(chain, number + 1, at, kind, actor_id, subject, dict(data or {}), detail_digest, previous)
    found = hash_of(said)
    event_id = session.scalar(insert(AuditEvent).values(**asdict(said), hash=found).returning(AuditEvent.id))
    if about:
        session.execute(
            insert(AuditDetail).values(event_id=event_id, person_id=about.person_id, salt=salt, data=dict(about.data))
        )
    session.execute(update(AuditHead).where(AuditHead.chain == chain).values(number=number + 1, hash=found))
    return number + 1


def _lock_head(session: Session, chain: int) -> tuple[int, str]:
    """The number and hash of the last event, locked; a new chain begins at 0."""
    query = select(AuditHead.number, AuditHead.hash).where(AuditHead.chain == chain).with_for_update()
    found = session.execute(query).first()
    if found is None:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        begun = dialect.insert(AuditHead).values(chain=chain, number=0, hash=BEGINNING).on_conflict_do_nothing()
        session.execute(begun)
        found = session.execute(query).one()
    return found[0], found[1]


def head_of(session: Session, chain: int) -> str | None:
    """The head of a chain as `sapa audit verify --head` takes it, "3:128:ab12…"; None while nothing has happened in it."""
    found = session.execute(select(AuditHead.number, AuditHead.hash).where(AuditHead.chain == chain)).first()
    return f"{chain}:{found[0]}:{found[1]}" if found and found[0] else None
