"""ID tokens: what keeps to the standards is believed, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from joserfc.jwk import RSAKey

from app import clock
from app.accounts.models import Person
from app.accounts.single_sign_on_client import LIFETIME
from app.db import Database
from tests.accounts.single_sign_on.providers import CLIENT_ID, ELLIPTIC_KEY, KEY, OTHER_KEY, OwnProvider, secret_key
from tests.accounts.single_sign_on.signing_on import is_signed_in, refused, sign_on_at
from tests.conftest import Client

DISCOVERY = "/.well-known/openid-configuration"
Attack = Callable[[OwnProvider], None]


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

    assert sign_on_at(client, provider, person).status_code == 303

    assert is_signed_in(client)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_id_token_with_anything_wrong_in_it_signs_nobody_in(
    client: Client, database: Database, provider: OwnProvider, person: Person, name: str
) -> None:
    change, reason = ATTACKS[name]
    change(provider)
    if "DOMAIN" in str(provider.claims.get("email")):
        provider.claims["email"] = provider.claims["email"].replace("DOMAIN", person.email.partition("@")[2])

    refused(client, database, sign_on_at(client, provider, person), reason)


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_a_weak_key_of_the_issuer_is_not_believed(
    client: Client, database: Database, provider: OwnProvider, person: Person
) -> None:
    weak = RSAKey.generate_key(1024, {"kid": "weak"})
    provider.keys.append(weak)
    _signed(weak)(provider)

    refused(client, database, sign_on_at(client, provider, person), "token_signature key")


def test_a_key_that_the_issuer_changed_is_asked_for_again_after_a_minute_and_the_known_ones_are_kept_for_an_hour(
    client: Client, database: Database, provider: OwnProvider, person: Person
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        assert sign_on_at(client, provider, person).status_code == 303
        assert sign_on_at(client, provider, person).status_code == 303
        assert provider.asked.count("/keys") == provider.asked.count(DISCOVERY) == 1
        provider.keys, provider.signing = [OTHER_KEY], OTHER_KEY
        refused(client.signed_out(), database, sign_on_at(client, provider, person), "token_signature key")
        assert provider.asked.count("/keys") == 1
        traveller.shift(61)
        assert sign_on_at(client, provider, person).status_code == 303
        assert (provider.asked.count("/keys"), provider.asked.count(DISCOVERY)) == (2, 1)
        traveller.shift(LIFETIME)
        assert sign_on_at(client, provider, person).status_code == 303
        assert (provider.asked.count("/keys"), provider.asked.count(DISCOVERY)) == (3, 2)
