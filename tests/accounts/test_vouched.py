"""What an organisation's own sign-in opens: that organisation, and no other way in."""

from dataclasses import dataclass

import pytest

from app import clock
from app.accounts import service as accounts
from app.accounts.models import Person, Role
from app.accounts.sign_in_models import Stage
from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import PASSWORD, make_assessment, make_organisation, make_person


@dataclass(frozen=True)
class Vouched:
    """A session that one of a person's two organisations vouched for; the assessments of this one and of the other."""

    client: Client
    person: Person
    organisation_id: int
    here: int
    there: int


@pytest.fixture
def vouched(client: Client, database: Database, settings: Settings) -> Vouched:
    here, there = make_organisation(database), make_organisation(database)
    person = make_person(database, settings, here)
    with database.write() as session:
        accounts.grant(session, session.get_one(Person, person.id), there, Role.QUALITY_MANAGER, now=clock.now())
    mine, theirs = make_assessment(database, here).id, make_assessment(database, there).id
    return Vouched(client.as_(person, method="sso", only=here.id), person, here.id, mine, theirs)


def test_it_reaches_that_organisation_only(vouched: Vouched) -> None:
    client = vouched.client
    assert client.get(f"/assessments/{vouched.here}").status_code == 200
    assert client.get(f"/assessments/{vouched.there}").status_code == 404
    assert [one["id"] for one in client.get("/api/v1/assessments").json()] == [vouched.here]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/account/passkeys/options", {}),
        ("/account/passkeys", {"name": "x", "credential": "{}"}),
        ("/account/second-factor/totp", {}),
        ("/account/second-factor/totp/remove", {}),
        ("/account/second-factor/recovery-codes", {}),
        ("/account/password", {"current": PASSWORD, "password": "a long walk in autumn"}),
    ],
)
def test_it_changes_nothing_of_how_the_person_signs_in_elsewhere(vouched: Vouched, path: str, fields: dict[str, str]) -> None:
    assert vouched.client.send_form(path, fields).status_code == 403


def test_who_must_set_a_factor_up_may_add_an_app_by_it_and_no_passkey(vouched: Vouched) -> None:
    client = vouched.client.as_(vouched.person, method="sso", only=vouched.organisation_id, stage=Stage.ENROLMENT)
    assert client.send_form("/account/passkeys/options").status_code == 403
    assert client.send_form("/account/second-factor/totp").status_code == 303
