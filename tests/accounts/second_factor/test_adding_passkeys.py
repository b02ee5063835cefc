"""Adding and removing passkeys."""

from typing import Any

import pytest
from sqlalchemy import select, update

from app.accounts.models import Membership, Person
from app.accounts.sign_in_models import SignInSession, Stage, TotpSecret
from app.config import Settings
from app.db import Database
from tests.accounts.second_factor.authenticator import PRESENT, VERIFIED, Authenticator
from tests.accounts.second_factor.steps import (
    add_passkey,
    code_of,
    keys_of,
    open_page,
    options,
    send_code,
    send_passkey,
    set_up_app,
    sign_in,
    visit,
)
from tests.conftest import Client
from tests.factories import make_organisation, make_person


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
    assert keys_of(database, person) == []


@pytest.mark.parametrize("lie", [{"flags": PRESENT}, {"flags": VERIFIED}, {"host": "evil.example"}, {"id": b"x" * 1024}])
def test_a_passkey_without_a_verified_person_of_this_site_is_not_added(
    client: Client, database: Database, person: Person, lie: dict[str, Any]
) -> None:
    sign_in(client, person)
    open_page(client, "/account/second-factor")
    answer = Authenticator(**lie).make(options(client, "/account/passkeys/options"))
    assert client.send_form("/account/passkeys", {"credential": answer}).status_code == 422
    assert keys_of(database, person) == []


def test_the_same_passkey_is_not_added_twice_nor_by_somebody_else(
    client: Client, database: Database, settings: Settings, person: Person
) -> None:
    phone = add_passkey(client, person)
    for one in (person, make_person(database, settings, make_organisation(database))):
        if one is person:
            send_passkey(client, phone.show(visit(client)))
        else:
            sign_in(client, one)
        open_page(client, "/account/second-factor")
        answer = phone.make(options(client, "/account/passkeys/options"))
        assert client.send_form("/account/passkeys", {"credential": answer}).status_code == 422
    assert len(keys_of(database, person)) == 1


def test_only_ones_own_passkey_can_be_removed(client: Client, database: Database, settings: Settings, person: Person) -> None:
    add_passkey(client, person)
    key = keys_of(database, person)[0]
    sign_in(client, make_person(database, settings, make_organisation(database)))
    open_page(client, "/account/second-factor")
    assert client.send_form(f"/account/passkeys/{key.id}/remove").status_code == 404
    assert client.send_form("/account/passkeys/999999/remove").status_code == 404
    assert len(keys_of(database, person)) == 1


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
    refused = client.send_form(f"/account/passkeys/{keys_of(database, manager)[0].id}/remove")

    assert refused.status_code == 409
    assert len(keys_of(database, manager)) == 1
    with database.read() as session:
        assert session.get(TotpSecret, manager.id) is None
    sign_in(client, manager)
    assert send_code(client, code_of(secret)).status_code == 422


@pytest.mark.parametrize("stage", [Stage.ENROLMENT, Stage.COMPLETE])
def test_a_session_that_only_an_issuer_vouched_for_is_offered_no_passkey_and_gets_none(
    client: Client, database: Database, person: Person, stage: Stage
) -> None:
    sign_in(client, person)
    open_page(client, "/account/second-factor")
    with database.write() as session:
        membership = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
        only = {"stage": stage.value, "method": "sso", "only_organisation_id": membership.organisation_id}
        session.execute(update(SignInSession).where(SignInSession.person_id == person.id).values(only))

    page = client.get("/sign-in/enrol" if stage is Stage.ENROLMENT else "/account/second-factor")

    assert page.status_code == 200
    assert "data-passkey" not in page.text
    assert ("/account/second-factor/totp" in page.text) is (stage is Stage.ENROLMENT)
    for path in ("/account/passkeys/options", "/account/passkeys"):
        assert client.send_form(path, {"credential": "{}"}).status_code == 403
    assert keys_of(database, person) == []
