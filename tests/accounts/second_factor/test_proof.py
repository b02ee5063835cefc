"""Showing again who one is, before something dangerous."""

from datetime import datetime, timedelta

import httpx2
import pytest
import time_machine
from sqlalchemy import select, update

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.proof import ProofNeeded, recent_proof
from app.accounts.sign_in_models import ApiToken, SignInSession
from app.config import Settings
from app.db import Database
from app.errors import Forbidden
from tests.accounts.second_factor.steps import (
    add_passkey,
    code_of,
    events_of,
    open_page,
    options,
    path_of,
    send_code,
    send_passkey,
    set_up_app,
    sign_in,
    token_in,
)
from tests.conftest import ORIGIN, Client
from tests.factories import PASSWORD, make_person

LATER = 15 * 60


def prove(client: Client, **fields: str) -> httpx2.Response:
    open_page(client, "/account/prove")
    return client.send_form("/account/prove", {"next": "/account/second-factor", **fields})


def begin(client: Client) -> str:
    """Where somebody gets who begins to set up an app."""
    open_page(client, "/account/second-factor")
    return path_of(client.send_form("/account/second-factor/totp", headers={"referer": f"{ORIGIN}/account/second-factor"}))


def test_a_proof_is_good_for_a_quarter_of_an_hour_and_the_password_renews_it(client: Client, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        sign_in(client, person)
        traveller.shift(LATER - 1)
        assert begin(client) == "/account/second-factor/totp"
        traveller.shift(1)
        answer = client.send_form("/account/second-factor/totp", headers={"referer": f"{ORIGIN}/account/second-factor"})
        assert answer.headers["location"] == "/account/prove?next=/account/second-factor"
        before = client.cookies["sapa"]

        assert prove(client, password="wrong").status_code == 422
        assert begin(client) == "/account/prove"
        assert prove(client, password=PASSWORD).headers["location"] == "/account/second-factor"

        assert client.cookies["sapa"] != before
        assert begin(client) == "/account/second-factor/totp"


def test_with_a_second_factor_the_password_alone_proves_nothing(client: Client, database: Database, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret, codes = set_up_app(client, person)
        traveller.shift(LATER)
        assert prove(client, password=PASSWORD).status_code == 422
        assert prove(client, password="wrong", code=code_of(secret)).status_code == 422
        assert begin(client) == "/account/prove"
        assert prove(client, password=PASSWORD, code=code_of(secret)).status_code == 303
        assert begin(client) == "/account/second-factor/totp"
        assert events_of(database, person)[-1] == ("person.proved", {"method": "password+totp"})
        traveller.shift(LATER)
        assert prove(client, password=PASSWORD, code=codes[0]).status_code == 303
        assert begin(client) == "/account/second-factor/totp"


def test_a_passkey_proves_enough(client: Client, database: Database, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        phone = add_passkey(client, person)
        other = add_passkey(client, make_person(database, Settings(password_memory_kib=64, password_rounds=1)))
        sign_in(client, person)
        open_page(client, "/sign-in/second")
        send_passkey(client, phone.show(options(client, "/sign-in/second/passkey/options")), "/sign-in/second/passkey")
        traveller.shift(LATER)
        assert begin(client) == "/account/prove"
        open_page(client, "/account/prove")
        asked = options(client, "/account/prove/passkey/options")
        assert send_passkey(client, other.show(asked), "/account/prove/passkey").status_code == 422
        assert send_passkey(client, phone.show(asked), "/account/prove/passkey").status_code == 422

        asked = options(client, "/account/prove/passkey/options")
        assert send_passkey(client, phone.show(asked), "/account/prove/passkey").status_code == 303

        assert begin(client) == "/account/second-factor/totp"


def test_after_a_single_sign_on_the_code_proves_it_and_without_one_a_new_sign_on_does(
    client: Client, database: Database, person: Person
) -> None:
    def came_by_sign_on() -> None:
        with database.write() as session:
            mine = update(SignInSession).where(SignInSession.person_id == person.id)
            session.execute(mine.values(method="sso"))

    with time_machine.travel(clock.now(), tick=False) as traveller:
        sign_in(client, person)
        came_by_sign_on()
        traveller.shift(LATER)
        page = open_page(client, "/account/prove")
        assert 'name="password"' not in page.text
        assert "sign in again that way" in page.text
        assert prove(client, password=PASSWORD).status_code == 200
        assert begin(client) == "/account/prove"

        secret, _codes = set_up_app(client, person)
        came_by_sign_on()
        traveller.shift(LATER)
        assert begin(client) == "/account/prove"
        assert prove(client, code="000 000x").status_code == 422
        assert prove(client, code=code_of(secret)).status_code == 303
        assert begin(client) == "/account/second-factor/totp"


def test_wrong_proofs_are_counted_like_wrong_sign_ins(client: Client, settings: Settings, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        sign_in(client, person)
        traveller.shift(LATER)
        for _attempt in range(settings.sign_in_attempts):
            assert prove(client, password="wrong").status_code == 422
        assert prove(client, password=PASSWORD).status_code == 429
        assert sign_in(client, person).status_code == 429


def test_somebody_between_the_steps_cannot_prove_anything(client: Client, person: Person) -> None:
    set_up_app(client, person)
    sign_in(client, person)
    client.token = token_in(client.get("/sign-in/second"))
    assert path_of(client.send_form("/account/prove", {"password": PASSWORD})) == "/sign-in/second"
    assert send_code(client, "wrong").status_code == 422


def test_a_proof_goes_on_to_no_other_site(client: Client, person: Person) -> None:
    sign_in(client, person)
    assert prove(client, password=PASSWORD, next="//example.com").headers["location"] == "/"
    with time_machine.travel(clock.now() + timedelta(seconds=LATER), tick=False):
        answer = client.send_form("/account/second-factor/totp", headers={"referer": "https://evil.example/x"})
        client.token = token_in(client.get("/account/second-factor"))
        answer = client.send_form("/account/second-factor/totp", headers={"referer": "https://evil.example/x"})
        assert answer.headers["location"] == "/account/prove?next=/"


def test_what_was_typed_in_a_dangerous_form_is_shown_on_the_way_without_secrets(client: Client, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        sign_in(client, person)
        open_page(client, "/account/second-factor")
        traveller.shift(LATER)
        headers = {"referer": f"{ORIGIN}/account/second-factor"}
        page = client.send_form("/account/passkeys", {"name": "My phone", "credential": "secret one"}, headers=headers)
        assert page.status_code == 401
        assert "My phone" in page.text
        assert "secret one" not in page.text
        assert 'href="/account/prove?next=/account/second-factor"' in page.text


def _actor(proved_at: datetime | None, session_id: int | None) -> Actor:
    return Actor(1, "A", "a@example.org", "en", clock.now(), session_id=session_id, proved_at=proved_at)


def test_the_dependency_for_other_routes_asks_browsers_and_refuses_programs() -> None:
    now = clock.now()
    assert recent_proof(_actor(now, 1)).id == 1
    for at in (None, now - timedelta(seconds=LATER)):
        with pytest.raises(ProofNeeded):
            recent_proof(_actor(at, 1))
    with pytest.raises(Forbidden):
        recent_proof(_actor(None, None))


def test_a_token_for_a_program_and_a_first_password_ask_for_proof(client: Client, database: Database, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        sign_in(client, person)
        with database.write() as session:
            session.execute(update(Person).where(Person.id == person.id).values(password_hash=None))
        open_page(client, "/account")
        traveller.shift(LATER)
        for path, data in (("/account/tokens", {"name": "a robot"}), ("/account/password", {"password": "a stolen session"})):
            page = client.send_form(path, data, headers={"referer": f"{ORIGIN}/account"})
            assert page.status_code in (303, 401), path
            assert "/account/prove?next=/account" in page.headers.get("location", page.text), path
            assert "a stolen session" not in page.text
        with database.read() as session:
            assert session.get_one(Person, person.id).password_hash is None
            assert session.scalars(select(ApiToken).where(ApiToken.person_id == person.id)).all() == []
