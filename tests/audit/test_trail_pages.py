"""The trail as people read it: in their language, page by page, only their own, and whole as a file."""

import ast
import csv
import hashlib
import html
import io
import json
import re

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Membership, Organisation, Person, Role, Unit, UnitLine
from app.accounts.trail_pages import disarmed
from app.accounts.trail_words import NOTHING, Known, sentences, teller, topics
from app.assessments.models import Assessment, SharedAssessment
from app.audit import chain
from app.audit.access import Happening
from app.audit.chain import Said, canonical
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem
from app.i18n import LANGUAGES, use
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person
from tests.sizes import ROOT, committed

KIND = re.compile(r"[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*")
WRITERS = {"append", "note", "_note", "note_export", "changed"}


def written_kinds(source: str) -> set[str]:
    """The kinds of events that a module writes: texts of their form in a function that calls a writer of the trail."""
    found: set[str] = set()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            called = {_name(one.func) for one in ast.walk(function) if isinstance(one, ast.Call)}
            if called & WRITERS:
                texts = (one.value for one in ast.walk(function) if isinstance(one, ast.Constant) and isinstance(one.value, str))
                found |= {text for text in texts if KIND.fullmatch(text) and not text.endswith((".html", ".json", ".yaml"))}
    return found


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def test_every_kind_of_event_that_code_writes_has_a_sentence() -> None:
    found: dict[str, str] = {}
    for path in committed(".py"):
        if path.is_relative_to(ROOT / "app"):
            found |= dict.fromkeys(written_kinds(path.read_text(encoding="utf-8")), path.relative_to(ROOT).as_posix())
    assert {"answer.saved", "person.password_right", "evidence.unlinked", "assessment.moved", "report.made"} <= set(found)
    untold = {kind: place for kind, place in found.items() if kind not in sentences()}
    assert untold == {}, "add its sentence to app/accounts/trail_words.py"


def test_a_kind_without_a_sentence_would_be_seen() -> None:
    assert written_kinds('def f(s):\n    chain.append(s, "thing.forgotten", chain=1)') == {"thing.forgotten"}
    assert written_kinds('def f(s):\n    kind = "a.b" if s else "c.d_e"\n    note(s, kind)') == {"a.b", "c.d_e"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said_even_of_an_event_that_says_nothing(language: str) -> None:
    with use(language):
        tell = teller(Known())
        for kind in [*sentences(), "thing.forgotten"]:
            said = Said(1, 1, clock.now(), kind, None, "", {}, None, chain.BEGINNING)
            assert tell(Happening(said, "", {}))
    only_in_the_installations_chain = {"mail", "operator", "person"}
    assert {kind.split(".")[0] for kind in sentences()} - set(topics()) == only_in_the_installations_chain


@pytest.fixture
def home(database: Database) -> Organisation:
    return make_organisation(database)


@pytest.fixture
def manager(client: Client, database: Database, settings: Settings, home: Organisation) -> Person:
    """A quality manager with a name of their own, signed in."""
    made = make_person(database, settings, home, name="Айгүл Сапарова")
    client.as_(made)
    return made


def events(database: Database, organisation_id: int, count: int, actor_id: int | None = None) -> None:
    with database.write() as session:
        for number in range(count):
            _append(session, organisation_id, actor_id, number)


def _append(session: Session, organisation_id: int, actor_id: int | None, number: int) -> None:
    data = {"criterion": f"esg-2015:c{number}", "version": number}
    chain.append(
        session, "answer.saved", chain=organisation_id, actor_id=actor_id, subject="assessment:1", at=clock.now(), data=data
    )


def rows(page: str) -> list[str]:
    """The lines of the trail, as text."""
    found = re.findall(r"<tr class=\"govuk-table__row\"><td.*?</tr>", page, re.DOTALL)
    return [html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one))).strip() for one in found]


def test_the_trail_says_who_did_what_when_newest_first_fifty_a_page(
    client: Client, database: Database, home: Organisation, manager: Person
) -> None:
    events(database, home.id, 60, manager.id)
    page = client.get(f"/organisations/{home.id}/trail").text
    lines = rows(page)
    assert len(lines) == 50
    assert "Answer saved, criterion esg-2015:c59, version 59" in lines[0]
    assert "Айгүл Сапарова" in lines[0]
    older = re.search(r'href="(\?[^"]*before=\d+)"', page)
    assert older is not None
    rest = rows(client.get(f"/organisations/{home.id}/trail{html.unescape(older[1])}").text)
    assert len(rest) == 12
    assert "the system" in rest[-1]
    assert "Organisation made" in rest[-1]
    assert "Role given: Айгүл Сапарова, quality manager, the whole organisation" in rest[-2]


def test_the_trail_is_narrowed_by_kind_and_by_person(
    client: Client, database: Database, settings: Settings, home: Organisation, manager: Person
) -> None:
    other = make_person(database, settings, home, Role.CONTRIBUTOR, name="Somebody Else")
    events(database, home.id, 2, other.id)
    events(database, home.id, 1, manager.id)
    place = f"/organisations/{home.id}/trail"
    assert len(rows(client.get(f"{place}?kind=answer").text)) == 3
    assert len(rows(client.get(f"{place}?kind=role.granted&person=").text)) == 2
    assert len(rows(client.get(f"{place}?kind=answer&person={other.id}").text)) == 2
    assert [line for line in rows(client.get(f"{place}?person={other.id}").text) if "Role given: Somebody Else" in line]
    assert rows(client.get(f"{place}?kind=ans").text) == []
    assert len(rows(client.get(f"{place}?kind=%25' OR 1=1&person=x&before=-1").text)) == 6
    page = client.get(f"{place}?kind=answer&person={other.id}").text
    assert f'<option value="{other.id}" selected>Somebody Else</option>' in page


def test_the_trail_is_read_by_those_who_answer_for_the_whole_organisation_only(
    client: Client, database: Database, settings: Settings, home: Organisation
) -> None:
    with database.write() as session:
        unit = Unit(organisation_id=home.id, name="Faculty", kind="faculty")
        session.add(unit)
        session.flush()
        session.add(UnitLine(ancestor_id=unit.id, descendant_id=unit.id))
    allowed = {Role.QUALITY_MANAGER: 200, Role.INTERNAL_AUDITOR: 200, Role.RECTOR: 200, Role.CONTRIBUTOR: 403, Role.PARTNER: 403}
    for role, status in allowed.items():
        client.as_(make_person(database, settings, home, role))
        for ending in ("", ".csv", ".jsonl"):
            assert client.get(f"/organisations/{home.id}/trail{ending}").status_code == status, (role, ending)
    in_unit = make_person(database, settings)
    with database.write() as session:
        session.add(Membership(person_id=in_unit.id, organisation_id=home.id, unit_id=unit.id, role=Role.QUALITY_MANAGER.value))
    client.as_(in_unit)
    assert client.get(f"/organisations/{home.id}/trail").status_code == 403
    client.as_(make_person(database, settings, make_organisation(database)))
    for ending in ("", ".csv", ".jsonl"):
        assert client.get(f"/organisations/{home.id}/trail{ending}").status_code == 404


def test_no_event_of_another_organisation_is_shown(
    client: Client, database: Database, settings: Settings, home: Organisation, manager: Person
) -> None:
    theirs = make_organisation(database)
    stranger = make_person(database, settings, theirs, name="Canary Stranger")
    events(database, theirs.id, 3, stranger.id)
    for ending in ("", f"?person={stranger.id}", ".csv", ".jsonl"):
        text = client.get(f"/organisations/{home.id}/trail{ending}").text
        assert "Canary" not in text
        assert "esg-2015:c1" not in text
    assert manager.name in client.get(f"/organisations/{home.id}/trail.csv").text


def test_the_moment_is_that_of_the_installations_zone_and_the_language_the_readers(
    client: Client, database: Database, home: Organisation, manager: Person
) -> None:
    at = clock.now().replace(year=2026, month=3, day=1, hour=20, minute=30)
    with database.write() as session:
        chain.append(session, "rubric.exported", chain=home.id, actor_id=manager.id, subject="", at=at, data={"rubric": "<b>"})
    newest = rows(client.get(f"/organisations/{home.id}/trail").text)[0]
    assert "2 Mar 2026, 01:30" in newest
    assert "<b>" in newest
    client.cookies.set("language", "ru")
    assert '<html lang="ru"' in client.get(f"/organisations/{home.id}/trail").text


def test_the_csv_holds_every_event_and_no_formula(
    client: Client, database: Database, home: Organisation, manager: Person
) -> None:
    with database.write() as session:
        person = session.get_one(Person, manager.id)
        person.name = '=HYPERLINK("http://evil.example")'
    events(database, home.id, 520, manager.id)
    answer = client.get(f"/organisations/{home.id}/trail.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [int(row["number"]) for row in table] == list(range(1, 523))
    assert table[-1]["actor"] == "'" + person.name
    assert table[-1]["at"].endswith("+05:00")
    assert [row for row in table if any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())] == []
    after = rows(client.get(f"/organisations/{home.id}/trail").text)
    assert "Trail exported, format: csv" in after[0]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@A1", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_compute_is_disarmed(cell: str) -> None:
    assert disarmed(cell) == f"'{cell}"
    assert disarmed(f"a{cell}") == f"a{cell}"


def test_the_json_lines_can_be_checked_by_anybody(
    client: Client, database: Database, home: Organisation, manager: Person
) -> None:
    events(database, home.id, 5, manager.id)
    previous = "0" * 64
    lines = [json.loads(line) for line in client.get(f"/organisations/{home.id}/trail.jsonl").text.splitlines()]
    covered = ("chain", "number", "at", "kind", "actor_id", "subject", "data", "detail_digest", "previous")
    assert len(lines) == 7
    for line in lines:
        assert line["previous"] == previous
        previous = hashlib.sha256(canonical({name: line[name] for name in covered}).encode()).hexdigest()
        assert line["hash"] == previous
    assert lines[-1]["actor"] == manager.name


@pytest.fixture
def mine(database: Database, home: Organisation) -> Assessment:
    return make_assessment(database, home)


def test_an_assessment_has_its_own_history_and_guests_do_not_see_it(
    client: Client, database: Database, settings: Settings, mine: Assessment, manager: Person
) -> None:
    other = make_assessment(database, make_organisation(database))
    reference = "esg-2015:policy.approved"
    version = client.get(f"/api/v1/assessments/{mine.id}/answers/{reference}").json()["version"]
    saved = client.send_form(f"/assessments/{mine.id}/criteria/{reference}", {"choice": "1", "version": str(version)})
    assert saved.status_code in (200, 303)
    assert client.get(f"/assessments/{mine.id}/export.json").status_code == 200
    page = client.get(f"/assessments/{mine.id}/trail").text
    lines = rows(page)
    assert "Assessment exported, format: json" in lines[0]
    assert f"Answer saved, criterion {reference}" in lines[1]
    assert "Assessment brought in from a file" in lines[-1]
    assert f"/assessments/{mine.id}/trail" in client.get(f"/assessments/{mine.id}").text
    assert client.get(f"/assessments/{other.id}/trail").status_code == 404
    assert [client.get(f"/assessments/{mine.id}/trail?before={one}").status_code for one in ("1", "x", "-3")] == [200] * 3
    assert manager.name in client.get(f"/assessments/{mine.id}/history/{reference}").text

    guest = make_person(database, settings, (elsewhere := make_organisation(database)), Role.PARTNER)
    with database.write() as session:
        session.add(SharedAssessment(assessment_id=mine.id, organisation_id=elsewhere.id, created_at=clock.now()))
    client.as_(guest)
    assert client.get(f"/assessments/{mine.id}").status_code == 200
    assert "/trail" not in client.get(f"/assessments/{mine.id}").text
    assert client.get(f"/assessments/{mine.id}/trail").status_code == 403


def test_an_evidence_item_has_its_own_history(client: Client, database: Database, home: Organisation, manager: Person) -> None:
    added = client.send_form(f"/organisations/{home.id}/evidence", {"title": "Policy", "kind": "policy"})
    place = added.headers["location"]
    lines = rows(client.get(f"{place}/trail").text)
    assert len(lines) == 1
    assert "Evidence E-01 added" in lines[0]
    assert manager.name in lines[0]
    assert f"{place}/trail" in client.get(place).text
    theirs = make_organisation(database)
    make_assessment(database, theirs)
    with database.read() as session:
        item = session.query(EvidenceItem).filter_by(organisation_id=theirs.id).limit(1).one()
    assert client.get(f"/evidence/{item.id}/trail").status_code == 404


def test_what_an_event_no_longer_says_is_a_dash() -> None:
    said = Said(1, 1, clock.now(), "invitation.sent", 12, "invitation:1", {"role": "rector"}, "0" * 64, chain.BEGINNING)
    with use("en"):
        assert teller(Known())(Happening(said, "", {})) == f"Invitation sent to {NOTHING}, role: rector"
        assert Known().person(12) == "erased person 12"
