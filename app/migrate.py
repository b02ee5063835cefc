"""Bring a database to the newest revision, and tell whether it is there."""

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, make_url, text

from app.config import Settings
from app.db import make_engine

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
_TURN = 0x53617061
"""The key of PostgreSQL's advisory lock that migrations hold; nothing else takes one."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; the connection is handed over so that no address stands in a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def migrate(settings: Settings) -> None:
    """Create or update the tables; safe to repeat."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_private(settings)
    engine = make_engine(settings)
    try:
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None  # noqa: S101 - for the type checker: a checked-out connection has a driver's
                raw.execute("PRAGMA journal_mode=WAL")
        with engine.execution_options(sapa_writes=True).connect() as connection:
            _upgrade(connection)
    finally:
        engine.dispose()


def _make_private(settings: Settings) -> None:
    """An SQLite file that its owner alone can read; SQLite gives the files beside it the same mode."""
    path = make_url(settings.database).database
    if settings.database.startswith("sqlite") and path and not Path(path).exists():
        Path(path).touch(mode=0o600)


def _upgrade(connection: Connection) -> None:
    """All revisions that are missing, in one transaction.

    SQLite changes a table by making a new one and dropping the old: with foreign keys on, dropping deletes what refers to it,
    and they cannot be switched off inside a transaction. They are checked before the commit instead.
    """
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101 - for the type checker: a checked-out connection has a driver's
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        raw.execute("PRAGMA foreign_keys=OFF")
    with connection.begin():
        if not sqlite:
            # The site and its worker may start at once: the second waits, then finds nothing to do. SQLite lets one write anyway.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})
        command.upgrade(alembic_config(connection), "head")
        if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall()):
            message = f"the migration would leave rows that refer to nothing: {broken[:5]}"
            raise RuntimeError(message)
    if sqlite:
        raw.execute("PRAGMA foreign_keys=ON")


class Standing(StrEnum):
    """Where a database stands among the revisions of this version."""

    CURRENT = "current"
    BEHIND = "behind"
    UNKNOWN = "unknown"
    """At a revision that this version does not have: a newer one made it."""


def standing(engine: Engine) -> Standing:
    """Where the database stands; one without tables is behind."""
    scripts = ScriptDirectory.from_config(alembic_config())
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision == scripts.get_current_head():
        return Standing.CURRENT
    known = {one.revision for one in scripts.walk_revisions()}
    return Standing.BEHIND if revision is None or revision in known else Standing.UNKNOWN


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    return standing(engine) is Standing.CURRENT
