"""Codes of an authenticator app and recovery codes; what opens, and what does not, before the second step is done."""

import re

import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select, update

from app import clock
from app.accounts import second_factor, service
from app.accounts.models import Organisation, Person, Role
from app.accounts.passwords import Passwords
from app.accounts.sign_in_models import RecoveryCode, Stage, TotpSecret
from app.config import Settings
from app.db import Database
from app.main import create_app
from tests.accounts.steps import (
    code_of,
    codes_in,
    events_of,
    open_page,
    path_of,
    secret_in,
    send_code,
    sessions_of,
    set_up_app,
    sign_in,
    token_in,
)
from tests.conftest import ORIGIN, Client, routes_of
from tests.factories import make_assessment, make_organisation, make_person

OPEN_TO_ALL = {"/sign-in", "/forgot", "/healthz", "/readyz", "/api/v1/openapi.json"}
OPEN_AT = {Stage.SECOND_FACTOR: {"/sign-in/second"}, Stage.ENROLMENT: {"/sign-in/enrol", "/account/prove"}}
FOR_LINKS = {"/first-run": 404, "/invitation": 404, "/reset": 404, "/invitation/1": 303, "/reset/1": 303}
"""What messages link to, and the first run: they know nobody, and nothing is found without a link."""
FOR_VISITORS = ("/sign-", "/language", "/forgot", "/reset", "/invitation", "/first-run", "/password-strength", "/account/")
"""Forms that ask for no session, or belong to this feature and are tested by name."""
STEP = {Stage.SECOND_FACTOR: "/sign-in/second", Stage.ENROLMENT: "/sign-in/enrol"}


@pytest.fixture
def person(database: Database, settings: Settings) -> Person:
    return make_person(database, settings, make_organisation(database), Role.CONTRIBUTOR)


def make_operator(database: Database, settings: Settings) -> Person:
    made = make_person(database, settings)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == made.id).values(is_operator=True))
    return made


def require(database: Database, organisation: Organisation) -> None:
    """Switch the flag of an organisation on, as its people page does."""
    with database.write() as session:
        values = {"second_factor_required": True}
        session.execute(update(Organisation).where(Organisation.id == organisation.id).values(values))
        second_factor.require_of(session, organisation.id)


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
    assert picture.headers["content-type"] == "image/svg+xml"
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


def test_an_operator_sets_up_an_app_and_gets_the_codes_and_a_new_session(
    client: Client, database: Database, settings: Settings
) -> None:
    operator = make_operator(database, settings)
    sign_in(client, operator)
    before = client.cookies["sapa"]
    assert path_of(client.get("/assessments")) == "/sign-in/enrol"
    open_page(client, "/sign-in/enrol?next=/assessments")
    begun = client.send_form("/account/second-factor/totp", {"next": "/assessments"})
    secret = secret_in(open_page(client, begun.headers["location"]))

    done = client.send_form("/account/second-factor/totp/confirm", {"code": code_of(secret), "next": "/assessments"})

    assert len(codes_in(done)) == 10
    assert 'href="/assessments">I have kept the codes' in done.text
    assert client.cookies["sapa"] != before
    assert client.get("/assessments").status_code == 200
    assert [kind for kind, _data in events_of(database, operator)][-4:] == [
        "person.password_right",
        "person.second_factor_set",
        "person.signed_in",
        "person.recovery_codes_made",
    ]
    assert ("person.signed_in", {"method": "password+totp"}) in events_of(database, operator)
    assert client.get("/sign-in/enrol?next=/assessments").headers["location"] == "/assessments"


def test_who_waits_to_set_one_up_cannot_do_so_any_more_once_the_person_has_one(
    client: Client, database: Database, settings: Settings
) -> None:
    operator = make_operator(database, settings)
    sign_in(client, operator)
    thief = dict(client.cookies)
    thief_token = token_in(client.get("/sign-in/enrol"))
    sign_in(client, operator)
    open_page(client, "/sign-in/enrol")
    client.send_form("/account/second-factor/totp")
    secret = secret_in(open_page(client, "/account/second-factor/totp"))
    client.send_form("/account/second-factor/totp/confirm", {"code": code_of(secret)})

    client.cookies.clear()
    client.cookies.update(thief)
    client.token = thief_token

    for path in ("/account/second-factor/totp", "/account/second-factor/totp/confirm", "/account/passkeys/options"):
        assert path_of(client.send_form(path)) == "/sign-in/second", path
    assert path_of(client.get("/account/second-factor/totp.svg")) == "/sign-in/second"
    assert path_of(client.get("/sign-in/enrol")) == "/sign-in/second"


def test_when_an_organisation_begins_to_require_it_its_managers_without_one_must_set_one_up_at_once(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation, elsewhere = make_organisation(database), make_organisation(database)
    bare, contributor = (
        make_person(database, settings, organisation),
        make_person(database, settings, organisation, Role.CONTRIBUTOR),
    )
    equipped, other = make_person(database, settings, organisation), make_person(database, settings, elsewhere)
    set_up_app(client, equipped)
    cookies = {}
    for one in (bare, contributor, other):
        sign_in(client, one)
        cookies[one.id] = dict(client.cookies)

    require(database, organisation)

    stages = {one.id: sessions_of(database, one)[-1].stage for one in (bare, contributor, equipped, other)}
    assert stages == {bare.id: "enrolment", contributor.id: "complete", equipped.id: "complete", other.id: "complete"}
    client.cookies.clear()
    client.cookies.update(cookies[bare.id])
    assert path_of(client.get("/assessments")) == "/sign-in/enrol"


def test_a_new_password_does_not_switch_the_second_step_off(
    client: Client, database: Database, settings: Settings, person: Person
) -> None:
    secret, _codes = set_up_app(client, person)
    with database.write() as session:
        stored = Passwords(settings).hash("another long password")
        session.execute(update(Person).where(Person.id == person.id).values(password_hash=stored))
        service.sign_out_everywhere(session, person.id, actor_id=None, now=clock.now())

    sign_in(client, person, password="another long password")

    assert path_of(client.get("/assessments")) == "/sign-in/second"
    assert send_code(client, code_of(secret)).status_code == 303


def test_a_form_sent_before_the_second_step_loses_nothing_that_was_typed(client: Client, person: Person) -> None:
    set_up_app(client, person)
    sign_in(client, person)
    client.token = token_in(client.get("/sign-in/second"))
    headers = {"referer": f"{ORIGIN}/assessments/1"}

    page = client.send_form(
        "/assessments/1/criteria/a:b", {"comment": "A long text", "new_password": "secret one"}, headers=headers
    )

    assert page.status_code == 401
    assert "A long text" in page.text
    assert "secret one" not in page.text
    assert 'href="/sign-in/second?next=/assessments/1"' in page.text


@pytest.mark.parametrize("stage", [Stage.SECOND_FACTOR, Stage.ENROLMENT])
def test_no_content_opens_before_signing_in_is_complete(
    app: FastAPI, client: Client, database: Database, settings: Settings, stage: Stage
) -> None:
    organisation = make_organisation(database)
    person = make_person(database, settings, organisation)
    assessment = make_assessment(database, organisation)
    if stage is Stage.SECOND_FACTOR:
        set_up_app(client, person)
    else:
        require(database, organisation)
    sign_in(client, person)
    client.token = token_in(client.get(STEP[stage]))
    assert sessions_of(database, person)[-1].stage == stage.value
    ids = {"organisation_id": organisation.id, "assessment_id": assessment.id, "ending": "json"}
    walked = 0
    for method, path in routes_of(app):
        filled = re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found[1], 1)), path)
        step = re.compile(rf"{STEP[stage]}(\?|$)")
        if method == "GET":
            answer = client.get(filled)
            if filled in OPEN_TO_ALL | OPEN_AT[stage]:
                assert answer.status_code == 200, filled
                continue
            link = FOR_LINKS.get(filled)
            good = answer.status_code in (401, link) or step.match(answer.headers.get("location", ""))
        elif filled.startswith(FOR_VISITORS):
            continue
        else:
            answer = client.request(method, filled, headers={"x-csrf-token": client.token, "origin": ORIGIN})
            good = answer.status_code == 401 or step.match(answer.headers.get("location", ""))
        assert good, (method, filled, answer.status_code, answer.headers.get("location"))
        walked += 1
    assert walked > 50


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
