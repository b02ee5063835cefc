"""The second step of signing in with codes: which are taken, how often, and what the session is worth before and after."""

import pytest
import time_machine

from app import clock
from app.accounts import second_factor, service
from app.accounts.models import Person
from app.config import Settings
from app.db import Database
from app.main import create_app
from tests.accounts.journeys import follow, last_mail, link_in, send
from tests.accounts.second_factor.steps import (
    code_of,
    events_of,
    open_page,
    path_of,
    send_code,
    sessions_of,
    set_up_app,
    sign_in,
    token_in,
)
from tests.conftest import ORIGIN, Client


def test_the_password_alone_opens_nothing_and_the_code_opens_the_page_that_was_wanted(client: Client, person: Person) -> None:
    secret, _codes = set_up_app(client, person)

    answer = sign_in(client, person, "/assessments?page=2")
    assert path_of(client.get("/assessments")) == "/sign-in/second"
    step = client.get(answer.headers["location"])
    assert step.headers["location"] == "/sign-in/second?next=/assessments%3Fpage%3D2"
    page = client.get(step.headers["location"])
    assert 'name="next" value="/assessments?page=2"' in page.text
    done = send_code(client, code_of(secret), "/assessments?page=2")

    assert done.status_code == 303
    assert done.headers["location"] == "/assessments?page=2"
    assert client.get("/assessments").status_code == 200


def test_the_second_step_never_goes_on_to_another_site(client: Client, person: Person) -> None:
    secret, _codes = set_up_app(client, person)
    sign_in(client, person)
    assert 'name="next" value="/"' in client.get("/sign-in/second?next=//example.com/").text
    assert send_code(client, code_of(secret), "https://example.com/").headers["location"] == "/"


def test_finishing_gives_a_new_token_and_a_new_form_token_and_the_old_ones_are_worth_nothing(
    client: Client, database: Database, person: Person
) -> None:
    secret, _codes = set_up_app(client, person)
    sign_in(client, person)
    before = client.cookies["sapa"]
    form_token = token_in(client.get("/sign-in/second"))
    proved_before = sessions_of(database, person)[-1].proved_at

    done = send_code(client, code_of(secret))

    after = client.cookies["sapa"]
    assert after != before
    assert "HttpOnly" in done.headers["set-cookie"]
    assert token_in(client.get("/account/second-factor")) != form_token
    stored = sessions_of(database, person)[-1]
    assert stored.token_hash == service.hash_token(after)
    assert stored.proved_at > proved_before
    client.cookies.clear()
    client.cookies.set("sapa", before)
    assert path_of(client.get("/assessments")) == "/sign-in"
    client.cookies.clear()
    client.cookies.set("sapa", after)
    client.token = form_token
    assert client.send_form("/account/second-factor/recovery-codes").status_code == 403


def test_a_code_works_once_even_in_another_session(client: Client, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False):
        secret, _codes = set_up_app(client, person)
        code = code_of(secret)
        sign_in(client, person)
        assert send_code(client, code).status_code == 303
        sign_in(client, person)

        again = send_code(client, code)

        assert again.status_code == 422
        assert path_of(client.get("/assessments")) == "/sign-in/second"


def test_the_code_that_set_the_app_up_does_not_sign_in(client: Client, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False):
        secret, _codes = set_up_app(client, person)
        sign_in(client, person)
        assert send_code(client, code_of(secret, steps=-1)).status_code == 422


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (0, 303), (1, 303), (2, 422)])
def test_a_code_of_one_step_around_is_taken_and_one_further_away_is_not(
    client: Client, person: Person, steps: int, status: int
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret, _codes = set_up_app(client, person)
        traveller.shift(300)
        sign_in(client, person)
        assert send_code(client, code_of(secret, steps=steps)).status_code == status


def test_a_code_of_the_step_before_is_taken_and_then_none_older(client: Client, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret, _codes = set_up_app(client, person)
        traveller.shift(300)
        sign_in(client, person)
        assert send_code(client, f" {code_of(secret, steps=0)[:3]} {code_of(secret, steps=0)[3:]} ").status_code == 303
        sign_in(client, person)
        assert send_code(client, code_of(secret, steps=-1)).status_code == 422


@pytest.mark.parametrize("typed", ["", " ", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "0" * 101, "\x00"])
def test_nonsense_is_no_code(client: Client, person: Person, typed: str) -> None:
    set_up_app(client, person)
    sign_in(client, person)
    assert send_code(client, typed).status_code == 422
    assert path_of(client.get("/assessments")) == "/sign-in/second"


def test_guessing_stops_after_a_few_codes_even_across_a_restart_and_at_another_address(
    client: Client, database: Database, settings: Settings, person: Person
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret, _codes = set_up_app(client, person)
        traveller.shift(60)
        sign_in(client, person)
        for _attempt in range(settings.sign_in_attempts):
            assert send_code(client, "000000" if code_of(secret) != "000000" else "111111").status_code == 422

        restarted = create_app(settings)
        other = Client(restarted, base_url=ORIGIN, follow_redirects=False, client=("198.51.100.7", 50_000))
        other.settings, other.database = settings, database
        other.headers["accept"] = "text/html"
        sign_in(other, person)
        refused = send_code(other, code_of(secret))

        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        traveller.shift(settings.sign_in_window_minutes * 60 + 1)
        sign_in(other, person)
        assert send_code(other, code_of(secret)).status_code == 303
        restarted.state.database.close()


def test_guessing_slowly_stops_for_the_day(client: Client, settings: Settings, person: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        secret, _codes = set_up_app(client, person)
        wrong = 0
        while wrong < second_factor.MOST_IN_A_DAY:
            traveller.shift(settings.sign_in_window_minutes * 60 + 1)
            sign_in(client, person)
            for _attempt in range(settings.sign_in_attempts - 1):
                wrong += send_code(client, "not a code").status_code == 422

        traveller.shift(settings.sign_in_window_minutes * 60 + 1)
        sign_in(client, person)
        assert send_code(client, code_of(secret)).status_code == 429
        traveller.shift(24 * 3600)
        sign_in(client, person)
        assert send_code(client, code_of(secret)).status_code == 303


def test_wrong_codes_are_counted_apart_from_wrong_passwords(client: Client, settings: Settings, person: Person) -> None:
    secret, _codes = set_up_app(client, person)
    for _attempt in range(settings.sign_in_attempts - 1):
        assert sign_in(client, person, password="wrong").status_code == 422
    sign_in(client, person)
    assert send_code(client, "wrong").status_code == 422
    assert send_code(client, code_of(secret)).status_code == 303


def test_a_new_password_by_the_link_does_not_switch_the_second_factor_off(
    client: Client, database: Database, settings: Settings, person: Person
) -> None:
    secret, _codes = set_up_app(client, person)
    client.signed_out()
    send(client, "/forgot", email=person.email)
    follow(client, link_in(last_mail(database, settings, person.email)))
    assert send(client, "/reset", password="another long password").status_code == 303

    sign_in(client, person, password="another long password")

    assert path_of(client.get("/assessments")) == "/sign-in/second"
    assert send_code(client, code_of(secret)).status_code == 303


def test_every_step_stands_in_the_trail(client: Client, database: Database, person: Person) -> None:
    secret, _codes = set_up_app(client, person)
    sign_in(client, person)
    send_code(client, "wrong")
    send_code(client, code_of(secret))
    open_page(client, "/account/second-factor")
    client.send_form("/account/second-factor/totp/remove")

    kinds = [kind for kind, _data in events_of(database, person)]

    assert kinds[-5:] == [
        "person.recovery_codes_made",
        "person.password_right",
        "person.second_factor_failed",
        "person.signed_in",
        "person.second_factor_removed",
    ]
