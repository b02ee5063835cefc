"""What a hostile or broken provider, or somebody between it and the browser, may try: nobody is signed in by it."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
import time_machine
from fastapi import FastAPI
from joserfc.jwk import RSAKey

from app import clock
from app.accounts.models import Person
from app.accounts.single_sign_on_client import LIFETIME, Issuers
from app.config import Settings
from app.db import Database
from tests.accounts.providers import (
    CLIENT_ID,
    ELLIPTIC_KEY,
    KEY,
    OTHER_KEY,
    OwnProvider,
    in_time,
    own_provider,
    secret_key,
)
from tests.accounts.signing_on import RETURN, ask, begin, come_back, events, is_signed_in, query_of, refused, with_sign_on
from tests.conftest import Client
from tests.factories import make_person

DISCOVERY = "/.well-known/openid-configuration"
Attack = Callable[[OwnProvider], None]


@pytest.fixture
def provider() -> Iterator[OwnProvider]:
    with own_provider() as found:
        yield found


@pytest.fixture
def person(database: Database, settings: Settings, provider: OwnProvider) -> Person:
    """A person of an organisation that signs in at the provider."""
    organisation, domain = with_sign_on(database, settings, provider.issuer)
    return make_person(database, settings, organisation, email=f"p@{domain}")


def _sign_on(client: Client, provider: OwnProvider, person: Person) -> httpx2.Response:
    return come_back(client, provider.sign_in(begin(client, person.email), email=person.email))


def _claims(**claims: Any) -> Attack:
    return lambda provider: provider.claims.update(claims)


def _signed(key: Any, algorithm: str = "RS256", **header: Any) -> Attack:
    def change(provider: OwnProvider) -> None:
        provider.signing, provider.algorithm, provider.header = key, algorithm, header

    return change


def _now() -> int:
    return int(clock.now().timestamp())


WELL = {
    "as the standards ask": _claims(),
    "several audiences and we are the authorised party": _claims(aud=[CLIENT_ID, "other"], azp=CLIENT_ID),
    "an elliptic curve": _signed(ELLIPTIC_KEY, "ES256"),
    "RSASSA-PSS": _signed(KEY, "PS256"),
    "a header that nobody knows": _signed(KEY, "RS256", unheard="of"),
}
ATTACKS = {
    "wrong nonce": (_claims(nonce="another"), "token_claims nonce"),
    "no nonce": (_claims(nonce=None), "token_claims nonce"),
    "wrong audience": (_claims(aud="another"), "token_claims aud"),
    "audiences without us": (_claims(aud=["another", "other"]), "token_claims aud"),
    "several audiences and no authorised party": (_claims(aud=[CLIENT_ID, "other"]), "token_claims azp"),
    "another authorised party": (_claims(azp="another"), "token_claims azp"),
    "wrong issuer": (_claims(iss="https://evil.example"), "token_claims iss"),
    "no issuer": (_claims(iss=None), "token_claims iss"),
    "expired": (lambda provider: provider.claims.update(exp=_now() - 120), "token_claims exp"),
    "never expires": (_claims(exp=None), "token_claims exp"),
    "expires at no number": (_claims(exp="tomorrow"), "token_claims exp"),
    "from the future": (lambda provider: provider.claims.update(iat=_now() + 600), "token_claims iat"),
    "old": (lambda provider: provider.claims.update(iat=_now() - 3600), "token_claims iat"),
    "no subject": (_claims(sub=None), "token_claims sub"),
    "empty subject": (_claims(sub=""), "token_claims sub"),
    "long subject": (_claims(sub="x" * 256), "token_claims sub"),
    "subject with a zero byte": (_claims(sub="x\0"), "token_claims sub"),
    "subject is a list": (_claims(sub=["s"]), "token_claims sub"),
    "wrong hash of the access token": (_claims(at_hash="AAAA"), "token_claims at_hash"),
    "not signed": (_signed(KEY, "none"), "token_signature"),
    "signed with the client's secret": (_signed(secret_key(), "HS256"), "token_signature"),
    "signed with the secret under an unknown name": (_signed(secret_key(), "HS256", kid="x"), "token_signature"),
    "an algorithm that is not on the list": (_signed(KEY, "RS384"), "token_signature"),
    "an unknown key": (_signed(OTHER_KEY), "token_signature key"),
    "an unknown key under a known name": (_signed(OTHER_KEY, "RS256", kid="first"), "token_signature"),
    "a key that the token brings along": (_signed(OTHER_KEY, "RS256", jwk=OTHER_KEY.as_dict(private=False)), "token_signature"),
    "a key that the token names the address of": (_signed(OTHER_KEY, "RS256", jku="http://127.0.0.1:1/"), "token_signature key"),
    "a critical header that we do not know": (_signed(KEY, "RS256", crit=["unheard"], unheard="of"), "token_signature"),
    "address not verified": (_claims(email_verified=False), "address_unverified"),
    "nothing said of verifying": (_claims(email_verified=None), "address_unverified"),
    "verified as a text": (_claims(email_verified="true"), "address_unverified"),
    "verified as a number": (_claims(email_verified=1), "address_unverified"),
    "no address": (_claims(email=None), "address_unverified"),
    "address is a list": (_claims(email=["a@b"]), "address_unverified"),
    "foreign domain": (_claims(email="p@elsewhere.example"), "address_foreign"),
    "a domain below ours": (lambda provider: provider.claims.update(email="p@sub.DOMAIN"), "address_foreign"),
    "two addresses in one": (lambda provider: provider.claims.update(email="p@elsewhere.example@DOMAIN"), "address_foreign"),
}


@pytest.mark.parametrize("name", WELL)
def test_an_id_token_that_keeps_to_the_standards_signs_the_person_in(
    client: Client, provider: OwnProvider, person: Person, name: str
) -> None:
    WELL[name](provider)

    assert _sign_on(client, provider, person).status_code == 303

    assert is_signed_in(client)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_id_token_with_anything_wrong_in_it_signs_nobody_in(
    client: Client, database: Database, provider: OwnProvider, person: Person, name: str
) -> None:
    change, reason = ATTACKS[name]
    change(provider)
    if "DOMAIN" in str(provider.claims.get("email")):
        provider.claims["email"] = provider.claims["email"].replace("DOMAIN", person.email.partition("@")[2])

    refused(client, database, _sign_on(client, provider, person), reason)


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_a_weak_key_of_the_issuer_is_not_believed(
    client: Client, database: Database, provider: OwnProvider, person: Person
) -> None:
    weak = RSAKey.generate_key(1024, {"kid": "weak"})
    provider.keys.append(weak)
    _signed(weak)(provider)

    refused(client, database, _sign_on(client, provider, person), "token_signature key")


def test_a_key_that_the_issuer_changed_is_asked_for_again_after_a_minute_and_the_known_ones_are_kept_for_an_hour(
    client: Client, database: Database, provider: OwnProvider, person: Person
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        assert _sign_on(client, provider, person).status_code == 303
        assert _sign_on(client, provider, person).status_code == 303
        assert provider.asked.count("/keys") == provider.asked.count(DISCOVERY) == 1
        provider.keys, provider.signing = [OTHER_KEY], OTHER_KEY
        refused(client.signed_out(), database, _sign_on(client, provider, person), "token_signature key")
        assert provider.asked.count("/keys") == 1
        traveller.shift(61)
        assert _sign_on(client, provider, person).status_code == 303
        assert (provider.asked.count("/keys"), provider.asked.count(DISCOVERY)) == (2, 1)
        traveller.shift(LIFETIME)
        assert _sign_on(client, provider, person).status_code == 303
        assert (provider.asked.count("/keys"), provider.asked.count(DISCOVERY)) == (3, 2)


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


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"token_endpoint": "http://127.0.0.1:1/token"}, "host"),
        ({"jwks_uri": "https://evil.example/keys"}, "host"),
        ({"authorization_endpoint": "https://evil.example/authorize"}, "host"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "host"),
        ({"issuer": "https://evil.example"}, "issuer"),
        ({"token_endpoint": None}, "discovery"),
    ],
)
def test_a_discovery_document_that_names_another_place_is_not_followed(
    client: Client, database: Database, provider: OwnProvider, person: Person, changed: dict[str, Any], code: str
) -> None:
    provider.discovery.update(changed)

    answer = ask(client, person.email)

    assert answer.status_code == 503
    refused(client, database, answer, f"issuer_wrong {code}")
    assert provider.asked == [DISCOVERY]


@pytest.mark.parametrize("fault", ["redirects", "huge"])
@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/keys"])
def test_no_redirect_is_followed_and_no_huge_answer_is_read_to_its_end(
    client: Client, database: Database, provider: OwnProvider, person: Person, path: str, fault: str
) -> None:
    setattr(provider, fault, (path,))

    answer = ask(client, person.email) if path == DISCOVERY else _sign_on(client, provider, person)

    assert answer.status_code == 503
    refused(client, database, answer, f"issuer_wrong {'redirect' if fault == 'redirects' else 'too_large'}")
    assert [one for one in provider.asked if one.startswith("/elsewhere")] == []


@pytest.mark.parametrize("fault", [(how, path) for how in ("silent", "dripping") for path in (DISCOVERY, "/token", "/keys")])
def test_a_slow_provider_is_waited_for_no_longer_than_the_setting_says(
    app: FastAPI,
    client: Client,
    database: Database,
    settings: Settings,
    provider: OwnProvider,
    person: Person,
    fault: tuple[str, str],
) -> None:
    how, path = fault
    setattr(provider, how, (path,))
    usual = app.state.issuers
    app.state.issuers = Issuers(settings.model_copy(update={"sign_on_timeout_seconds": 0.5}))
    try:
        with in_time(5):
            answer = ask(client, person.email) if path == DISCOVERY else _sign_on(client, provider, person)
    finally:
        app.state.issuers = usual

    assert answer.status_code == 503
    refused(client, database, answer, "issuer_gone")


def test_a_provider_that_is_gone_is_told_and_nothing_else_suffers(client: Client, database: Database, settings: Settings) -> None:
    with own_provider() as gone:
        organisation, domain = with_sign_on(database, settings, gone.issuer)

    answer = ask(client, f"p@{domain}")

    assert answer.status_code == 503
    refused(client, database, answer, "issuer_gone")
    assert client.as_(make_person(database, settings, organisation)).get("/assessments").status_code == 200


def test_what_a_provider_answers_that_is_no_json_is_refused(
    client: Client, database: Database, settings: Settings, provider: OwnProvider
) -> None:
    _organisation, domain = with_sign_on(database, settings, f"{provider.issuer}/nowhere")

    refused(client, database, ask(client, f"p@{domain}"), "issuer_wrong")


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
