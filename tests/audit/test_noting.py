"""What is refused and what leaves the service is in the trail, and the trail never stands in the way of a refusal."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app import clock
from app.accounts.models import Organisation, Role
from app.assessments.models import SharedAssessment
from app.audit import access
from app.config import Settings
from app.db import Database
from app.main import create_app
from app.migrate import migrate
from app.reports.verify import verify
from app.rubrics import registry
from app.rubrics.importing.writing import skeleton
from tests.conftest import ORIGIN, Client
from tests.factories import make_assessment, make_organisation, make_person


def told(database: Database, chain: int, kind: str) -> list[dict[str, Any]]:
    """The data of the events of a kind in a chain, with subject and actor, oldest first."""
    with database.read() as session:
        found = access.newest(session, chain, access.Sought(topic=kind), limit=1000)
    return [{"subject": one.said.subject, "actor": one.said.actor_id, **one.said.data} for one in reversed(found)]


@pytest.fixture
def home(database: Database) -> Organisation:
    return make_organisation(database)


def test_refused_access_is_noted_without_saying_what_was_asked_for(
    client: Client, database: Database, settings: Settings, home: Organisation
) -> None:
    theirs = make_assessment(database, make_organisation(database))
    person = make_person(database, settings, home, Role.RECTOR)
    mine = make_assessment(database, home)
    client.as_(person)

    assert client.get(f"/assessments/{theirs.id}").status_code == 404
    assert client.send_form(f"/assessments/{mine.id}/actions", {"what": "x"}).status_code == 403
    assert client.get(f"/api/v1/assessments/{theirs.id}").status_code == 404

    by = {"subject": f"person:{person.id}", "actor": person.id}
    assert told(database, home.id, "access.refused") == [
        {**by, "method": "GET", "path": "/assessments/{assessment_id}", "status": 404},
        {**by, "method": "POST", "path": "/assessments/{assessment_id}/actions", "status": 403},
        {**by, "method": "GET", "path": "/api/v1/assessments/{assessment_id}", "status": 404},
    ]
    assert told(database, theirs.organisation_id, "access.refused") == []


def test_who_belongs_nowhere_is_noted_in_the_installations_chain(
    client: Client, database: Database, settings: Settings, home: Organisation
) -> None:
    person = make_person(database, settings)
    assert client.as_(person).get(f"/organisations/{home.id}/evidence").status_code == 404
    assert [one["actor"] for one in told(database, 0, "access.refused")][-1] == person.id


def test_a_page_that_does_not_exist_a_visitor_and_a_forged_form_are_not_noted(
    client: Client, database: Database, settings: Settings, home: Organisation
) -> None:
    client.as_(make_person(database, settings, home))
    before = len(told(database, 0, "access.refused"))
    assert client.get("/nowhere").status_code == 404
    assert client.post("/sign-out", data={"csrf_token": "forged"}, headers={"sec-fetch-site": "same-origin"}).status_code == 403
    assert client.signed_out().get(f"/organisations/{home.id}/evidence").status_code == 303
    assert told(database, home.id, "access.refused") == []
    assert len(told(database, 0, "access.refused")) == before


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[tuple[TestClient, Database, int]]:
    """A site of its own whose trail cannot be written, somebody signed in, and an assessment that is not theirs."""
    made = Settings(data_dir=tmp_path, base_url="http://testserver", password_memory_kib=64, password_rounds=1)
    migrate(made)
    app = create_app(made)
    database: Database = app.state.database
    client = Client(app, base_url="http://testserver", follow_redirects=False, raise_server_exceptions=False)
    client.settings, client.database = made, database
    home = make_organisation(database)
    mine = make_assessment(database, home)
    client.as_(make_person(database, made, home))
    with database.write() as session:
        session.execute(text("ALTER TABLE audit_event RENAME TO audit_event_away"))
    yield client, database, mine.id
    database.close()


def test_a_refusal_is_answered_as_before_when_the_trail_cannot_be_written(broken: tuple[TestClient, Database, int]) -> None:
    answer = broken[0].get("/assessments/999999")
    assert answer.status_code == 404
    assert "There is no such assessment." in answer.text


def test_nothing_leaves_the_service_when_the_trail_cannot_be_written(broken: tuple[TestClient, Database, int]) -> None:
    client, _database, mine = broken
    assert client.get(f"/assessments/{mine}").status_code == 200
    answer = client.get(f"/assessments/{mine}/export.json")
    assert answer.status_code == 500
    assert "sapa-assessment" not in answer.text


def test_every_export_is_noted_with_its_format_before_it_leaves(
    client: Client, database: Database, settings: Settings, home: Organisation
) -> None:
    person = make_person(database, settings, home)
    mine = make_assessment(database, home)
    client.as_(person)
    for address in ("export.yaml", "export.json", "report.json?kind=full&lang=kk", "report.html?kind=summary&lang=en"):
        assert client.get(f"/assessments/{mine.id}/{address}").status_code == 200
    assert client.get(f"/api/v1/assessments/{mine.id}").status_code == 200

    by = {"subject": f"assessment:{mine.id}", "actor": person.id}
    assert told(database, home.id, "assessment.exported") == [{**by, "format": one} for one in ("yaml", "json", "api")]
    assert told(database, home.id, "report.made") == [
        {**by, "format": "json", "kind": "full", "language": "kk"},
        {**by, "format": "html", "kind": "summary", "language": "en"},
    ]


def test_files_and_own_rubrics_are_noted_when_they_are_taken(
    client: Client, database: Database, settings: Settings, home: Organisation
) -> None:
    person = make_person(database, settings, home)
    client.as_(person)
    typed = {"title": "Policy", "kind": "policy"}
    added = client.send_form(f"/organisations/{home.id}/evidence", typed, files={"file": ("a.txt", b"bytes of %d" % home.id)})
    item = added.headers["location"]
    assert client.get(f"{item}/files/1").status_code == 200
    assert client.get(f"{item}/files/2").status_code == 404
    taken = told(database, home.id, "evidence.downloaded")
    assert [(one["subject"], one["number"]) for one in taken] == [(f"evidence:{item.rsplit('/', 1)[1]}", 1)]

    brought = client.send_form(
        f"/organisations/{home.id}/rubrics", files={"file": ("own.yaml", skeleton("mine", "2026-11-24").encode())}
    )
    assert brought.status_code == 303, brought.text
    own = re.search(r"/own-rubrics/(\d+)\.yaml", client.get(f"/organisations/{home.id}/rubrics").text)
    assert own is not None
    assert client.get(own[0]).status_code == 200
    assert [(one["subject"], one["format"]) for one in told(database, home.id, "rubric.exported")] == [
        (f"rubric:{own[1]}", "yaml")
    ]


def test_what_a_guest_takes_is_noted_where_the_assessment_belongs(
    client: Client, database: Database, settings: Settings, home: Organisation
) -> None:
    mine, elsewhere = make_assessment(database, home), make_organisation(database)
    client.as_(make_person(database, settings, home))
    item = client.get(f"/api/v1/organisations/{home.id}/evidence").json()[0]["id"]
    files = {"file": ("a.txt", b"guest bytes of %d" % home.id)}
    sent = client.post(f"/api/v1/evidence/{item}/files", files=files, headers={"x-csrf-token": client.token, "origin": ORIGIN})
    assert sent.status_code == 201
    guest = make_person(database, settings, elsewhere, Role.PARTNER)
    with database.write() as session:
        share = {"assessment_id": mine.id, "organisation_id": elsewhere.id, "with_evidence": True, "created_at": clock.now()}
        session.add(SharedAssessment(**share))
    client.as_(guest)
    assert client.get(f"/assessments/{mine.id}/evidence/{item}/files/1").status_code == 200
    assert client.get(f"/assessments/{mine.id}/report.html").status_code == 200
    taken = told(database, home.id, "evidence.downloaded") + told(database, home.id, "report.made")
    assert [(one["subject"], one["actor"]) for one in taken] == [
        (f"evidence:{item}", guest.id),
        (f"assessment:{mine.id}", guest.id),
    ]


def test_a_pdf_prints_the_head_of_the_trail_and_a_change_of_the_trail_shows_against_it(
    client: Client, database: Database, settings: Settings, home: Organisation
) -> None:
    mine = make_assessment(database, home)
    client.as_(make_person(database, settings, home))
    with database.read() as session:
        head = next(one for one in access.heads(session) if one.chain == home.id)
    found = verify(client.get(f"/assessments/{mine.id}/report.pdf?kind=summary&lang=en").content, registry.home())
    assert found.whole
    printed = f"{head.chain}:{head.number}:{head.hash[:16]}"
    assert [one.detail for one in found.checks if one.name == "trail"] == [
        f"the trail ended at {printed} when the report was made; check it with: sapa audit verify --head {printed}"
    ]
    page = client.get(f"/assessments/{mine.id}/report.html?lang=en").text
    assert re.search(rf">{home.id}:\d+:[0-9a-f]{{64}}</p>", page)
