"""A database of an earlier version becomes one of this version and loses nothing."""

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, column, insert, inspect, table, text

from app.config import Settings
from app.db import make_engine
from app.migrate import alembic_config, is_current, migrate

BEFORE = "4c1f0d7a92be"
"""The revision before people and the trail."""
DAY = "2026-01-01"
ROWS: tuple[tuple[str, dict[str, object]], ...] = (
    ("organisation", {"id": 1, "name": "U", "kind": "university", "country": "KZ", "created_at": DAY}),
    ("person", {"id": 1, "email": "a@b.kz", "name": "A", "language": "kk", "password_hash": "x", "created_at": DAY}),
    ("membership", {"id": 1, "person_id": 1, "organisation_id": 1, "role": "quality_manager"}),
    (
        "sign_in_session",
        {"token_hash": "t", "person_id": 1, "csrf_token": "c", "created_at": DAY, "last_seen_at": DAY, "expires_at": DAY},
    ),
    (
        "assessment",
        {"id": 1, "organisation_id": 1, "title": "{}", "institution": "{}", "date": DAY, "profile": "esg-only"}
        | {"targets": "{}", "raters": "{}", "version": 1, "created_at": DAY, "updated_at": DAY},
    ),
    (
        "answer",
        {"id": 1, "assessment_id": 1, "criterion": "esg-2015:policy.approved", "level": 3, "comment": "kept"}
        | {"to_confirm": False, "version": 1, "updated_at": DAY},
    ),
    (
        "evidence_item",
        {"id": 1, "organisation_id": 1, "code": "E-01", "title": "Policy", "kind": "policy", "status": "valid"}
        | {"version": 1, "created_at": DAY},
    ),
    ("evidence_link", {"id": 1, "answer_id": 1, "item_id": 1, "position": 1}),
    (
        "planned_action",
        {"id": 1, "assessment_id": 1, "position": 1, "criterion": "esg-2015:policy.approved", "what": "kept"}
        | {"owner": "Dean", "due": DAY, "status": "dropped", "version": 3},
    ),
)


PLANNED = text(
    "SELECT what, owner, status, criteria, expected_evidence, owner_id, effort, expected_level, reason FROM planned_action"
)


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(alembic_config(connection), revision)


@pytest.fixture
def older(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Engine]:
    """A database of the version before, with something in it."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("older"))
    engine = make_engine(settings)
    with engine.execution_options(sapa_writes=True).begin() as connection:
        _upgrade(connection, BEFORE)
        for name, row in ROWS:
            connection.execute(insert(table(name, *map(column, row))).values(row))
    return settings, engine


def test_answers_evidence_and_people_survive_and_sessions_end(older: tuple[Settings, Engine]) -> None:
    settings, engine = older
    migrate(settings)
    assert is_current(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT comment FROM answer")) == "kept"
        assert connection.scalar(text("SELECT count(*) FROM evidence_link")) == 1
        assert connection.scalar(text("SELECT role FROM membership WHERE unit_id IS NULL")) == "quality_manager"
        assert connection.scalar(text("SELECT is_operator FROM person")) == 0
        assert connection.scalar(text("SELECT count(*) FROM sign_in_session")) == 0
        assert connection.execute(PLANNED).one() == ("kept", "Dean", "dropped", "[]", "[]", None, None, None, None)
        assert connection.execute(text("PRAGMA foreign_key_check")).fetchall() == []
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_the_way_back_and_forth_keeps_them_too(older: tuple[Settings, Engine]) -> None:
    settings, engine = older
    migrate(settings)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            command.downgrade(alembic_config(connection), BEFORE)
            assert "audit_event" not in inspect(connection).get_table_names()
            assert connection.scalar(text("SELECT comment FROM answer")) == "kept"
    migrate(settings)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT comment FROM answer")) == "kept"
        assert connection.scalar(text("SELECT what FROM planned_action")) == "kept"


def test_migrating_twice_changes_nothing(older: tuple[Settings, Engine]) -> None:
    settings, engine = older
    migrate(settings)
    migrate(settings)
    assert is_current(engine)
