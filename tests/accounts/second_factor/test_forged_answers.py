"""Answers of an authenticator that lies, or that somebody changed on the way."""

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from app.accounts import passkeys
from app.accounts.models import Person
from app.accounts.sign_in_models import Passkey
from app.config import Settings
from app.db import Database
from tests.accounts.second_factor.authenticator import PRESENT, VERIFIED, Authenticator
from tests.accounts.second_factor.steps import (
    add_passkey,
    events_of,
    path_of,
    send_passkey,
    visit,
)
from tests.conftest import ORIGIN, Client

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

    refused = send_passkey(client, phone.show(asked, **client_says))

    assert refused.status_code == 422
    assert "not accepted" in refused.text
    assert path_of(client.get("/assessments")) == "/sign-in"


def test_a_signature_of_another_key_is_refused_and_noted(client: Client, database: Database, person: Person) -> None:
    phone = add_passkey(client, person)
    forged = Authenticator(id=phone.id, handle=phone.handle)

    assert send_passkey(client, forged.show(visit(client))).status_code == 422

    kind, data = events_of(database, person)[-1]
    assert kind == "person.second_factor_failed"
    assert data["reason"] == "answer"


def test_an_answer_works_once_and_a_wrong_one_uses_the_challenge_up(client: Client, person: Person) -> None:
    phone = add_passkey(client, person)
    asked = visit(client)
    good = phone.show(asked)
    assert send_passkey(client, phone.show(asked, origin="https://evil.example")).status_code == 422
    assert send_passkey(client, good).status_code == 422

    good = phone.show(visit(client))
    assert send_passkey(client, good).status_code == 303
    cookies = client.cookies
    cookies.delete("sapa")
    assert send_passkey(client, good).status_code == 422
    assert path_of(client.get("/assessments")) == "/sign-in"


def test_a_count_that_does_not_grow_betrays_a_copy(client: Client, database: Database, person: Person) -> None:
    key = add_passkey(client, person, count=5)
    key.count = 6
    assert send_passkey(client, key.show(visit(client))).status_code == 303
    for count in (6, 5, 0):
        key.count = count
        assert send_passkey(client, key.show(visit(client))).status_code == 422
        kind, data = events_of(database, person)[-1]
        assert kind == "person.second_factor_failed"
        assert data["reason"] == "sign_count"
    key.count = 7
    assert send_passkey(client, key.show(visit(client))).status_code == 303


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
    assert send_passkey(client, answer).status_code == 422
