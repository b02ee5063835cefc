"""The index holds what stands in the rows, whatever happened to them."""

import io

from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from app import clock
from app.assessments.models import Answer, Assessment
from app.config import Settings
from app.db import Database
from app.evidence import service as evidence
from app.evidence.forms import EvidenceForm
from app.evidence.models import EvidenceItem
from app.files.storage import Storage
from app.search import keeping
from app.search.models import SearchDocument
from tests.factories import make_assessment, make_organisation

KINDS = st.sampled_from(["answer", "nothing", "title", "item", "file", "unanswer", "unassess"])
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)


def _change(database: Database, settings: Settings, organisation_id: int, kind: str, said: str, number: int) -> None:
    """One change of this kind; `said` is what is written."""
    with database.write() as session:
        items = session.query(EvidenceItem).filter_by(organisation_id=organisation_id).order_by(EvidenceItem.id).all()
        answers = list(
            session.scalars(
                select(Answer).join(Assessment).where(Assessment.organisation_id == organisation_id).order_by(Answer.id)
            )
        )
        item = items[number % len(items)]
        answer = answers[number % len(answers)] if answers else None
        if kind == "title":
            item.title = said or "x"
        elif kind == "item":
            form = EvidenceForm(title=f"T {said}"[:60].replace("\n", " ") if said.isprintable() else "T", kind="policy")
            evidence.add(session, organisation_id, form, None, now=clock.now())
        elif kind == "file":
            content = io.BytesIO(f"{said}{number}{organisation_id}{len(items)}".encode())
            storage = Storage(settings.files_dir)
            with session.begin_nested():
                session.refresh(item, ["versions"])
                evidence.attach(session, storage, item, content, f"f{number}.txt", None, limit=9999, now=clock.now())
        elif answer is not None and kind in ("answer", "nothing"):
            answer.comment, answer.strengths = (said, None) if kind == "answer" else (None, None)
        elif answer is not None and kind == "unanswer":
            session.execute(delete(Answer).where(Answer.id == answer.id))
        elif answer is not None and number % 5 == 0:
            session.execute(delete(Assessment).where(Assessment.id == answer.assessment_id))


def _begin_whole(database: Database) -> None:
    """Other tests fill the database past the session, which the service never does."""
    with database.write() as session:
        keeping.rebuild(session.connection())


@trying(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(KINDS, TEXT, st.integers(0, 50)), max_size=12))
def test_the_index_is_what_the_rows_say(database: Database, settings: Settings, changes: list[tuple[str, str, int]]) -> None:
    organisation = make_organisation(database)
    make_assessment(database, organisation)
    _begin_whole(database)
    for kind, said, number in changes:
        try:
            _change(database, settings, organisation.id, kind, said, number)
        except evidence.AlreadyInLibrary:
            continue
    with database.write() as session:
        assert keeping.wrong(session.connection()) == []


def test_what_is_rolled_back_is_not_indexed(database: Database) -> None:
    make_assessment(database, make_organisation(database))
    with database.write() as session:
        answer = session.scalars(select(Answer).where(Answer.comment.is_not(None)).limit(1)).one()
        before = keeping.indexed(session.connection())
    with database.read() as session:
        session.get_one(Answer, answer.id).comment = "never kept"
        session.flush()
        assert any("never kept" in told for told in keeping.indexed(session.connection()).values())
    with database.write() as session:
        assert keeping.indexed(session.connection()) == before


def test_an_index_that_lies_is_noticed_and_made_anew(database: Database) -> None:
    make_assessment(database, make_organisation(database))
    _begin_whole(database)
    with database.write() as session:
        connection = session.connection()
        first = connection.scalar(select(SearchDocument.id).limit(1))
        connection.execute(text("UPDATE search_document SET words = 'lie' WHERE id = :id"), {"id": first})
        connection.execute(text("DELETE FROM search_document WHERE id = (SELECT max(id) FROM search_document)"))
        assert len(keeping.wrong(connection)) == 2
        assert keeping.rebuild(connection) == len(keeping.everything(connection))
        assert keeping.wrong(connection) == []


def test_a_first_start_makes_the_index(database: Database) -> None:
    make_assessment(database, make_organisation(database))
    with database.write() as session:
        connection = session.connection()
        connection.execute(delete(SearchDocument))
        keeping.fill_if_empty(connection)
        assert keeping.wrong(connection) == []
