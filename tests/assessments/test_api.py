"""The JSON API: versions in If-Match, problem details, the same figures as everywhere."""

from typing import Any

import httpx2
import pytest

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
    assert document["components"]["schemas"]["AnswerIn"]["example"]["level"] == 3
