"""The worker deletes what has served its time, and nothing else."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import delete, func, inspect, select

from app.accounts.sign_in_models import PasskeyChallenge, PasswordReset, SignInAttempt, SignInSession, SignOnAttempt
from app.config import Settings
from app.db import Base, Database
from app.jobs import cleaning
from app.jobs.models import OutgoingMail
from app.jobs.worker import clean
from app.worker_cli import chores
from tests.factories import make_organisation, make_person

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
_numbers = count(1)


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


SESSION = {
    "csrf_token": "x",
    "created_at": ago(hours=1),
    "proved_at": ago(hours=1),
    "last_seen_at": ago(minutes=1),
    "expires_at": ago(hours=-1),
}
RESET = {"created_at": ago(days=3)}
MAIL = {"recipient": "a@uni.example", "subject": "x", "sealed_body": "", "attempts": 1, "created_at": ago(days=40)}
CASES: list[tuple[type[Base], dict[str, Any], dict[str, Any]]] = [
    (SignInSession, {**SESSION, "expires_at": NOW}, SESSION),
    (SignInSession, {**SESSION, "last_seen_at": ago(minutes=120)}, {**SESSION, "last_seen_at": ago(minutes=119)}),
    (SignInAttempt, {"key": "x", "at": ago(days=1, seconds=1)}, {"key": "x", "at": ago(days=1)}),
    (PasswordReset, {**RESET, "expires_at": ago(days=1, seconds=1)}, {**RESET, "expires_at": ago(hours=23)}),
    (
        PasswordReset,
        {**RESET, "expires_at": ago(hours=1), "used_at": ago(days=1, seconds=1)},
        {**RESET, "expires_at": ago(hours=1), "used_at": ago(hours=23)},
    ),
    (PasskeyChallenge, {"challenge": b"x", "expires_at": NOW}, {"challenge": b"x", "expires_at": ago(seconds=-1)}),
    (SignOnAttempt, {"expires_at": NOW}, {"expires_at": ago(seconds=-1)}),
    (OutgoingMail, {**MAIL, "sent_at": ago(days=31)}, {**MAIL, "sent_at": ago(days=29)}),
    (OutgoingMail, {**MAIL, "sent_at": ago(days=31)}, MAIL),
]


def make(database: Database, settings: Settings, kind: type[Base], fields: dict[str, Any]) -> Any:
    """A row with these fields, and its key."""
    number = f"{kind.__tablename__}-{next(_numbers)}"
    organisation = make_organisation(database)
    filled: dict[str, Any] = {
        "token_hash": number,
        "key": number,
        "state_hash": number,
        "browser_hash": "x",
        "nonce": "x",
        "code_verifier": "x",
        "next": "/",
        "person_id": make_person(database, settings, organisation).id,
        "organisation_id": organisation.id,
    }
    needed = {name: value for name, value in filled.items() if name in inspect(kind).columns.keys()}  # noqa: SIM118 - a collection of columns iterates over columns
    with database.write() as session:
        row = kind(**{**needed, **fields})
        session.add(row)
        session.flush()
        return inspect(row).identity


@pytest.mark.parametrize(("kind", "old", "young"), CASES)
def test_what_has_served_its_time_goes_and_the_rest_stays(
    database: Database, settings: Settings, kind: type[Base], old: dict[str, Any], young: dict[str, Any]
) -> None:
    gone, stays = make(database, settings, kind, old), make(database, settings, kind, young)

    clean(database, chores(settings), now=NOW)

    with database.read() as session:
        assert session.get(kind, gone) is None
        assert session.get(kind, stays) is not None


def test_a_long_backlog_goes_in_bounded_bites(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "BOUND", 10)
    monkeypatch.setattr("app.jobs.worker.BOUND", 10)
    bites = []
    with database.write() as session:
        session.execute(delete(SignInAttempt))
        session.add_all(SignInAttempt(key="backlog", at=ago(days=2)) for _number in range(35))

    def counted(session: Any, now: datetime) -> int:
        attempts = chores(settings)[1]
        bites.append(attempts(session, now))
        return bites[-1]

    clean(database, [counted], now=NOW)

    assert bites == [10, 10, 10, 5]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0
