"""Setting up an authenticator app, changing and removing it; recovery codes."""

import re

import pytest
import time_machine
from sqlalchemy import select
from typer.testing import CliRunner

from app import cli, clock
from app.accounts import service
from app.accounts.models import Person
from app.accounts.sign_in_models import RecoveryCode, TotpSecret
from app.config import Settings
from app.db import Database
from app.errors import NotFound
from tests.accounts.second_factor.steps import (
    code_of,
    codes_in,
    events_of,
    make_operator,
    open_page,
    path_of,
    secret_in,
    send_code,
    set_up_app,
    sign_in,
)
from tests.conftest import Client
from tests.factories import make_organisation, make_person
from tests.jobs.test_worker_processes import environment


def test_a_recovery_code_signs_in_once_however_it_is_typed(client: Client, database: Database, person: Person) -> None:
    _secret, codes = set_up_app(client, person)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    typed = codes[3].lower().replace("-", "  ").replace("0", "o").replace("1", "l").replace("x", "х")

    sign_in(client, person)
    assert send_code(client, typed).status_code == 303
    sign_in(client, person)
    assert send_code(client, codes[3]).status_code == 422
    assert send_code(client, codes[4]).status_code == 303

    used = [data for kind, data in events_of(database, person) if kind == "person.recovery_code_used"]
    assert used == [{"left": 9}, {"left": 8}]


def test_recovery_codes_are_stored_as_hashes_and_new_ones_replace_them_all(
    client: Client, database: Database, person: Person
) -> None:
    _secret, codes = set_up_app(client, person)
    open_page(client, "/account/second-factor")
    new = codes_in(client.send_form("/account/second-factor/recovery-codes"))

    assert len(new) == 10
    assert not set(new) & set(codes)
    with database.read() as session:
        stored = set(session.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.person_id == person.id)))
    assert stored == {service.hash_token(code.replace("-", "")) for code in new}
    sign_in(client, person)
    assert send_code(client, codes[0]).status_code == 422
    assert send_code(client, new[0]).status_code == 303


def test_another_persons_recovery_code_is_worth_nothing(
    client: Client, database: Database, settings: Settings, person: Person
) -> None:
    set_up_app(client, person)
    other = make_person(database, settings, make_organisation(database))
    _secret, codes = set_up_app(client, other)
    sign_in(client, person)
    assert send_code(client, codes[0]).status_code == 422


def test_the_secret_is_sealed_and_its_picture_is_stored_nowhere(client: Client, database: Database, person: Person) -> None:
    sign_in(client, person)
    open_page(client, "/account/second-factor")
    client.send_form("/account/second-factor/totp")
    page = open_page(client, "/account/second-factor/totp")
    secret = secret_in(page)
    picture = client.get("/account/second-factor/totp.svg")

    assert len(secret) == 32
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.headers["cache-control"] == "no-store"
    assert "style=" not in picture.text
    assert "<script" not in picture.text
    assert page.headers["cache-control"] == "no-store"
    with database.read() as session:
        row = session.get_one(TotpSecret, person.id)
        assert secret not in row.sealed
        assert row.confirmed_at is None


def test_an_app_that_was_not_confirmed_is_no_second_factor(client: Client, person: Person) -> None:
    sign_in(client, person)
    open_page(client, "/account/second-factor")
    client.send_form("/account/second-factor/totp")
    open_page(client, "/account/second-factor/totp")
    assert client.send_form("/account/second-factor/totp/confirm", {"code": "000 000"}).status_code == 422
    sign_in(client, person)
    assert client.get("/assessments").status_code == 200


def test_another_phone_takes_over_only_with_its_own_first_code(client: Client, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        old, _codes = set_up_app(client, person)
        traveller.shift(60)
        open_page(client, "/account/second-factor")
        client.send_form("/account/second-factor/totp")
        new = secret_in(open_page(client, "/account/second-factor/totp"))
        assert client.send_form("/account/second-factor/totp/confirm", {"code": code_of(old)}).status_code == 422
        sign_in(client, person)
        assert send_code(client, code_of(old)).status_code == 303
        open_page(client, "/account/second-factor/totp")
        assert client.send_form("/account/second-factor/totp/confirm", {"code": code_of(new)}).status_code == 303
        traveller.shift(60)
        sign_in(client, person)
        assert send_code(client, code_of(old)).status_code == 422
        assert send_code(client, code_of(new)).status_code == 303


def test_taking_the_last_factor_away_takes_the_recovery_codes_and_the_half_done_sign_ins_with_it(
    client: Client, database: Database, person: Person
) -> None:
    secret, _codes = set_up_app(client, person)
    sign_in(client, person)
    half = dict(client.cookies)
    sign_in(client, person)
    send_code(client, code_of(secret))
    open_page(client, "/account/second-factor")

    assert client.send_form("/account/second-factor/totp/remove").status_code == 303

    with database.read() as session:
        assert session.scalars(select(RecoveryCode).where(RecoveryCode.person_id == person.id)).all() == []
    sign_in(client, person)
    assert client.get("/assessments").status_code == 200
    client.cookies.clear()
    client.cookies.update(half)
    assert path_of(client.get("/sign-in/second")) == "/sign-in"


def test_an_operator_cannot_take_the_last_factor_away(client: Client, database: Database, settings: Settings) -> None:
    operator = make_operator(database, settings)
    sign_in(client, operator)
    open_page(client, "/sign-in/enrol")
    client.send_form("/account/second-factor/totp")
    secret = secret_in(open_page(client, "/account/second-factor/totp"))
    client.send_form("/account/second-factor/totp/confirm", {"code": code_of(secret)})
    open_page(client, "/account/second-factor")

    refused = client.send_form("/account/second-factor/totp/remove")

    assert refused.status_code == 409
    assert "You must have a second factor" in refused.text
    sign_in(client, operator)
    assert path_of(client.get("/assessments")) == "/sign-in/second"


def test_who_has_lost_everything_is_let_in_again_by_a_command_only(
    client: Client, database: Database, settings: Settings, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _secret, codes = set_up_app(client, person)
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)

    nobody = CliRunner().invoke(cli.app, ["user", "forget-factors", "nobody@example.org"])
    done = CliRunner().invoke(cli.app, ["user", "forget-factors", person.email.upper()])

    assert isinstance(nobody.exception, NotFound)
    assert done.exit_code == 0
    assert path_of(client.get("/assessments")) == "/sign-in"
    sign_in(client, person)
    assert client.get("/assessments").status_code == 200
    with database.read() as session:
        assert session.scalars(select(RecoveryCode).where(RecoveryCode.person_id == person.id)).all() == []
    assert ("person.second_factor_removed", {"method": "all"}) in events_of(database, person)
    assert len(codes) == 10
