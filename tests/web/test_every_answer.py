"""What holds for every route: headers, languages, errors, forged requests."""

import re

import pytest
from fastapi import FastAPI

from app.config import Settings
from app.db import Database
from tests.conftest import Client, routes_of
from tests.factories import make_organisation, make_person

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"


def _paths(app: FastAPI) -> list[str]:
    found = [path for method, path in routes_of(app) if method == "GET" and not path.startswith("/testing")]
    return [path.replace("{ending}", "json").replace("{reference}", "x:y").replace("{criterion}", "x:y") for path in found]


def _filled(path: str) -> str:
    return re.sub(r"\{[a-z_]+\}", "999999", path)


def test_every_page_carries_the_security_headers_and_none_allows_inline_code(
    app: FastAPI, client: Client, database: Database, settings: Settings
) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    paths = _paths(app)
    assert len(paths) > 20
    for path in paths:
        answer = client.get(_filled(path))
        assert answer.status_code < 500, path
        headers = answer.headers
        assert headers["content-security-policy"].startswith(POLICY), path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


def test_no_page_but_sign_in_health_and_language_answers_a_visitor(
    app: FastAPI, client: Client, database: Database, settings: Settings
) -> None:
    # With nobody there, the first run would be open.
    make_person(database, settings, make_organisation(database))
    client.signed_out()
    open_to_all = {"/sign-in", "/sign-in/organisation", "/forgot", "/healthz", "/readyz", "/api/v1/openapi.json", "/verify"}
    # These open with the link that a message brought or a report prints, or while nobody is there.
    with_a_link = {"/invitation", "/reset", "/first-run", "/calendar/{token}.ics", "/verify/{token}"}
    for path in set(_paths(app)) - open_to_all:
        allowed = (404,) if path in with_a_link else (303, 401, 422)
        assert client.get(_filled(path)).status_code in allowed, path


def test_a_static_file_with_its_digest_may_be_kept_for_ever(client: Client) -> None:
    page = client.get("/sign-in").text
    address = page.split('href="/static/vendor/sapa.css')[1].split('"')[0]
    answer = client.get(f"/static/vendor/sapa.css{address}")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


def test_style_sheets_are_compressed_and_pages_are_not(client: Client) -> None:
    wanted = {"accept-encoding": "gzip"}
    sheet = client.get("/static/vendor/sapa.css", headers=wanted)
    assert sheet.headers["content-encoding"] == "gzip"
    assert sheet.headers["vary"] == "Accept-Encoding"
    page = client.get("/sign-in", headers=wanted)
    assert len(page.content) > 1000
    assert "content-encoding" not in page.headers


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
def test_a_change_that_another_site_asks_for_is_refused(
    client: Client, database: Database, settings: Settings, headers: dict[str, str]
) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    answer = client.post("/sign-out", data={"csrf_token": client.token}, headers=headers)
    assert answer.status_code == 403
    assert client.get("/assessments").status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_a_form_without_the_sessions_token_is_refused(
    client: Client, database: Database, settings: Settings, token: str | None
) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    data = {} if token is None else {"csrf_token": token}
    assert client.post("/sign-out", data=data, headers={"sec-fetch-site": "same-origin"}).status_code == 403
    assert client.get("/assessments").status_code == 200


def test_a_signed_out_visitors_token_does_not_open_a_session(client: Client, database: Database, settings: Settings) -> None:
    person = make_person(database, settings)
    answer = client.signed_out().post("/sign-in", data={"email": person.email, "password": "x", "csrf_token": "forged"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("language", "word"), [("kk", "Кіру"), ("ru", "Войти"), ("en", "Sign in")])
def test_the_chosen_language_holds_and_the_switch_returns_to_the_place(client: Client, language: str, word: str) -> None:
    answer = client.signed_out().post("/language", data={"language": language, "next": "/sign-in?next=/x"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/x"
    page = client.get("/sign-in")
    assert f'<html lang="{language}"' in page.text
    assert word in page.text


def test_the_browsers_language_is_followed_until_a_person_chooses(client: Client) -> None:
    client.signed_out()
    assert '<html lang="kk"' in client.get("/sign-in", headers={"accept-language": "kk-KZ,ru;q=0.8"}).text
    assert '<html lang="en"' in client.get("/sign-in", headers={"accept-language": "fr"}).text


def test_a_missing_page_is_a_page_for_people_and_a_problem_for_programs(
    client: Client, database: Database, settings: Settings
) -> None:
    client.as_(make_person(database, settings))
    assert client.get("/nowhere").status_code == 404
    api = client.get("/api/v1/nowhere")
    assert api.status_code == 404
    assert api.headers["content-type"] == "application/problem+json"
    assert set(api.json()) >= {"type", "title", "status", "detail"}


@pytest.mark.parametrize("number", ["abc", "-1", "1.5", "2147483648", "99999999999999999999999999"])
def test_a_number_that_no_row_can_have_is_a_missing_page(
    client: Client, database: Database, settings: Settings, number: str
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    for path in (
        "/assessments/{}",
        "/assessments/{}/results",
        "/evidence/{}",
        "/organisations/{}/rubrics",
        "/own-rubrics/{}.yaml",
    ):
        answer = client.get(path.format(number))
        assert (answer.status_code, "There is no such" in answer.text) == (404, True), path
        assert "valid integer" not in answer.text
    begun = {"organisation_id": number, "title": "x", "date": "2026-11-01", "profile": "esg-only"}
    assert client.send_form("/assessments", begun).status_code in (404, 422)


def test_an_unexpected_fault_shows_a_reference_and_no_traceback(
    app: FastAPI, client: Client, database: Database, settings: Settings
) -> None:
    client.as_(make_person(database, settings))
    library = app.state.library
    app.state.library = None
    try:
        answer = client.get("/assessments")
    finally:
        app.state.library = library
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "AttributeError" not in answer.text
    assert answer.headers["content-security-policy"].startswith(POLICY)


def test_health_and_readiness_answer_without_signing_in(client: Client) -> None:
    assert client.signed_out().get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"migrations": True, "database": True, "storage": True}
