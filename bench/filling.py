"""An installation with many assessments: one is imported as people do it, the others are copies of its rows."""

from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from app import clock
from app.accounts import service as accounts
from app.accounts.actor import Actor
from app.accounts.models import Organisation, Person, Role
from app.accounts.passwords import Passwords
from app.assessments.models import (
    Answer,
    AnswerChange,
    Assessment,
    EvidenceLink,
    GatheredEvidence,
    PinnedRubric,
    PlannedAction,
    StoredScore,
)
from app.assessments.transfer import import_portable
from app.config import ROOT, Settings
from app.db import Database
from app.portable.read import read_path
from app.rubrics import registry

SAMPLE = ROOT / "examples" / "paper-university.en.yaml"
BATCH = 50


def first(database: Database, settings: Settings) -> tuple[Person, int]:
    """A quality manager, and the id of the sample university's assessment."""
    library = registry.home()
    now = clock.now()
    with database.write() as session:
        organisation: Organisation = accounts.create_organisation(session, "Sample University", now=now)
        passwords = Passwords(settings)
        person = accounts.create_person(
            session, passwords, email="bench@example.org", name="Sample", password="correct horse battery", now=now
        )
        accounts.grant(session, person, organisation, Role.QUALITY_MANAGER, now=now)
        made = import_portable(session, library, organisation, read_path(SAMPLE, library), Actor.of(person, at=now), now=now)
        return person, made.id


def unanswered(database: Database, assessment: int) -> list[str]:
    """The criteria of an assessment that nobody has touched."""
    with database.read() as session:
        known = set(session.scalars(select(Answer.criterion).where(Answer.assessment_id == assessment)))
        pinned = session.scalars(select(PinnedRubric.reference).where(PinnedRubric.assessment_id == assessment)).all()
    rubrics = [registry.home().rubrics[one] for one in pinned]
    names = [f"{one.id}:{criterion.id}" for one in rubrics for criterion in one.criteria()]
    return [name for name in names if name not in known]


def grow(database: Database, template: int, count: int) -> None:
    """Copy the assessment until there are `count`."""
    with database.engine.connect() as connection:
        present = connection.scalar(select(func.count()).select_from(Assessment)) or 0
    while present < count:
        size = min(BATCH, count - present)
        with database.write() as session:
            _copy(session.connection(), template, size)
        present += size


def _copy(connection: Connection, template: int, size: int) -> None:
    ids = range(_last(connection, Assessment) + 1, _last(connection, Assessment) + 1 + size)
    (row,) = _rows(connection, Assessment, Assessment.id == template)
    _insert(connection, Assessment, [{**row, "id": one} for one in ids])
    for model in (PinnedRubric, GatheredEvidence, StoredScore):
        rows = _rows(connection, model, model.assessment_id == template)
        _insert(connection, model, [{**row, "assessment_id": one} for one in ids for row in rows])
    actions = [
        {key: row[key] for key in row if key != "id"}
        for row in _rows(connection, PlannedAction, PlannedAction.assessment_id == template)
    ]
    _insert(connection, PlannedAction, [{**row, "assessment_id": one} for one in ids for row in actions])
    answers = _rows(connection, Answer, Answer.assessment_id == template)
    new: dict[tuple[int, int], int] = {}
    following = _last(connection, Answer) + 1
    for one in ids:
        for row in answers:
            new[one, row["id"]] = following
            following += 1
    _insert(connection, Answer, [{**row, "id": new[one, row["id"]], "assessment_id": one} for one in ids for row in answers])
    known = select(Answer.id).where(Answer.assessment_id == template)
    for child in (EvidenceLink, AnswerChange):
        rows = _rows(connection, child, child.answer_id.in_(known))
        bare = [{key: row[key] for key in row if key != "id"} for row in rows]
        _insert(connection, child, [{**row, "answer_id": new[one, row["answer_id"]]} for one in ids for row in bare])


def _table(model: Any) -> Table:
    found: Table = model.__table__
    return found


def _last(connection: Connection, model: Any) -> int:
    return connection.scalar(select(func.max(_table(model).c.id))) or 0


def _rows(connection: Connection, model: Any, condition: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(_table(model)).where(condition)).mappings()]


def _insert(connection: Connection, model: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(_table(model)), rows)
