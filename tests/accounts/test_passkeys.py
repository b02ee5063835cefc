"""Passkeys over HTTP, with an authenticator that can also lie. A real browser's are in tests/browser/test_passkeys.py."""

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import time_machine
from sqlalchemy import select, update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from app import clock
from app.accounts import passkeys
from app.accounts.models import Person, Role
from app.accounts.sign_in_models import Passkey, PasskeyChallenge, TotpSecret
from app.config import Settings
from app.db import Database
from tests.accounts.authenticator import PRESENT, VERIFIED, Authenticator
from tests.accounts.steps import (
    code_of,
    codes_in,
    events_of,
    open_page,
    path_of,
    secret_in,
    send_code,
    sessions_of,
    set_up_app,
    sign_in,
    token_in,
)
from tests.conftest import ORIGIN, Client
from tests.factories import make_organisation, make_person


@pytest.fixture
def person(database: Database, settings: Settings) -> Person:
    return make_person(database, settings, make_organisation(database), Role.CONTRIBUTOR)


def options(client: Client, path: str) -> dict[str, Any]:
    """What the page's script fetches."""
    headers = {"x-csrf-token": client.token, "origin": ORIGIN, "sec-fetch-site": "same-origin", "accept": "application/json"}
    answer = client.post(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code, answer.text)
    found: dict[str, Any] = answer.json()
    return found


def add_passkey(client: Client, person: Person, **fields: Any) -> Authenticator:
    """Sign in and add a passkey."""
    sign_in(client, person)
    open_page(client, "/account/second-factor")
    made = Authenticator(**fields)
    answer = made.make(options(client, "/account/passkeys/options"))
    page = client.send_form("/account/passkeys", {"credential": answer, "name": "My phone"})
    assert page.status_code == 200, page.text
    assert len(codes_in(page)) == 10
    return made


def visit(client: Client) -> dict[str, Any]:
    """A visitor's options for signing in with a passkey."""
    client.signed_out()
    open_page(client, "/sign-in")
    return options(client, "/sign-in/passkey/options")


def send(client: Client, answer: str, path: str = "/sign-in/passkey") -> httpx2.Response:
    return client.send_form(path, {"credential": answer, "next": "/assessments"})


def test_a_passkey_signs_in_without_a_password(client: Client, database: Database, person: Person) -> None:
    phone = add_passkey(client, person)

    done = send(client, phone.show(visit(client)))

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

    done = send(client, phone.show(offered), "/sign-in/second/passkey")

    assert done.headers["location"] == "/assessments"
    assert client.cookies["sapa"] != before
    assert client.get("/assessments").status_code == 200
    assert events_of(database, person)[-1] == ("person.signed_in", {"method": "password+passkey"})


def test_the_options_say_who_we_are_and_ask_for_a_verified_person(client: Client, person: Person) -> None:
    sign_in(client, person)
    open_page(client, "/account/second-factor")
    client.headers["host"] = "evil.example"

    made = options(client, "/account/passkeys/options")

    assert made["rp"] == {"name": "Sapa", "id": "testserver"}
    assert made["user"]["name"] == person.email
    assert made["attestation"] == "none"
    assert made["authenticatorSelection"] == {
        "residentKey": "preferred",
        "requireResidentKey": False,
        "userVerification": "required",
    }
    shown = visit(client)
    assert (shown["rpId"], shown["userVerification"], shown["allowCredentials"]) == ("testserver", "required", [])


WRONG_ANSWERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("another challenge", {}, {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
    ("another site's page", {}, {"origin": "https://evil.example"}),
    ("the same host at another port", {}, {"origin": "http://testserver:8080"}),
    ("an answer that was made for adding one", {}, {"type": "webauthn.create"}),
    ("another site's passkey", {"host": "evil.example"}, {}),
    ("a person who was not verified", {"flags": PRESENT}, {}),
    ("a person who was not there", {"flags": VERIFIED}, {}),
    ("somebody else's handle", {"handle": "AAAA"}, {}),
    ("no handle", {"handle": ""}, {}),
    ("an unknown passkey", {"id": b"\x01" * 32}, {}),
]


@pytest.mark.parametrize(("lie", "client_says"), [one[1:] for one in WRONG_ANSWERS], ids=[one[0] for one in WRONG_ANSWERS])
def test_a_wrong_answer_signs_nobody_in(client: Client, person: Person, lie: dict[str, Any], client_says: dict[str, Any]) -> None:
    phone = add_passkey(client, person)
    asked = visit(client)
    for name, value in lie.items():
        setattr(phone, name, value)

    refused = send(client, phone.show(asked, **client_says))

    assert refused.status_code == 422
    assert "not accepted" in refused.text
    assert path_of(client.get("/assessments")) == "/sign-in"


def test_a_signature_of_another_key_is_refused_and_noted(client: Client, database: Database, person: Person) -> None:
    phone = add_passkey(client, person)
    forged = Authenticator(id=phone.id, handle=phone.handle)

    assert send(client, forged.show(visit(client))).status_code == 422

    kind, data = events_of(database, person)[-1]
    assert kind == "person.second_factor_failed"
    assert data["reason"] == "answer"


def test_an_answer_works_once_and_a_wrong_one_uses_the_challenge_up(client: Client, person: Person) -> None:
    phone = add_passkey(client, person)
    asked = visit(client)
    good = phone.show(asked)
    assert send(client, phone.show(asked, origin="https://evil.example")).status_code == 422
    assert send(client, good).status_code == 422

    good = phone.show(visit(client))
    assert send(client, good).status_code == 303
    cookies = client.cookies
    cookies.delete("sapa")
    assert send(client, good).status_code == 422
    assert path_of(client.get("/assessments")) == "/sign-in"


def test_an_answer_of_one_browser_is_worth_nothing_in_another(client: Client, person: Person) -> None:
    phone = add_passkey(client, person)
    good = phone.show(visit(client))
    visit(client)
    assert send(client, good).status_code == 422


def test_a_challenge_runs_out_after_five_minutes(client: Client, database: Database, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        phone = add_passkey(client, person)
        asked = visit(client)
        traveller.shift(299)
        assert send(client, phone.show(asked)).status_code == 303
        asked = visit(client)
        traveller.shift(300)
        assert send(client, phone.show(asked)).status_code == 422
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
    assert send(client, answer).status_code == 422
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
    assert send(client, other.show(asked), "/sign-in/second/passkey").status_code == 422
    assert path_of(client.get("/assessments")) == "/sign-in/second"


def test_a_count_that_does_not_grow_betrays_a_copy(client: Client, database: Database, person: Person) -> None:
    key = add_passkey(client, person, count=5)
    key.count = 6
    assert send(client, key.show(visit(client))).status_code == 303
    for count in (6, 5, 0):
        key.count = count
        assert send(client, key.show(visit(client))).status_code == 422
        kind, data = events_of(database, person)[-1]
        assert kind == "person.second_factor_failed"
        assert data["reason"] == "sign_count"
    key.count = 7
    assert send(client, key.show(visit(client))).status_code == 303


def test_an_authenticator_that_does_not_count_may_say_nought_always(client: Client, person: Person) -> None:
    phone = add_passkey(client, person)
    for _time in range(3):
        assert send(client, phone.show(visit(client))).status_code == 303


def test_a_disabled_person_does_not_sign_in(client: Client, database: Database, person: Person) -> None:
    phone = add_passkey(client, person)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == person.id).values(disabled_at=clock.now()))
    assert send(client, phone.show(visit(client))).status_code == 422


@pytest.mark.parametrize(
    "client_says",
    [{"challenge": "AAAA"}, {"origin": "https://evil.example"}, {"type": "webauthn.get"}],
    ids=["challenge", "origin", "type"],
)
def test_a_wrong_answer_adds_no_passkey(client: Client, database: Database, person: Person, client_says: dict[str, Any]) -> None:
    sign_in(client, person)
    open_page(client, "/account/second-factor")
    asked = options(client, "/account/passkeys/options")
    refused = client.send_form("/account/passkeys", {"credential": Authenticator().make(asked, **client_says)})
    assert refused.status_code == 422
    again = client.send_form("/account/passkeys", {"credential": Authenticator().make(asked)})
    assert again.status_code == 422
    assert _keys(database, person) == []


@pytest.mark.parametrize("lie", [{"flags": PRESENT}, {"flags": VERIFIED}, {"host": "evil.example"}, {"id": b"x" * 1024}])
def test_a_passkey_without_a_verified_person_of_this_site_is_not_added(
    client: Client, database: Database, person: Person, lie: dict[str, Any]
) -> None:
    sign_in(client, person)
    open_page(client, "/account/second-factor")
    answer = Authenticator(**lie).make(options(client, "/account/passkeys/options"))
    assert client.send_form("/account/passkeys", {"credential": answer}).status_code == 422
    assert _keys(database, person) == []


def test_the_same_passkey_is_not_added_twice_nor_by_somebody_else(
    client: Client, database: Database, settings: Settings, person: Person
) -> None:
    phone = add_passkey(client, person)
    for one in (person, make_person(database, settings, make_organisation(database))):
        if one is person:
            send(client, phone.show(visit(client)))
        else:
            sign_in(client, one)
        open_page(client, "/account/second-factor")
        answer = phone.make(options(client, "/account/passkeys/options"))
        assert client.send_form("/account/passkeys", {"credential": answer}).status_code == 422
    assert len(_keys(database, person)) == 1


def _keys(database: Database, person: Person) -> list[Passkey]:
    with database.read() as session:
        return list(session.scalars(select(Passkey).where(Passkey.person_id == person.id)))


def test_only_ones_own_passkey_can_be_removed(client: Client, database: Database, settings: Settings, person: Person) -> None:
    add_passkey(client, person)
    key = _keys(database, person)[0]
    sign_in(client, make_person(database, settings, make_organisation(database)))
    open_page(client, "/account/second-factor")
    assert client.send_form(f"/account/passkeys/{key.id}/remove").status_code == 404
    assert client.send_form("/account/passkeys/999999/remove").status_code == 404
    assert len(_keys(database, person)) == 1


def test_a_removed_passkey_signs_nobody_in(client: Client, database: Database, person: Person) -> None:
    phone = add_passkey(client, person)
    send(client, phone.show(visit(client)))
    page = open_page(client, "/account/second-factor")
    assert "My phone" in page.text
    key = _keys(database, person)[0]
    assert client.send_form(f"/account/passkeys/{key.id}/remove").status_code == 303
    assert send(client, phone.show(visit(client))).status_code == 422
    assert events_of(database, person)[-1] == ("person.passkey_removed", {"passkey": key.id})
    sign_in(client, person)
    assert client.get("/assessments").status_code == 200


def test_one_of_two_factors_may_go_even_when_one_is_required_but_not_both(
    client: Client, database: Database, settings: Settings
) -> None:
    manager = make_person(database, settings, make_organisation(database))
    secret, _codes = set_up_app(client, manager)
    open_page(client, "/account/second-factor")
    answer = Authenticator().make(options(client, "/account/passkeys/options"))
    assert client.send_form("/account/passkeys", {"credential": answer}).status_code == 303
    with database.write() as session:
        session.execute(update(Person).where(Person.id == manager.id).values(is_operator=True))

    assert client.send_form("/account/second-factor/totp/remove").status_code == 303
    refused = client.send_form(f"/account/passkeys/{_keys(database, manager)[0].id}/remove")

    assert refused.status_code == 409
    assert len(_keys(database, manager)) == 1
    with database.read() as session:
        assert session.get(TotpSecret, manager.id) is None
    sign_in(client, manager)
    assert send_code(client, code_of(secret)).status_code == 422


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


JUNK: tuple[Any, ...] = (None, True, 7, "", "A", "not base64 ж", [], ["x"], {}, {"x": 1}, "AAAA", "__8", "x" * 3000)
FIELDS = ("id", "rawId", "type", "response")
INNER = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


def _broken() -> Iterator[str]:
    """Answers in which one field is junk, or one byte of one field is another."""
    dice = random.Random(7)  # noqa: S311 - what is broken, not what is secret
    made = Authenticator()
    asked = {"challenge": "AAAA", "user": {"id": "AAAA"}}
    for answer in (made.make(asked), made.show(asked)):
        for name, junk in itertools.product(FIELDS + INNER, JUNK):
            said = json.loads(answer)
            (said if name in FIELDS else said["response"])[name] = junk
            yield json.dumps(said)
        for name in json.loads(answer)["response"]:
            for _time in range(150):
                said = json.loads(answer)
                raw = bytearray(base64url_to_bytes(said["response"][name]))
                raw[dice.randrange(len(raw))] = dice.randrange(256)
                said["response"][name] = bytes_to_base64url(bytes(raw))
                yield json.dumps(said)


def test_no_answer_breaks_anything_whatever_stands_in_it() -> None:
    settings = Settings(base_url=ORIGIN)
    key = Passkey(public_key=b"\xa0", sign_count=0)
    challenge = base64url_to_bytes("AAAA")
    for answer in _broken():
        passkeys._claimed(answer)
        passkeys._verified_new(settings, challenge, answer)
        assert passkeys._verified_count(settings, key, challenge, answer) is None


@pytest.mark.parametrize("answer", ["", "null", "[]", "{}", '{"id": 1}', '{"id": "AAAA", "response": []}', "\x00", "{" * 5000])
def test_what_is_no_answer_at_all_is_refused_politely(client: Client, answer: str) -> None:
    visit(client)
    assert send(client, answer).status_code == 422
