"""Running the installation: the first account, organisations, shutting people out. No content."""

import pytest
from sqlalchemy import update

from app.accounts import first_run
from app.accounts.models import Person
from app.config import Settings
from app.db import Database
from app.main import create_app
from app.migrate import migrate
from tests.accounts.journeys import last_mail, link_in, send
from tests.conftest import ORIGIN, Client
from tests.factories import PASSWORD, make_assessment, make_organisation, make_person


@pytest.fixture
def operator(database: Database, settings: Settings) -> Person:
    person = make_person(database, settings)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == person.id).values(is_operator=True))
    return person


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """An installation with nobody in it."""
    made = Settings(data_dir=tmp_path_factory.mktemp("empty"), base_url=ORIGIN, password_memory_kib=64, password_rounds=1)
    migrate(made)
    client = Client(create_app(made), base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)
    client.settings = made
    return client


def test_the_first_account_needs_the_code_and_closes_the_page(empty: Client) -> None:
    fields = {"email": "first@university.example", "name": "First", "password": PASSWORD, "organisation": "University"}
    wrong = send(empty, "/first-run", code="0" * 16, **fields)
    assert wrong.status_code == 422
    assert 'value="First"' in wrong.text
    made = send(empty, "/first-run", code=first_run.code_of(empty.settings), **fields)
    assert made.status_code == 303
    assert empty.get("/first-run").status_code == 404
    # Who runs the installation needs a second factor before anything opens.
    page = empty.get("/assessments", headers={"accept": "text/html"})
    assert page.headers["location"] == "/sign-in/enrol?next=/assessments"


def test_the_page_is_closed_where_somebody_is(client: Client, database: Database, settings: Settings) -> None:
    make_person(database, settings)
    assert client.get("/first-run").status_code == 404


def test_an_operator_founds_an_organisation_and_hands_the_link_on(
    client: Client, database: Database, settings: Settings, operator: Person
) -> None:
    client.as_(operator)
    fields = {"name": "New University", "kind": "university", "country": "KZ", "language": "kk"}
    assert client.send_form("/operator/organisations", {**fields, "email": "qm@new.example"}).status_code == 303
    page = client.get("/operator")
    assert "New University" in page.text
    assert "qm@new.example" in page.text
    body = last_mail(database, settings, "qm@new.example")
    number = page.text.split("/operator/mail/")[-1].split('"')[0]
    assert link_in(body) in client.get(f"/operator/mail/{number}").text
    refused = client.send_form("/operator/organisations", {**fields, "email": "no address", "country": "Kazakhstan"})
    assert refused.status_code == 422
    assert 'value="New University"' in refused.text


def test_an_operator_sees_no_content(client: Client, database: Database, operator: Person) -> None:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    client.as_(operator)
    for path in (
        f"/assessments/{assessment.id}",
        f"/organisations/{organisation.id}/evidence",
        f"/organisations/{organisation.id}/people",
    ):
        assert client.get(path).status_code == 404
    assert client.get("/").headers["location"] == "/operator"


def test_for_everybody_else_there_is_no_such_page(client: Client, database: Database, settings: Settings) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    assert client.get("/operator").status_code == 404
    assert client.send_form("/operator/people/disable", {"email": "x@y.kz"}).status_code == 404


def test_an_operator_shuts_somebody_out_and_lets_them_in_but_never_themself(
    client: Client, database: Database, settings: Settings, operator: Person
) -> None:
    person = make_person(database, settings, make_organisation(database))
    client.as_(person)
    theirs = dict(client.cookies)
    client.as_(operator)
    assert client.send_form("/operator/people/disable", {"email": person.email}).status_code == 200
    assert client.send_form("/operator/people/disable", {"email": operator.email}).status_code == 409
    assert client.send_form("/operator/people/disable", {"email": "nobody@example.org"}).status_code == 422
    mine = dict(client.cookies)
    client.cookies.clear()
    client.cookies.update(theirs)
    assert client.get("/assessments").status_code == 303
    client.cookies.clear()
    assert send(client, "/sign-in", email=person.email, password=PASSWORD).status_code == 422
    client.cookies.update(mine)
    client.send_form("/operator/people/enable", {"email": person.email})
    client.cookies.clear()
    assert send(client, "/sign-in", email=person.email, password=PASSWORD).status_code == 303


def test_another_operator_is_invited(client: Client, database: Database, settings: Settings, operator: Person) -> None:
    client.as_(operator)
    assert client.send_form("/operator/operators", {"email": "ops@example.org", "language": "en"}).status_code == 303
    link = link_in(last_mail(database, settings, "ops@example.org"))
    client.signed_out()
    client.get(link)
    send(client, "/invitation", name="Second Operator", password="violet tractor bridge")
    assert client.get("/").headers["location"] == "/sign-in/enrol"
