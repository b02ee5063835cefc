"""Second factors belong to one person: what somebody does with theirs leaves everybody else's as they are."""

import pytest

from app import clock
from app.accounts import factors
from app.accounts.models import Person, Role
from app.accounts.sign_in_models import Stage
from app.config import Settings
from app.db import Database
from tests.accounts.second_factor.steps import code_of, open_page, path_of, require, send_code, sessions_of, set_up_app, sign_in
from tests.conftest import Client
from tests.factories import make_organisation, make_person

OVERVIEW = "/account/second-factor"


@pytest.fixture
def other(database: Database, settings: Settings) -> Person:
    return make_person(database, settings, make_organisation(database), Role.CONTRIBUTOR)


def test_the_codes_that_are_left_are_ones_own_and_unused(client: Client, person: Person, other: Person) -> None:
    _secret, codes = set_up_app(client, person)
    set_up_app(client, other)
    assert "Recovery codes left: 10." in open_page(client, OVERVIEW).text
    sign_in(client, person)
    assert send_code(client, codes[0]).status_code == 303
    assert "Recovery codes left: 9." in open_page(client, OVERVIEW).text


def test_who_removes_theirs_takes_no_codes_and_no_sign_in_from_another(
    client: Client, database: Database, person: Person, other: Person
) -> None:
    _secret, codes = set_up_app(client, other)
    sign_in(client, other)
    set_up_app(client, person)
    open_page(client, OVERVIEW)
    assert client.send_form(f"{OVERVIEW}/totp/remove").status_code == 303
    assert sessions_of(database, other)[-1].stage == Stage.SECOND_FACTOR.value, "half-finished, and still there"
    sign_in(client, other)
    assert send_code(client, codes[0]).status_code == 303
    assert client.get("/assessments").status_code == 200


def test_who_adds_one_leads_nobody_else_to_another_step(
    client: Client, database: Database, settings: Settings, person: Person
) -> None:
    strict = make_organisation(database)
    require(database, strict)
    newcomer = make_person(database, settings, strict)
    sign_in(client, newcomer)
    set_up_app(client, person)
    assert [one.stage for one in sessions_of(database, newcomer)] == [Stage.ENROLMENT.value]


def test_when_the_factors_of_one_are_taken_away_another_keeps_theirs(
    client: Client, database: Database, person: Person, other: Person
) -> None:
    secret, codes = set_up_app(client, other)
    set_up_app(client, person)
    with database.write() as session:
        factors.forget(session, session.get_one(Person, person.id), now=clock.now())
    assert path_of(sign_in(client, person)) == "/assessments"
    sign_in(client, other)
    assert path_of(client.get("/assessments")) == "/sign-in/second"
    assert send_code(client, codes[0]).status_code == 303
    sign_in(client, other)
    assert send_code(client, code_of(secret)).status_code == 303
