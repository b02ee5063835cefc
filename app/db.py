"""The database: one set of rules for SQLite (embedded) and PostgreSQL. One request, one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session

from app.config import Settings

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
Data = JSON().with_variant(JSONB(), "postgresql")
"""JSON as each engine stores it best."""


class Base(DeclarativeBase):
    """All rows; constraints have predictable names so that migrations can speak of them."""

    metadata = MetaData(naming_convention=_NAMES)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite forgets the zone; this puts it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the parent's signature
        """Refuse naive moments: nobody could say later which zone was meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a naive datetime cannot be stored"
            raise TypeError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the parent's signature
        """The aware moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


PRAGMAS = ("foreign_keys=ON", "busy_timeout=5000", "synchronous=FULL")
"""What every SQLite connection is told; `app.doctor` asks whether it holds."""


def make_engine(settings: Settings) -> Engine:
    """An engine with this project's settings for its kind of database.

    What was sent with a statement is not repeated in its errors, which are logged: it may be a secret.
    """
    address = settings.database.replace("postgresql://", "postgresql+psycopg://", 1)
    if address.startswith("sqlite"):
        connect = {"check_same_thread": False, "timeout": 5}
        engine = create_engine(address, connect_args=connect, hide_parameters=True, pool_size=10, max_overflow=20)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(address, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=10)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: which kind is needed is known only here, in _begin_sqlite.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # BEGIN IMMEDIATE for writes: a deferred transaction that reads before it writes loses the race with "database is
    # locked" instead of waiting for it.
    writes = connection.get_execution_options().get("sapa_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """Sessions for reading and for writing. Nobody else commits or rolls back."""

    def __init__(self, settings: Settings) -> None:
        self.engine = make_engine(settings)
        self._writing = self.engine.execution_options(sapa_writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose changes are thrown away at the end."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction: committed when the block ends well, rolled back otherwise."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
