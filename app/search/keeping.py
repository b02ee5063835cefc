"""The index follows the rows: whatever a session writes of answers and evidence is indexed in the same transaction.

What goes by a statement of its own goes from the index too, by foreign keys; only ids of what a session holds are looked at.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Table, delete, event, insert, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.assessments.models import Answer
from app.evidence.models import EvidenceItem, EvidenceTag, EvidenceVersion
from app.folding import words
from app.search.models import SearchDocument

AT_ONCE = 400
OF_ANSWERS, OF_ITEMS = "answer_id", "item_id"
_PARTS = {
    Answer.__tablename__: (OF_ANSWERS, "id"),
    EvidenceItem.__tablename__: (OF_ITEMS, "id"),
    EvidenceVersion.__tablename__: (OF_ITEMS, "item_id"),
    EvidenceTag.__tablename__: (OF_ITEMS, "item_id"),
}
"""For each table that is searched: what its rows belong to, and the column that says to which."""
TEXTS = ("comment", "strengths", "next_step", "not_applicable")
"""The texts of an answer in the order in which they are shown."""
DESCRIPTION = ("code", "title", "note", "file")
"""What an item is found by, besides its tags and the names of its files."""
Rows = dict[int, list[str]]


def _table(model: Any) -> Table:
    found: Table = model.__table__
    return found


def _columns(model: Any, names: Iterable[str]) -> list[Any]:
    table = _table(model)
    return [table.c[name] for name in names]


def _batched(things: Iterable[Any]) -> Iterator[list[Any]]:
    whole = list(things)
    return (whole[start : start + AT_ONCE] for start in range(0, len(whole), AT_ONCE))


def follow() -> None:
    """Make every session of this program keep the index. Programs that write answers or evidence begin with it."""
    if not event.contains(Session, "after_flush", _keep):
        event.listen(Session, "after_flush", _keep)


def _keep(session: Session, _context: Any) -> None:
    touched: dict[str, set[int]] = {OF_ANSWERS: set(), OF_ITEMS: set()}
    for row in (*session.new, *session.dirty, *session.deleted):
        found = _PARTS.get(getattr(row, "__tablename__", ""))
        if found is not None:
            touched[found[0]].add(getattr(row, found[1]))
    for of, ids in touched.items():
        if ids:
            index(session.connection(), of, sorted(ids))


def index(connection: Connection, of: str, ids: Iterable[int]) -> None:
    """Index these answers or items as they stand now; what is gone, is gone from the index too."""
    documents = _table(SearchDocument)
    for some in _batched(ids):
        connection.execute(delete(documents).where(documents.c[of].in_(some)))
        rows = [{of: number, "words": told} for number, told in _told(connection, of, some)]
        if rows:
            connection.execute(insert(documents), rows)


def _told(connection: Connection, of: str, ids: list[int]) -> Iterator[tuple[int, str]]:
    """The folded words of these answers or items. What says nothing has none, and no row in the index."""
    texts = _of_answers(connection, ids) if of == OF_ANSWERS else _of_items(connection, ids)
    for number, found in texts.items():
        told = " ".join(word for one in found for word in words(one))
        if told:
            yield number, told


def _of_answers(connection: Connection, ids: list[int]) -> Rows:
    table = _table(Answer)
    query = select(table.c.id, *_columns(Answer, TEXTS)).where(table.c.id.in_(ids))
    return {row[0]: [one for one in row[1:] if one] for row in connection.execute(query)}


def _of_items(connection: Connection, ids: list[int]) -> Rows:
    table, versions, tags = _table(EvidenceItem), _table(EvidenceVersion), _table(EvidenceTag)
    query = select(table.c.id, *_columns(EvidenceItem, DESCRIPTION)).where(table.c.id.in_(ids))
    found = {row[0]: [one for one in row[1:] if one] for row in connection.execute(query)}
    names = select(versions.c.item_id, versions.c.file_name).where(versions.c.item_id.in_(ids)).order_by(versions.c.id)
    tagged = select(tags.c.item_id, tags.c.tag).where(tags.c.item_id.in_(ids)).order_by(tags.c.tag)
    for one in (names, tagged):
        for number, told in connection.execute(one):
            found[number].append(told)
    return found


def everything(connection: Connection) -> dict[tuple[str, int], str]:
    """What the index should hold: the words by what they are of."""
    found = {}
    for of, model in ((OF_ANSWERS, Answer), (OF_ITEMS, EvidenceItem)):
        ids = connection.scalars(select(_table(model).c.id).order_by(_table(model).c.id)).all()
        for some in _batched(ids):
            found.update({(of, number): told for number, told in _told(connection, of, some)})
    return found


def indexed(connection: Connection) -> dict[tuple[str, int], str]:
    """What the index holds."""
    table = _table(SearchDocument)
    rows = connection.execute(select(table.c.answer_id, table.c.item_id, table.c.words))
    return {(OF_ITEMS, row[1]) if row[0] is None else (OF_ANSWERS, row[0]): row[2] for row in rows}


def wrong(connection: Connection) -> list[tuple[str, int]]:
    """What the index lacks, has too much, or has otherwise than it stands; on SQLite also when its full-text part is broken."""
    right, there = everything(connection), indexed(connection)
    found = {one for one in right.keys() | there.keys() if right.get(one) != there.get(one)}
    if not _whole(connection):
        found.add(("search_index", 0))
    return sorted(found)


def _whole(connection: Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return True
    try:
        connection.execute(text("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"))
    except DatabaseError:
        return False
    return True


def rebuild(connection: Connection) -> int:
    """Make the index anew from the rows; return how many things are in it."""
    connection.execute(delete(_table(SearchDocument)))
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search_index(search_index) VALUES ('rebuild')"))
    rows = [{of: number, "words": told} for (of, number), told in everything(connection).items()]
    for of in (OF_ANSWERS, OF_ITEMS):
        for some in _batched(row for row in rows if of in row):
            connection.execute(insert(_table(SearchDocument)), some)
    return len(rows)


def fill_if_empty(connection: Connection) -> None:
    """Make the index after an upgrade from a version that had none."""
    if connection.scalar(select(_table(SearchDocument).c.id).limit(1)) is None:
        rebuild(connection)
