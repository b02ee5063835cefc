"""Providers that name other places, redirect, say too much, say it slowly, or are gone."""

import threading
from typing import Any

import pytest
from fastapi import FastAPI

from app import clock
from app.accounts.models import Person
from app.accounts.single_sign_on_client import AT_ONCE, LONGEST_WAIT, Issuers
from app.accounts.single_sign_on_reasons import SignOnFailed
from app.config import Settings
from app.db import Database
from tests.accounts.single_sign_on.providers import OwnProvider, in_time, own_provider
from tests.accounts.single_sign_on.signing_on import ask, refused, sign_on_at, with_sign_on
from tests.conftest import Client
from tests.factories import make_person

DISCOVERY = "/.well-known/openid-configuration"


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

    answer = ask(client, person.email) if path == DISCOVERY else sign_on_at(client, provider, person)

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
            answer = ask(client, person.email) if path == DISCOVERY else sign_on_at(client, provider, person)
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


def test_many_people_at_a_slow_provider_do_not_hold_up_those_of_another(settings: Settings, provider: OwnProvider) -> None:
    provider.silent = (DISCOVERY,)
    issuers = Issuers(settings.model_copy(update={"sign_on_timeout_seconds": LONGEST_WAIT + 2}))
    codes: list[str] = []

    def wait() -> None:
        try:
            issuers.discovery(provider.issuer, now=clock.now())
        except SignOnFailed as failed:
            codes.append(f"{failed.reason} {failed.code}")

    waiting = [threading.Thread(target=wait) for _person in range(AT_ONCE + 3)]
    with in_time(10), own_provider() as other:
        for thread in waiting:
            thread.start()
        assert issuers.discovery(other.issuer, now=clock.now()).issuer == other.issuer
        for thread in waiting:
            thread.join()

    assert sorted(codes) == ["issuer_gone "] * AT_ONCE + ["issuer_gone busy"] * 3
    assert provider.asked == [DISCOVERY] * AT_ONCE
