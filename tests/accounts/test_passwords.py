"""A forgotten password, changing one, and what ends with it."""

from datetime import timedelta

import pytest
import time_machine

from app import clock
from app.accounts.passwords import is_common, strength
from app.config import Settings
from app.db import Database
from tests.accounts.journeys import follow, last_mail, link_in, mails, send
from tests.conftest import Client
from tests.factories import PASSWORD, make_organisation, make_person

NEW = "a long walk in autumn"


def test_the_answer_is_the_same_whether_or_not_somebody_has_the_address(
    client: Client, database: Database, settings: Settings
) -> None:
    person = make_person(database, settings, make_organisation(database))
    known = send(client, "/forgot", email=person.email)
    unknown = send(client, "/forgot", email="nobody-at-all@example.org")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert mails(database, person.email) == 1
    assert mails(database, "nobody-at-all@example.org") == 0


def test_the_link_sets_a_new_password_once_and_ends_every_session(client: Client, database: Database, settings: Settings) -> None:
    person = make_person(database, settings, make_organisation(database))
    client.as_(person)
    elsewhere = dict(client.cookies)
    client.signed_out()
    send(client, "/forgot", email=person.email)
    link = link_in(last_mail(database, settings, person.email))
    follow(client, link)
    assert send(client, "/reset", password=NEW).headers["location"] == "/sign-in"
    assert follow(client, link).status_code == 404

    client.cookies.update(elsewhere)
    assert client.get("/assessments").status_code == 303
    client.cookies.clear()
    assert send(client, "/sign-in", email=person.email, password=PASSWORD).status_code == 422
    assert send(client, "/sign-in", email=person.email, password=NEW).status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 404)])
def test_the_link_works_for_half_an_hour(
    client: Client, database: Database, settings: Settings, minutes: int, status: int
) -> None:
    person = make_person(database, settings, make_organisation(database))
    send(client, "/forgot", email=person.email)
    link = link_in(last_mail(database, settings, person.email))
    with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=True):
        assert follow(client, link).status_code == status


def test_a_newer_link_ends_the_older_one(client: Client, database: Database, settings: Settings) -> None:
    person = make_person(database, settings, make_organisation(database))
    send(client, "/forgot", email=person.email)
    older = link_in(last_mail(database, settings, person.email))
    send(client, "/forgot", email=person.email)
    assert follow(client, older).status_code == 404


def test_asking_too_often_has_to_wait(client: Client, database: Database, settings: Settings) -> None:
    person = make_person(database, settings, make_organisation(database))
    codes = [send(client, "/forgot", email=person.email).status_code for _try in range(settings.sign_in_attempts + 1)]
    assert codes == [200] * settings.sign_in_attempts + [429]


def test_changing_it_asks_for_the_present_one_and_keeps_only_this_session(
    client: Client, database: Database, settings: Settings
) -> None:
    person = make_person(database, settings, make_organisation(database))
    client.as_(person)
    other = dict(client.cookies)
    client.as_(person)
    made = client.send_form("/account/tokens", {"name": "x", "organisation_id": "0", "scopes": "read", "days": "1"})
    assert made.status_code == 422
    wrong = client.send_form("/account/password", {"current": "not it at all", "password": NEW})
    assert (wrong.status_code, "not your present password" in wrong.text) == (422, True)
    assert client.send_form("/account/password", {"current": PASSWORD, "password": NEW}).status_code == 200
    assert client.get("/account").status_code == 200
    client.cookies.clear()
    client.cookies.update(other)
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize("password", ["1234567", "password123", "qwertyuiop", "x" * 129])
def test_a_password_that_is_known_or_of_the_wrong_length_is_refused(
    client: Client, database: Database, settings: Settings, password: str
) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    assert client.send_form("/account/password", {"current": PASSWORD, "password": password}).status_code == 422


def test_long_words_in_any_script_are_strong_and_ones_own_name_is_not() -> None:
    assert strength("кітапхана алма таулар жел") >= 3
    assert strength("dean@university.kz", ["dean@university.kz"]) == 0
    assert is_common("Iloveyou")
    assert not is_common("correct horse battery")


def test_the_strength_is_shown_while_it_is_typed(client: Client) -> None:
    weak = client.send_form("/password-strength", {"password": "password"})
    strong = client.send_form("/password-strength", {"password": "violet tractor under a bridge"})
    assert "guessed at once" in weak.text
    assert "very good" in strong.text
    assert "tractor" not in strong.text
