"""Signing in and out, and what happens to those who are not signed in."""

import html
import re

import httpx2
import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.config import Settings
from app.db import Database
from tests.conftest import ORIGIN, Client
from tests.factories import PASSWORD, make_organisation, make_person


def _sign_in(client: Client, email: str, password: str, **more: str) -> httpx2.Response:
    page = client.get("/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    headers = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}
    return client.post("/sign-in", data={"email": email, "password": password, "csrf_token": token[1], **more}, headers=headers)


def test_a_person_signs_in_with_any_case_of_the_address_and_sees_the_assessments(
    client: Client, database: Database, settings: Settings
) -> None:
    person = make_person(database, settings, make_organisation(database))

    answer = _sign_in(client, person.email.upper(), PASSWORD, next="/assessments")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/assessments"
    assert client.get("/assessments").status_code == 200


def test_the_session_cookie_is_hidden_from_scripts_and_its_token_is_not_in_the_database(
    client: Client, database: Database, settings: Settings
) -> None:
    person = make_person(database, settings)

    answer = _sign_in(client, person.email, PASSWORD)

    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = client.cookies["sapa"]
    with database.read() as session:
        stored = session.connection().exec_driver_sql("SELECT token_hash FROM sign_in_session").scalars().all()
    assert token not in stored


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, database: Database, settings: Settings
) -> None:
    person = make_person(database, settings)

    wrong = _sign_in(client, person.email, "not the password")
    unknown = _sign_in(client, "nobody@example.org", "not the password")

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(person.email, "") == unknown.text.replace("nobody@example.org", "")
    assert client.get("/assessments").status_code == 303


def test_sign_in_goes_on_to_the_wanted_page_but_never_to_another_site(
    client: Client, database: Database, settings: Settings
) -> None:
    person = make_person(database, settings)
    assert _sign_in(client, person.email, PASSWORD, next="/assessments?page=2").headers["location"] == "/assessments?page=2"
    for foreign in ("https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)", "/a\nb"):
        assert _sign_in(client, person.email, PASSWORD, next=foreign).headers["location"] == "/"


def test_too_many_failures_make_the_account_wait_and_say_how_long(client: Client, database: Database, settings: Settings) -> None:
    person = make_person(database, settings)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _attempt in range(settings.sign_in_attempts):
            assert _sign_in(client, person.email, "wrong").status_code == 422
        refused = _sign_in(client, person.email, PASSWORD)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        traveller.shift(settings.sign_in_window_minutes * 60 + 1)
        assert _sign_in(client, person.email, PASSWORD).status_code == 303


def test_signing_out_ends_this_session_and_signing_out_everywhere_ends_all(
    client: Client, database: Database, settings: Settings
) -> None:
    person = make_person(database, settings)
    client.as_(person)
    other = dict(client.cookies)
    client.as_(person)

    assert client.send_form("/sign-out").status_code == 303
    assert client.get("/assessments").status_code == 303
    client.cookies.clear()
    client.cookies.update(other)
    assert client.get("/assessments").status_code == 200
    client.as_(person).send_form("/sign-out-everywhere")
    client.cookies.clear()
    client.cookies.update(other)
    assert client.get("/assessments").status_code == 303


@pytest.mark.parametrize("minutes", [121, 13 * 60])
def test_a_session_ends_after_idleness_and_after_its_longest_life(
    client: Client, database: Database, settings: Settings, minutes: int
) -> None:
    client.as_(make_person(database, settings))
    with time_machine.travel(clock.now(), tick=False) as traveller:
        if minutes > settings.session_absolute_hours * 60:
            for _step in range(minutes // 60):
                client.get("/assessments")
                traveller.shift(3600)
        else:
            traveller.shift(minutes * 60)
        assert client.get("/assessments").status_code == 303


def test_a_visitor_is_sent_to_sign_in_and_comes_back_and_a_program_gets_401(client: Client) -> None:
    answer = client.signed_out().get("/assessments/7/plan")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/assessments/7/plan"
    api = client.get("/api/v1/assessments")
    assert api.status_code == 401
    assert api.headers["content-type"] == "application/problem+json"


def test_a_form_sent_after_the_session_ended_loses_nothing(client: Client, database: Database, settings: Settings) -> None:
    person = make_person(database, settings, make_organisation(database))
    typed = 'A long text with "quotes" and <b>tags</b>.'

    page = client.signed_out().send_form("/assessments/1/criteria/esg-2015:policy.approved", {"comment": typed, "choice": "3"})

    assert page.status_code == 401
    assert "&lt;b&gt;tags&lt;/b&gt;" in page.text
    kept = re.search(r'name="kept" value="([^"]+)"', page.text)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert kept is not None
    assert token is not None
    data = {
        "email": person.email,
        "password": PASSWORD,
        "csrf_token": token[1],
        "kept": html.unescape(kept[1]),
        "next": "/assessments",
    }
    after = client.post("/sign-in", data=data, headers={"origin": ORIGIN})
    assert after.status_code == 200
    assert "A long text with" in after.text


def test_every_sign_in_is_in_the_trail_and_so_is_every_failed_one(client: Client, database: Database, settings: Settings) -> None:
    person = make_person(database, settings, make_organisation(database))
    _sign_in(client, person.email, "not the password")
    _sign_in(client, person.email, PASSWORD)
    client.as_(person)
    client.send_form("/sign-out")
    _sign_in(client, "never-seen@example.org", "not the password")
    mine = select(AuditEvent).where(AuditEvent.subject == f"person:{person.id}").order_by(AuditEvent.id)
    nobodys = select(AuditEvent).where(AuditEvent.kind == "person.sign_in_failed", AuditEvent.subject == "person:0")
    with database.read() as session:
        kinds = [event.kind for event in session.scalars(mine)]
        unknown = session.scalars(nobodys.order_by(AuditEvent.id.desc())).first()
    assert [kind for kind in kinds if kind.startswith("person.sign")][:2] == ["person.sign_in_failed", "person.signed_in"]
    assert "person.signed_out" in kinds
    assert unknown is not None
    assert "never-seen" not in str(unknown.data)
