"""A database on which everything is only rehearsed: what a request changes is looked at and taken back.

The world stays as it was built, so that every cell of the matrix is asked of the same world, in whatever order.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import Base, Database

BOOKKEEPING = frozenset({"audit_event", "audit_detail", "audit_head", "sign_in_attempt", "passkey_challenge", "sign_on_attempt"})
"""The trail and what signing in keeps for itself: every request may add to them, and nobody looks at that here."""
OWNING = ("assessment", "answer", "assignment", "evidence_item", "rating_round", "remark", "round_rater", "unit")
"""What other rows hang on: their owners are told through these."""
WRITES = re.compile(r"\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)
Row = Mapping[str, Any]
Rows = dict[tuple[Any, ...], Row]


@dataclass(frozen=True)
class Change:
    """A row that became another, came (`before` is None) or went (`after` is None)."""

    table: str
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The row as it was, or as it came."""
        return self.before or self.after or {}

    def __str__(self) -> str:
        columns = [name for name in self.row if not self.before or not self.after or self.before[name] != self.after[name]]
        what = "changed" if self.before and self.after else "gone" if self.before else "made"
        return f"{self.table} {what}: { {name: (self.after or self.row)[name] for name in columns} }"


def rows_of(connection: Connection, name: str) -> Rows:
    """Every row of a table by its key."""
    table = Base.metadata.tables[name]
    keys = [column.name for column in table.primary_key]
    return {tuple(row[key] for key in keys): dict(row) for row in connection.execute(select(table)).mappings()}


def reached_by_deleting(name: str) -> set[str]:
    """The tables that a database changes by itself when rows of this one go."""
    found, pending = set(), [name]
    while pending:
        here = pending.pop()
        for table in Base.metadata.tables.values():
            touches = any(key.ondelete and key.column.table.name == here for key in table.foreign_keys)
            if touches and table.name not in found:
                found.add(table.name)
                pending.append(table.name)
    return found


class Rehearsal(Database):
    """As the service's database; but nothing stays, and `changes` says what would have."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.changes: list[Change] = []
        self.owners: dict[str, dict[int, Row]] = {}
        self.watch: Callable[[Session, Change], str | None] | None = None
        self.told: list[str] = []
        """What `watch` found wrong with a change, while it was there."""
        self._touched: set[str] = set()
        self._known: dict[str, Rows] = {}
        event.listen(self.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found = WRITES.match(statement)
        if found:
            self._touched.add(found[2])
            if found[1].upper().startswith("DELETE"):
                self._touched |= reached_by_deleting(found[2])

    def remember(self) -> None:
        """Take the world as it is now for what every request finds."""
        with self.engine.connect() as connection:
            self._known = {name: rows_of(connection, name) for name in Base.metadata.tables}
        self.forget()

    def forget(self) -> None:
        """Nothing has changed yet."""
        self.changes, self.owners, self.told = [], {}, []
        self._touched.clear()

    def known(self, table: str) -> Rows:
        """The rows of a table as the world has them."""
        return self._known[table]

    def still_as_known(self) -> bool:
        """Whether the world is what it was: nothing was committed after all."""
        with self.engine.connect() as connection:
            return all(rows_of(connection, name) == rows for name, rows in self._known.items())

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are looked at and then thrown away; what was loaded stays readable."""
        self._touched.clear()
        with Session(self._writing, expire_on_commit=False) as session:
            yield session
            session.flush()
            if self._touched:
                self._look(session)
            session.expunge_all()
            session.rollback()

    def _look(self, session: Session) -> None:
        connection = session.connection()
        for name in sorted(self._touched & set(self._known) - BOOKKEEPING):
            before, after = self._known[name], rows_of(connection, name)
            self.changes += [
                Change(name, before.get(key), after.get(key)) for key in {**before, **after} if before.get(key) != after.get(key)
            ]
        for name in OWNING if self.changes else ():
            now = {key[0]: row for key, row in rows_of(connection, name).items()}
            self.owners[name] = {**{key[0]: row for key, row in self._known[name].items()}, **now}
        if self.watch is not None:
            self.told += [told for one in self.changes if (told := self.watch(session, one)) is not None]
