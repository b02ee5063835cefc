"""Everything that is stored about a person, for the person: what is asked for under a law on personal data."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, Membership, Organisation, Person, Unit
from app.accounts.notice_models import CalendarFeed, NoReminders
from app.accounts.service import note
from app.accounts.sign_in_models import (
    ApiToken,
    ExternalIdentity,
    Passkey,
    PasswordReset,
    RecoveryCode,
    SignInSession,
    TotpSecret,
)
from app.audit import access as audit
from app.audit.access import Happening
from app.audit.chain import moment
from app.db import Base
from app.jobs.models import OutgoingMail

SECRETS = frozenset(
    {"password_hash", "token_hash", "csrf_token", "code_hash", "sealed", "sealed_body", "credential_id", "public_key"}
)
"""Columns that open something, or are of no use to a reader: they leave the service for nobody."""
OWN = (
    SignInSession, ApiToken, Passkey, TotpSecret, RecoveryCode, PasswordReset, ExternalIdentity, NoReminders, CalendarFeed,
)  # fmt: skip
"""Rows that belong to a person alone: shown as they are, and deleted when the person is erased."""
_SHOWN_ELSEWHERE = {Person.__tablename__, Membership.__tablename__, *(one.__tablename__ for one in OWN)}


def export(session: Session, person: Person) -> dict[str, Any]:
    """Everything stored about a person, ready for JSON. Other people stand in it as numbers only, secrets not at all."""
    return {
        "format": "sapa-person/1",
        "person": _row(person),
        "memberships": _memberships(session, person),
        **{one.__tablename__: [_row(row) for row in session.scalars(_mine(one, person))] for one in OWN},
        "invitations": [_row(row) for row in session.scalars(select(Invitation).where(Invitation.email == person.email))],
        "mail": [_row(row) for row in session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == person.email))],
        "events": [_event(one, person.id) for one in audit.of_person(session, person.id)],
        "references": {name: ids for name, ids in _references(session, person.id) if ids},
    }


def _mine(of: Any, person: Person) -> Any:
    return select(of).where(of.person_id == person.id)


def _row(row: Any) -> dict[str, Any]:
    """A row's columns without its secrets."""
    names = [column.key for column in row.__table__.columns if column.key not in SECRETS]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _memberships(session: Session, person: Person) -> list[dict[str, Any]]:
    query = (
        select(Membership.role, Organisation.id, Organisation.name, Unit.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id == person.id)
        .order_by(Membership.id)
    )
    names = ("role", "organisation_id", "organisation", "unit")
    return [dict(zip(names, row, strict=True)) for row in session.execute(query)]


def _event(event: Happening, person_id: int) -> dict[str, Any]:
    said = event.said
    by = "the system" if said.actor_id is None else "this person" if said.actor_id == person_id else "somebody else"
    return {
        "chain": said.chain,
        "number": said.number,
        "at": moment(said.at),
        "kind": said.kind,
        "by": by,
        "subject": said.subject,
        "data": dict(said.data),
        "about": dict(event.about),
    }


def person_columns() -> Iterator[tuple[Table, ColumnElement[Any]]]:
    """Every column of every table that refers to a person."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.target_fullname == "person.id" for key in column.foreign_keys):
                yield table, column


def _references(session: Session, person_id: int) -> Iterator[tuple[str, list[Any]]]:
    """The keys of what a person made or changed, by table and column: the texts belong to the organisation."""
    for table, column in person_columns():
        if table.name not in _SHOWN_ELSEWHERE:
            keys = list(table.primary_key.columns)
            found = session.execute(select(*keys).where(column == person_id).order_by(*keys))
            yield str(column), [_plain(row[0]) if len(row) == 1 else [_plain(one) for one in row] for row in found]


def as_json(session: Session, person: Person) -> str:
    """The export as the file that is handed out."""
    return json.dumps(export(session, person), ensure_ascii=False, indent=2) + "\n"


def note_exported(session: Session, person_id: int, actor_id: int | None, *, now: datetime) -> None:
    """Note that everything about a person was taken: by themself, or by who runs the installation (None)."""
    note(session, "person.exported", person_id, actor_id, now=now)
