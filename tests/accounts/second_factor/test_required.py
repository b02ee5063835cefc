"""Where a second factor is required: setting it up comes first, and nothing else opens."""

import re

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.accounts.models import Organisation, Person, Role
from app.accounts.sign_in_models import SignInSession, Stage
from app.config import Settings
from app.db import Database
from tests.accounts.journeys import follow, last_mail, link_in, send
from tests.accounts.second_factor.steps import (
    code_of,
    codes_in,
    events_of,
    make_operator,
    open_page,
    path_of,
    require,
    secret_in,
    send_code,
    sessions_of,
    set_up_app,
    sign_in,
    token_in,
)
from tests.conftest import ORIGIN, Client, routes_of
from tests.factories import make_assessment, make_organisation, make_person

OPEN_TO_ALL = {"/sign-in", "/sign-in/organisation", "/forgot", "/verify", "/healthz", "/readyz", "/api/v1/openapi.json"}


OPEN_AT = {Stage.SECOND_FACTOR: {"/sign-in/second"}, Stage.ENROLMENT: {"/sign-in/enrol", "/account/prove"}}


FOR_LINKS = {
    "/sign-in/organisation/return": 303,
    "/first-run": 404,
    "/invitation": 404,
    "/reset": 404,
    "/invitation/1": 303,
    "/reset/1": 303,
    "/calendar/1.ics": 404,
    "/verify/1": 404,
}
"""What messages link to, and the first run: they know nobody, and nothing is found without a link."""


FOR_VISITORS = (
    "/sign-",
    "/language",
    "/theme",
    "/verify",
    "/forgot",
    "/reset",
    "/invitation",
    "/first-run",
    "/password-strength",
    "/account/",
)
"""Forms that ask for no session, or belong to this feature and are tested by name."""


STEP = {Stage.SECOND_FACTOR: "/sign-in/second", Stage.ENROLMENT: "/sign-in/enrol"}


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


def test_a_sign_in_at_the_moment_when_a_factor_is_added_must_show_it_too(
    client: Client, database: Database, person: Person
) -> None:
    secret, _codes = set_up_app(client, person)
    sign_in(client, person)
    with database.write() as session:
        # As when the password was looked at before, and the session written after, the factor was added.
        mine = update(SignInSession).where(SignInSession.person_id == person.id)
        session.execute(mine.where(SignInSession.stage == "second_factor").values(stage="enrolment"))
    client.token = token_in(client.get("/sign-in/second"))

    assert path_of(client.send_form("/account/second-factor/totp")) == "/sign-in/second"
    assert path_of(client.get("/sign-in/enrol")) == "/sign-in/second"
    assert send_code(client, code_of(secret)).status_code == 303
    assert client.get("/assessments").status_code == 200


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


def test_the_operator_switches_it_on_and_whoever_becomes_an_operator_needs_one_at_once(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    manager = make_person(database, settings, organisation)
    contributor = make_person(database, settings, organisation, Role.CONTRIBUTOR)
    sign_in(client, manager)
    client.as_(make_operator(database, settings))
    address = f"/operator/organisations/{organisation.id}/second-factor"
    assert client.send_form(address, {"required": "quality_managers"}).status_code == 303
    client.send_form("/operator/operators", {"email": contributor.email, "language": "en"})
    assert sessions_of(database, manager)[-1].stage == Stage.ENROLMENT.value

    sign_in(client, contributor)
    assert client.get("/assessments").status_code == 200
    follow(client, link_in(last_mail(database, settings, contributor.email)))
    assert send(client, "/invitation").status_code == 303

    assert path_of(client.get("/operator")) == "/sign-in/enrol"


def test_an_organisation_may_require_it_of_everybody(client: Client, database: Database, settings: Settings) -> None:
    organisation, other = make_organisation(database), make_organisation(database)
    contributor = make_person(database, settings, organisation, Role.CONTRIBUTOR)
    stranger = make_person(database, settings, other, Role.CONTRIBUTOR)
    require(database, organisation)
    assert client.as_(contributor).get("/assessments").status_code == 200, "so far only quality managers need one"
    token = client.token, dict(client.cookies)

    operator = make_operator(database, settings)
    address = f"/operator/organisations/{organisation.id}/second-factor"
    client.as_(operator)
    wrong = client.send_form(address, {"required": "yes"})
    assert wrong.status_code == 422
    assert "Choose one of the offered values." in wrong.text
    assert client.send_form(address, {"required": "everybody"}).status_code == 303
    assert re.search(r'<option value="everybody" selected', client.get("/operator").text)

    client.cookies.clear()
    client.token, cookies = token
    client.cookies.update(cookies)
    assert path_of(client.get("/assessments")) == "/sign-in/enrol", "the session that is open leads there at once"
    sign_in(client, contributor)
    assert path_of(client.get("/assessments")) == "/sign-in/enrol"
    assert client.as_(stranger).get("/assessments").status_code == 200
    manager = make_person(database, settings, organisation)
    with database.write() as session:
        session.execute(update(Organisation).where(Organisation.id == organisation.id).values(second_factor_of="nobody"))
    assert "Second factor required of everybody" in client.as_(manager).get(f"/organisations/{organisation.id}/trail").text
