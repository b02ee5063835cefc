"""The JSON API: versions in If-Match, problem details, the same figures as everywhere."""

import os
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from app.assessments.models import Assessment
from app.config import Settings
from app.db import Database
from app.portable.read import assessed
from app.rubrics import registry
from app.scoring.score import score
from app.scoring.scorecard_json import to_json
from tests.conftest import Client, counting
from tests.factories import make_assessment, make_organisation, make_person, small


@pytest.fixture
def address(client: Client, database: Database, settings: Settings) -> str:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation))
    return f"/api/v1/assessments/{assessment.id}"


def _put(client: Client, url: str, body: Any, version: str | None = '"0"') -> httpx2.Response:
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    if version is not None:
        headers["if-match"] = version
    return client.put(url, json=body, headers=headers)


def test_the_scorecard_is_the_one_the_pure_method_computes(client: Client, address: str) -> None:
    expected = to_json(score(assessed(small(), registry.home())))
    assert client.get(f"{address}/scorecard").json() == expected


def test_a_write_says_which_version_it_was_made_from(client: Client, address: str) -> None:
    url = f"{address}/answers/esg-2015:policy.review"
    assert client.get(url).headers["etag"] == '"0"'
    assert _put(client, url, {"level": 2}, None).status_code == 428
    made = _put(client, url, {"level": 2, "comment": "Written down."})
    assert (made.status_code, made.headers["etag"]) == (200, '"1"')
    assert _put(client, url, {"level": 4}).status_code == 412
    assert client.get(url).json()["level"] == 2
    assert _put(client, url, {"level": 3}, '"1"').json()["version"] == 2


@pytest.mark.parametrize(
    "body",
    [{"level": 5}, {"level": "3"}, {"level": True}, {"lvl": 3}, {"level": 1, "not_applicable": "x"}, {"not_applicable": "x"}, []],
)
def test_a_body_that_cannot_be_used_is_a_problem_with_details(client: Client, address: str, body: Any) -> None:
    answer = _put(client, f"{address}/answers/esg-2015:policy.review", body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_write_without_the_sessions_token_is_refused(client: Client, address: str) -> None:
    answer = client.put(f"{address}/answers/esg-2015:policy.review", json={"level": 1}, headers={"if-match": '"0"'})
    assert answer.status_code == 403


def test_an_action_says_over_the_api_all_that_the_page_says(client: Client, address: str) -> None:
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    body = {
        "criterion": "esg-2015:policy.review",
        "criteria": ["esg-2015:policy.roles"],
        "what": "Do it",
        "owner": "Dean",
        "effort": 12,
        "expected_level": 3,
        "expected_evidence": [{"kind": "minutes", "note": None}],
        "status": "in_progress",
    }
    made = client.post(f"{address}/actions", json=body, headers=headers)
    assert made.status_code == 201
    assert {name: made.json()[name] for name in body} == body
    assert made.json() in client.get(f"{address}/actions").json()
    again = client.post(f"{address}/actions", json={"criterion": "esg-2015:policy.roles", "what": "Again"}, headers=headers)
    assert again.status_code == 409
    assert "Do it" in again.json()["detail"]
    dropped = {**body, "status": "dropped"}
    assert _put(client, f"{address}/actions/{made.json()['id']}", dropped, '"1"').status_code == 422
    assert _put(client, f"{address}/actions/{made.json()['id']}", {**dropped, "reason": "No money"}, '"1"').status_code == 200


def test_twenty_assessments_are_listed_with_one_query_however_many_there_are(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    for _number in range(3):
        make_assessment(database, organisation)
    with counting(database.engine) as few:
        client.get("/api/v1/assessments")
    for _number in range(5):
        make_assessment(database, organisation)
    with counting(database.engine) as more:
        assert len(client.get("/api/v1/assessments").json()) == 8
    assert len(few) == len(more)
    assert sum("stored_score" in statement for statement in more.statements) == 1


def test_the_openapi_document_describes_the_api_with_examples(client: Client) -> None:
    document = client.signed_out().get("/api/v1/openapi.json").json()
    assert "/api/v1/assessments/{assessment_id}/answers/{criterion}" in document["paths"]
    schemas = document["components"]["schemas"]
    assert schemas["AnswerIn"]["example"]["level"] == 3
    assert [name for name in schemas if name.endswith("In") and "example" not in schemas[name]] == []


def _headers(client: Client, version: int | None = None) -> dict[str, str]:
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    return headers if version is None else {**headers, "if-match": f'"{version}"'}


def test_an_action_is_added_changed_from_its_version_and_taken_out(client: Client, address: str) -> None:
    body = {"criterion": "esg-2015:policy.review", "what": "Review the policy", "owner": "Vice-rector", "due": "2027-03-01"}
    made = client.post(f"{address}/actions", json=body, headers=_headers(client))
    assert (made.status_code, made.json()["version"], made.json()["due"]) == (201, 1, "2027-03-01")
    place = f"{address}/actions/{made.json()['id']}"

    assert client.put(place, json=body, headers=_headers(client)).status_code == 428
    changed = client.put(place, json={**body, "status": "done"}, headers=_headers(client, 1))
    assert (changed.status_code, changed.json()["status"], changed.headers["etag"]) == (200, "done", '"2"')
    assert client.put(place, json=body, headers=_headers(client, 1)).status_code == 412

    assert client.delete(place, headers=_headers(client)).status_code == 204
    assert place.rsplit("/", 1)[1] not in [str(one["id"]) for one in client.get(f"{address}/actions").json()]


def test_evidence_is_added_gets_a_file_is_linked_and_counts(client: Client, address: str) -> None:
    with client.database.read() as session:
        number = session.scalars(select(Assessment.organisation_id).where(Assessment.id == int(address.rsplit("/", 1)[1]))).one()
    place = f"/api/v1/organisations/{number}/evidence"

    made = client.post(place, json={"title": "Minutes of March", "kind": "minutes"}, headers=_headers(client))
    assert made.status_code == 201
    item = made.json()
    content = b"%PDF-1.7\n" + os.urandom(20)
    files = {"file": ("minutes.pdf", content)}
    filed = client.post(f"/api/v1/evidence/{item['id']}/files", files=files, headers=_headers(client))
    assert (filed.status_code, filed.json()["versions"][0]["size"]) == (201, len(content))
    wrong = client.post(f"/api/v1/evidence/{item['id']}/files", files={"file": ("a.pdf", b"<html>")}, headers=_headers(client))
    assert (wrong.status_code, wrong.headers["content-type"]) == (415, "application/problem+json")

    _put(client, f"{address}/answers/esg-2015:policy.review", {"level": 3})
    link = client.post(
        f"{address}/answers/esg-2015:policy.review/links", json={"code": item["code"], "where": "p. 2"}, headers=_headers(client)
    )
    assert (link.status_code, link.json()["version"]) == (201, 2)
    assert _substantiated(client, address) == 3
    assert client.delete(f"{address}/links/{link.json()['id']}", headers=_headers(client)).status_code == 204
    assert _substantiated(client, address) == 1
    assert item["code"] in [one["code"] for one in client.get(place).json()]


def _substantiated(client: Client, address: str) -> int:
    criteria = client.get(f"{address}/scorecard").json()["rubrics"][0]["standards"][0]["criteria"]
    found: int = next(one["substantiated"] for one in criteria if one["id"] == "policy.review")
    return found


def test_evidence_of_an_unknown_kind_is_a_problem_with_its_place(client: Client, address: str) -> None:
    with client.database.read() as session:
        number = session.scalars(select(Assessment.organisation_id).where(Assessment.id == int(address.rsplit("/", 1)[1]))).one()
    answer = client.post(
        f"/api/v1/organisations/{number}/evidence", json={"title": "x", "kind": "polcy"}, headers=_headers(client)
    )
    assert answer.status_code == 422
    assert "kind: unknown kind of evidence “polcy”" in answer.json()["findings"][0]


def test_everything_that_can_be_sent_is_described_with_an_example(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert all(path.startswith("/api/v1/") or path in ("/healthz", "/readyz") for path in described["paths"])
    bodies = [name for name in described["components"]["schemas"] if name.endswith("In")]
    assert len(bodies) >= 4
    assert [name for name in bodies if "example" not in described["components"]["schemas"][name]] == []


@pytest.mark.parametrize("key", ["str", "int", "dict", "a[b]"])
def test_an_unknown_key_is_told_whatever_it_is_called(client: Client, database: Database, settings: Settings, key: str) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    answer = client.post(f"/api/v1/organisations/{organisation.id}/assessments", json={key: 1}, headers=headers)
    assert answer.status_code == 422
    assert f"unknown key “{key}”" in str(answer.json()["findings"])
