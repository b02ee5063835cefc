"""What somebody between the browser and the provider may try with a state or a code."""

import pytest
import time_machine

from app import clock
from app.accounts.models import Person
from app.accounts.single_sign_on_settings import Wanted, configure, remove
from app.config import Settings
from app.db import Database
from tests.accounts.single_sign_on.providers import CLIENT_ID, SECRET, OwnProvider
from tests.accounts.single_sign_on.signing_on import (
    RETURN,
    begin,
    come_back,
    events,
    is_signed_in,
    query_of,
    refused,
    sign_on_at,
    with_sign_on,
)
from tests.conftest import Client
from tests.factories import make_person


@pytest.mark.parametrize("state", [None, "", "unknown", "x" * 201])
def test_an_answer_without_the_state_that_we_gave_signs_nobody_in(
    client: Client, database: Database, provider: OwnProvider, person: Person, state: str | None
) -> None:
    address = provider.sign_in(begin(client, person.email), email=person.email)

    answer = come_back(client, address, state=state)

    assert "/token" not in provider.asked
    if state and len(state) > 200:
        assert answer.status_code == 422
        assert not is_signed_in(client)
    else:
        refused(client, database, answer, "state_unknown")


def test_a_state_works_once_and_a_code_works_once(
    client: Client, database: Database, provider: OwnProvider, person: Person
) -> None:
    address = provider.sign_in(begin(client, person.email), email=person.email)
    visitor = dict(client.cookies)
    assert come_back(client, address).status_code == 303
    client.signed_out().cookies.update(visitor)

    refused(client, database, come_back(client, address), "state_unknown")

    fresh = query_of(begin(client, person.email))["state"]
    refused(client, database, come_back(client, address, state=fresh), "code_refused invalid_grant")


def test_a_state_is_used_up_even_when_what_came_with_it_was_refused(
    client: Client, database: Database, provider: OwnProvider, person: Person
) -> None:
    address = provider.sign_in(begin(client, person.email), email=person.email)

    refused(client, database, come_back(client, address, code="guessed"), "code_refused")
    refused(client, database, come_back(client, address), "state_unknown")


@pytest.mark.parametrize("cookie", [None, "another visitor's"])
def test_a_state_of_another_browser_signs_nobody_in_and_is_used_up(
    client: Client, database: Database, provider: OwnProvider, person: Person, cookie: str | None
) -> None:
    address = provider.sign_in(begin(client, person.email), email=person.email)
    own = client.cookies["visitor"]
    client.signed_out()
    if cookie:
        client.cookies.set("visitor", cookie)

    refused(client, database, come_back(client, address), "browser_other")
    assert "/token" not in provider.asked
    client.cookies.set("visitor", own)
    refused(client, database, come_back(client, address), "state_unknown")


def test_a_sign_on_lasts_ten_minutes(client: Client, database: Database, provider: OwnProvider, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        address = provider.sign_in(begin(client, person.email), email=person.email)
        traveller.shift(601)
        refused(client, database, come_back(client, address), "state_expired")


@pytest.mark.parametrize(("iss", "announced"), [("https://evil.example", False), ("", False), (None, True)])
def test_an_answer_in_the_name_of_another_issuer_is_refused(
    client: Client, database: Database, provider: OwnProvider, person: Person, iss: str | None, announced: bool
) -> None:
    provider.discovery["authorization_response_iss_parameter_supported"] = announced
    address = provider.sign_in(begin(client, person.email), email=person.email)

    refused(client, database, come_back(client, address, iss=iss), "issuer_other")
    assert "/token" not in provider.asked


def test_an_issuer_that_does_not_send_its_name_and_did_not_say_it_would_is_believed(
    client: Client, provider: OwnProvider, person: Person
) -> None:
    address = provider.sign_in(begin(client, person.email), email=person.email)

    assert come_back(client, address, iss=None).status_code == 303


def test_a_wrong_verifier_is_refused_by_the_issuer(
    client: Client, database: Database, provider: OwnProvider, person: Person
) -> None:
    address = provider.sign_in(begin(client, person.email), email=person.email)
    provider.codes["code-0"]["code_challenge"] = "another"

    refused(client, database, come_back(client, address), "code_refused invalid_grant")


def test_the_trail_holds_neither_codes_nor_tokens_nor_addresses(
    client: Client, database: Database, provider: OwnProvider, person: Person
) -> None:
    address = provider.sign_in(begin(client, person.email), email=person.email)
    come_back(client, address, code="guessed-by-somebody")

    told = events(database, "person.sign_on_failed")[0].data

    assert set(told) == {"reason", "code", "organisation"}
    assert (told["reason"], told["code"]) == ("code_refused", "invalid_grant")


def test_the_return_without_anything_leads_to_the_beginning(client: Client) -> None:
    answer = client.get(RETURN)

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/organisation")


@pytest.mark.parametrize("change", ["removed", "replaced"])
def test_settings_that_changed_while_the_issuer_was_asked_sign_nobody_in(
    client: Client, database: Database, settings: Settings, provider: OwnProvider, change: str
) -> None:
    organisation, domain = with_sign_on(database, settings, provider.issuer)
    person = make_person(database, settings, organisation, email=f"p@{domain}")

    def meanwhile() -> None:
        with database.write() as session:
            if change == "removed":
                remove(session, organisation.id, now=clock.now())
            else:
                wanted = Wanted(provider.issuer, CLIENT_ID, SECRET, (f"no-longer.{domain}",))
                configure(session, settings, organisation.id, wanted, now=clock.now())

    provider.meanwhile = meanwhile

    refused(client, database, sign_on_at(client, provider, person), "settings_gone")
