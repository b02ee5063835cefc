"""Taking the last change of an answer back."""

import hashlib

import pytest
from sqlalchemy import select

from app.accounts.models import Organisation, Role
from app.assessments.models import Assessment, EvidenceLink
from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person

CRITERION = "esg-2015:policy.review"


@pytest.fixture
def organisation(client: Client, database: Database, settings: Settings) -> Organisation:
    """An organisation whose quality manager is signed in."""
    made = make_organisation(database)
    client.as_(make_person(database, settings, made))
    return made


@pytest.fixture
def assessment(database: Database, organisation: Organisation) -> Assessment:
    return make_assessment(database, organisation)


def _place(assessment: Assessment) -> str:
    return f"/assessments/{assessment.id}/criteria/{CRITERION}"


def _save(client: Client, assessment: Assessment, **fields: str) -> int:
    answer: int = client.send_form(_place(assessment), fields).status_code
    return answer


def _undo(client: Client, assessment: Assessment, version: int) -> int:
    path = f"/assessments/{assessment.id}/history/{CRITERION}/undo"
    answer: int = client.send_form(path, {"version": str(version)}).status_code
    return answer


def _answer(client: Client, assessment: Assessment) -> dict[str, object]:
    found: dict[str, object] = client.get(f"/api/v1/assessments/{assessment.id}/answers/{CRITERION}").json()
    return found


def test_the_state_before_comes_back_as_a_new_version_and_nothing_is_lost(client: Client, assessment: Assessment) -> None:
    _save(client, assessment, choice="1", comment="First", next_step="Ask the deans", version="0")
    _save(client, assessment, choice="3", comment="Second", version="1")
    assert _undo(client, assessment, 2) == 303
    found = _answer(client, assessment)
    assert (found["level"], found["comment"], found["next_step"], found["version"]) == (1, "First", "Ask the deans", 3)
    history = client.get(f"/assessments/{assessment.id}/history/{CRITERION}").text
    assert "Second" in history
    assert _undo(client, assessment, 3) == 303, "an undo can be undone"
    assert _answer(client, assessment)["comment"] == "Second"


def test_before_the_first_save_there_was_nothing(client: Client, assessment: Assessment) -> None:
    _save(client, assessment, choice="2", comment="Only", to_confirm="true", version="0")
    assert _undo(client, assessment, 1) == 303
    found = _answer(client, assessment)
    assert (found["level"], found["comment"], found["to_confirm"], found["version"]) == (None, None, False, 2)


def test_a_link_that_was_taken_away_comes_back(client: Client, assessment: Assessment) -> None:
    path = f"/api/v1/organisations/{assessment.organisation_id}/evidence"
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    code = client.post(path, json={"title": "Minutes", "kind": "minutes"}, headers=headers).json()["code"]
    client.send_form(f"{_place(assessment)}/links", {"code": code, "where": "p. 3", "proves": "It met"})
    link = client.get(f"/api/v1/assessments/{assessment.id}/answers/{CRITERION}").json()["evidence"][0]
    links = client.get(_place(assessment)).text
    number = links.split("/links/")[1].split("/")[0]
    client.send_form(f"/assessments/{assessment.id}/links/{number}/remove", {})
    assert _answer(client, assessment)["evidence"] == []
    assert _undo(client, assessment, 2) == 303
    assert _answer(client, assessment)["evidence"] == [link]


def test_a_link_comes_back_to_the_version_that_it_cited(client: Client, assessment: Assessment, database: Database) -> None:
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    path = f"/api/v1/organisations/{assessment.organisation_id}/evidence"
    item = client.post(path, json={"title": "Minutes", "kind": "minutes"}, headers=headers).json()
    for content in (b"first", b"second"):
        files = {"file": ("minutes.txt", content)}
        assert client.post(f"/api/v1/evidence/{item['id']}/files", files=files, headers=headers).status_code == 201
        if content == b"first":
            client.send_form(f"{_place(assessment)}/links", {"code": item["code"], "where": "p. 3"})
    number = client.get(_place(assessment)).text.split("/links/")[1].split("/")[0]
    client.send_form(f"/assessments/{assessment.id}/links/{number}/remove", {})
    assert _undo(client, assessment, 2) == 303
    with database.read() as session:
        link = session.scalars(select(EvidenceLink).where(EvidenceLink.item_id == item["id"])).one()
        assert (link.cited_version, link.cited_sha256) == (1, hashlib.sha256(b"first").hexdigest())


@pytest.mark.parametrize("version", [0, 1, 3, 999_999_999])
def test_what_was_saved_again_since_is_not_taken_back(client: Client, assessment: Assessment, version: int) -> None:
    _save(client, assessment, choice="1", version="0")
    _save(client, assessment, choice="3", comment="Newer", version="1")
    assert _undo(client, assessment, version) == 409
    assert _answer(client, assessment)["comment"] == "Newer"


def test_where_nothing_was_saved_there_is_nothing_to_take_back(client: Client, assessment: Assessment) -> None:
    assert _undo(client, assessment, 0) == 404
    assert client.send_form(f"/assessments/{assessment.id}/history/esg-2015:none/undo", {"version": "1"}).status_code == 404


def test_others_and_readers_take_nothing_back(
    client: Client, assessment: Assessment, organisation: Organisation, database: Database, settings: Settings
) -> None:
    _save(client, assessment, choice="1", version="0")
    client.as_(make_person(database, settings, organisation, role=Role.RECTOR))
    assert _undo(client, assessment, 1) == 403
    assert "Undo" not in client.get(f"/assessments/{assessment.id}/history/{CRITERION}").text
    client.as_(make_person(database, settings, make_organisation(database, "Another")))
    assert _undo(client, assessment, 1) == 404


def test_a_citation_that_comes_back_names_the_bytes_of_its_own_item(
    client: Client, database: Database, organisation: Organisation, assessment: Assessment
) -> None:
    for content in (b"bytes of the first", b"bytes of the second"):
        library = f"/organisations/{organisation.id}/evidence"
        made = client.send_form(library, {"title": content.decode(), "kind": "minutes"}).headers["location"]
        assert client.send_form(f"{made}/files", {}, files={"file": ("a.txt", content)}).status_code == 303
    code = client.get(f"/api/v1{made}").json()["code"]
    _save(client, assessment, choice="2", version="0")
    assert client.send_form(f"{_place(assessment)}/links", {"code": code, "where": "p. 1"}).status_code == 303
    with database.read() as session:
        link = session.scalars(select(EvidenceLink.id).order_by(EvidenceLink.id.desc()).limit(1)).one()
    assert client.send_form(f"/assessments/{assessment.id}/links/{link}/remove").status_code == 303
    version = _answer(client, assessment)["version"]
    assert isinstance(version, int)
    assert _undo(client, assessment, version) == 303
    with database.read() as session:
        back = session.scalars(select(EvidenceLink).order_by(EvidenceLink.id.desc()).limit(1)).one()
    assert (back.cited_version, back.cited_sha256) == (1, hashlib.sha256(b"bytes of the second").hexdigest())
