"""A rubric that an organisation brings in over the site and the API: checked, frozen, and nobody else's."""

import pytest

from app.accounts.models import Organisation, Role
from app.config import Settings
from app.db import Database
from app.rubrics.importing.writing import skeleton
from tests.conftest import Client
from tests.factories import make_organisation, make_person

MINE = skeleton("mine", "2026-11-24").encode()
CHANGED = MINE.replace(b"First standard", b"The first standard")


@pytest.fixture
def organisation(client: Client, database: Database, settings: Settings) -> Organisation:
    """An organisation whose quality manager is signed in."""
    made = make_organisation(database)
    client.as_(make_person(database, settings, made))
    return made


def _send(client: Client, organisation: Organisation, content: bytes, name: str = "mine.yaml") -> int:
    path = f"/organisations/{organisation.id}/rubrics"
    return client.send_form(path, {}, files={"file": (name, content, "application/octet-stream")}).status_code


def test_a_rubric_is_brought_in_chosen_answered_and_printed(client: Client, organisation: Organisation) -> None:
    assert _send(client, organisation, MINE) == 303
    page = client.get(f"/organisations/{organisation.id}/rubrics").text
    assert "mine@1" in page
    assert "sha256:" in page
    assert "no descriptors of its own" in page
    assert 'value="own-mine"' in client.get("/assessments").text

    typed = {"organisation_id": str(organisation.id), "title": "With our own", "date": "2026-11-01", "profile": "own-mine"}
    place = client.send_form("/assessments", typed).headers["location"]
    assert "no descriptors of its own" in client.get(f"{place}/criteria/mine:first.a").text
    saved = client.send_form(f"{place}/criteria/mine:first.a", {"choice": "1", "version": "0", "comment": "We begin."})
    assert saved.status_code == 303
    card = client.get(f"/api/v1{place}/scorecard").json()
    assert (card["profile"], card["rubrics"][0]["rubric"], card["rubrics"][0]["score"]) == ("own-mine", "mine", 25)
    for path in ("/results", "/gaps", "/summary", "/coverage", "/editions", "/report.html"):
        assert client.get(place + path).status_code == 200, path
    assert "no descriptors of its own" in client.get(f"{place}/report.html").text

    exported = client.get(f"{place}/export.yaml").content
    files = {"file": ("again.yaml", exported, "application/yaml")}
    again = client.send_form("/assessments/import", {"organisation_id": str(organisation.id)}, files=files)
    assert again.status_code == 303


def test_what_was_brought_in_stays_as_it_is_and_a_changed_one_is_a_new_edition(
    client: Client, organisation: Organisation
) -> None:
    assert _send(client, organisation, MINE) == 303
    assert _send(client, organisation, MINE) == 409
    assert _send(client, organisation, CHANGED) == 409
    assert _send(client, organisation, CHANGED.replace(b"edition: '1'", b"edition: '2'")) == 303
    listed = client.get(f"/api/v1/organisations/{organisation.id}/rubrics").json()
    assert [one["reference"] for one in listed] == ["mine@2", "mine@1"]
    assert listed[0]["digest"] != listed[1]["digest"]


def test_a_file_with_faults_is_refused_with_every_place_and_keeps_nothing(client: Client, organisation: Organisation) -> None:
    path = f"/organisations/{organisation.id}/rubrics"
    faulty = MINE.replace(b"edition: '1'", b"edition: 1").replace(b"confidence: own", b"confidence: sure")
    answer = client.send_form(path, {}, files={"file": ("mine.yaml", faulty, "application/yaml")})
    assert answer.status_code == 422
    assert "2 problems were found" in answer.text
    assert "mine.yaml" in answer.text
    assert "None was brought in yet." in answer.text
    assert client.send_form(path, {}).status_code == 422


def test_another_organisation_neither_sees_nor_uses_it(
    client: Client, organisation: Organisation, database: Database, settings: Settings
) -> None:
    _send(client, organisation, MINE)
    own_id = client.get(f"/api/v1/organisations/{organisation.id}/rubrics").json()[0]["id"]
    assert client.get(f"/own-rubrics/{own_id}.yaml").status_code == 200
    other = make_organisation(database, "Another")
    client.as_(make_person(database, settings, other))
    assert client.get(f"/organisations/{organisation.id}/rubrics").status_code == 404
    assert client.get(f"/api/v1/organisations/{organisation.id}/rubrics").status_code == 404
    assert client.get(f"/own-rubrics/{own_id}.yaml").status_code == 404
    assert 'value="own-mine"' not in client.get("/assessments").text
    typed = {"organisation_id": str(other.id), "title": "Theirs", "date": "2026-11-01", "profile": "own-mine"}
    assert client.send_form("/assessments", typed).status_code in (404, 422)
    assert _send(client, organisation, MINE) == 404
    assert _send(client, other, CHANGED) == 303, "ids and editions are each organisation's own"


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.RECTOR, Role.INTERNAL_AUDITOR])
def test_only_a_quality_manager_brings_one_in(
    client: Client, organisation: Organisation, database: Database, settings: Settings, role: Role
) -> None:
    client.as_(make_person(database, settings, organisation, role=role))
    assert "Bring in a rubric" not in client.get(f"/organisations/{organisation.id}/rubrics").text
    assert _send(client, organisation, MINE) == 403


def test_the_template_is_a_workbook_for_people_who_are_signed_in(client: Client, organisation: Organisation) -> None:
    assert organisation.id
    answer = client.get("/rubric-template.xlsx")
    assert answer.content.startswith(b"PK")
    assert "spreadsheetml" in answer.headers["content-type"]
    assert client.signed_out().get("/rubric-template.xlsx").status_code in (303, 401)


def test_a_program_brings_one_in_and_is_told_what_was_left_behind(client: Client, organisation: Organisation) -> None:
    path = f"/api/v1/organisations/{organisation.id}/rubrics"
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    made = client.post(path, files={"file": ("mine.yaml", MINE, "application/yaml")}, headers=headers)
    assert made.status_code == 201
    assert made.json()["generic"] == 1
    refused = client.post(path, files={"file": ("mine.yaml", b"a: 1", "application/yaml")}, headers=headers)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
