"""Signing in with passkeys over HTTP. A real browser's are in tests/browser/test_passkeys.py."""

import json

import pytest
import time_machine
from sqlalchemy import select, update

from app import clock
from app.accounts import passkeys
from app.accounts.models import Person
from app.accounts.passkeys import Ceremony
from app.accounts.sign_in_models import PasskeyChallenge
from app.config import Settings
from app.db import Database
from tests.accounts.second_factor.authenticator import Authenticator
from tests.accounts.second_factor.steps import (
    add_passkey,
    codes_in,
    events_of,
    keys_of,
    open_page,
    options,
    path_of,
    secret_in,
    send_passkey,
    sessions_of,
    sign_in,
    token_in,
    visit,
)
from tests.conftest import ORIGIN, Client
from tests.factories import make_organisation, make_person


def test_a_passkey_signs_in_without_a_password(client: Client, database: Database, person: Person) -> None:
    phone = add_passkey(client, person)

    done = send_passkey(client, phone.show(visit(client)))

    assert done.status_code == 303
    assert done.headers["location"] == "/assessments"
    assert client.get("/assessments").status_code == 200
    assert events_of(database, person)[-1] == ("person.signed_in", {"method": "passkey"})
    assert sessions_of(database, person)[-1].method == "passkey"


def test_a_passkey_is_the_second_step_after_the_password(client: Client, database: Database, person: Person) -> None:
    phone = add_passkey(client, person)
    sign_in(client, person)
    before = client.cookies["sapa"]
    open_page(client, "/sign-in/second")
    offered = options(client, "/sign-in/second/passkey/options")
    assert [one["id"] for one in offered["allowCredentials"]] == [json.loads(phone.show(offered))["id"]]

    done = send_passkey(client, phone.show(offered), "/sign-in/second/passkey")

    assert done.headers["location"] == "/assessments"
    assert client.cookies["sapa"] != before
    assert client.get("/assessments").status_code == 200
    assert events_of(database, person)[-1] == ("person.signed_in", {"method": "password+passkey"})


def test_an_answer_of_one_browser_is_worth_nothing_in_another(client: Client, person: Person) -> None:
    phone = add_passkey(client, person)
    good = phone.show(visit(client))
    client.signed_out()
    open_page(client, "/sign-in")
    assert send_passkey(client, good).status_code == 422


def test_two_browsers_may_sign_in_at_once(client: Client, person: Person) -> None:
    phone = add_passkey(client, person)
    asked = visit(client)
    cookies, token = dict(client.cookies), client.token
    client.signed_out()
    visit(client)
    client.cookies.clear()
    client.cookies.update(cookies)
    client.token = token
    assert send_passkey(client, phone.show(asked)).headers["location"] == "/assessments"


def test_a_challenge_is_kept_for_one_purpose_and_one_browser() -> None:
    keys = {Ceremony(purpose, browser).key for purpose in ("prove", "register") for browser in ("a", "b")}
    assert len(keys) == 4


def test_a_challenge_runs_out_after_five_minutes(client: Client, database: Database, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        phone = add_passkey(client, person)
        asked = visit(client)
        traveller.shift(299)
        assert send_passkey(client, phone.show(asked)).status_code == 303
        asked = visit(client)
        traveller.shift(300)
        assert send_passkey(client, phone.show(asked)).status_code == 422
        visit(client)
        with database.read() as session:
            left = session.scalars(select(PasskeyChallenge).where(PasskeyChallenge.expires_at <= clock.now())).all()
        assert left == []


def test_a_challenge_of_one_purpose_does_not_answer_another(client: Client, person: Person) -> None:
    phone = add_passkey(client, person)
    sign_in(client, person)
    open_page(client, "/sign-in/second")
    asked = options(client, "/sign-in/second/passkey/options")
    answer = phone.show(asked)
    kept = dict(client.cookies)
    client.token = token_in(client.get("/sign-in"))
    assert send_passkey(client, answer).status_code == 422
    client.cookies.clear()
    client.cookies.update(kept)
    assert path_of(client.get("/assessments")) == "/sign-in/second"


def test_a_passkey_of_somebody_else_is_no_second_step(
    client: Client, database: Database, settings: Settings, person: Person
) -> None:
    other = add_passkey(client, make_person(database, settings, make_organisation(database)))
    add_passkey(client, person)
    sign_in(client, person)
    open_page(client, "/sign-in/second")
    asked = options(client, "/sign-in/second/passkey/options")
    assert send_passkey(client, other.show(asked), "/sign-in/second/passkey").status_code == 422
    assert path_of(client.get("/assessments")) == "/sign-in/second"


def test_an_authenticator_that_does_not_count_may_say_nought_always(client: Client, person: Person) -> None:
    phone = add_passkey(client, person)
    for _time in range(3):
        assert send_passkey(client, phone.show(visit(client))).status_code == 303


def test_a_disabled_person_does_not_sign_in(client: Client, database: Database, person: Person) -> None:
    phone = add_passkey(client, person)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == person.id).values(disabled_at=clock.now()))
    assert send_passkey(client, phone.show(visit(client))).status_code == 422


def test_a_removed_passkey_signs_nobody_in(client: Client, database: Database, person: Person) -> None:
    phone = add_passkey(client, person)
    send_passkey(client, phone.show(visit(client)))
    page = open_page(client, "/account/second-factor")
    assert "My phone" in page.text
    key = keys_of(database, person)[0]
    assert client.send_form(f"/account/passkeys/{key.id}/remove").status_code == 303
    assert send_passkey(client, phone.show(visit(client))).status_code == 422
    assert events_of(database, person)[-1] == ("person.passkey_removed", {"passkey": key.id})
    sign_in(client, person)
    assert client.get("/assessments").status_code == 200


def test_setting_up_a_passkey_completes_signing_in_when_one_is_required(
    client: Client, database: Database, settings: Settings
) -> None:
    operator = make_person(database, settings)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == operator.id).values(is_operator=True))
    sign_in(client, operator)
    before = client.cookies["sapa"]
    open_page(client, "/sign-in/enrol")
    answer = Authenticator().make(options(client, "/account/passkeys/options"))
    page = client.send_form("/account/passkeys", {"credential": answer, "next": "/assessments"})
    assert len(codes_in(page)) == 10
    assert client.cookies["sapa"] != before
    assert client.get("/assessments").status_code == 200
    assert ("person.signed_in", {"method": "password+passkey"}) in events_of(database, operator)
    client.token = token_in(page)
    assert client.send_form("/account/second-factor/totp").status_code == 303
    assert len(secret_in(client.get("/account/second-factor/totp"))) == 32


@pytest.mark.parametrize("path", ["/sign-in/passkey/options", "/sign-in/passkey"])
def test_another_sites_page_cannot_sign_somebody_in(client: Client, path: str) -> None:
    client.signed_out()
    client.token = token_in(client.get("/sign-in"))
    assert client.post(path, data={"csrf_token": "forged"}, headers={"origin": ORIGIN}).status_code == 403
    evil = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert client.post(path, data={"csrf_token": client.token}, headers=evil).status_code == 403


@pytest.mark.parametrize(
    ("base_url", "host", "origin", "offered"),
    [
        ("https://sapa.example.kz", "sapa.example.kz", "https://sapa.example.kz", True),
        ("https://Sapa.Example.kz:443/", "sapa.example.kz", "https://sapa.example.kz", True),
        ("https://sapa.example.kz:8443", "sapa.example.kz", "https://sapa.example.kz:8443", True),
        ("https://сапа.қаз", "xn--80aa8bg.xn--80ao21a", "https://xn--80aa8bg.xn--80ao21a", True),
        ("http://localhost:8000", "localhost", "http://localhost:8000", True),
        ("http://127.0.0.1:8000", "127.0.0.1", "http://127.0.0.1:8000", False),
        ("https://[::1]:8000", "::1", "https://::1:8000", False),
        ("http://sapa.example.kz", "sapa.example.kz", "http://sapa.example.kz", False),
    ],
)
def test_the_site_is_named_by_the_settings(base_url: str, host: str, origin: str, *, offered: bool) -> None:
    made = Settings(base_url=base_url)
    assert (passkeys.host_of(made), passkeys.origin_of(made), passkeys.offered(made)) == (host, origin, offered)
