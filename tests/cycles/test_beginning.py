"""A new assessment may follow one of the cycle before; a copy on a newer edition follows what it was made from."""

import pytest
from sqlalchemy import select

from app import clock
from app.accounts import service as accounts
from app.accounts.models import Organisation, Person, Role
from app.assessments.models import UNTOUCHED, Assessment
from app.config import Settings
from app.cycles.models import Following
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, make_unit, small


@pytest.fixture
def organisation(database: Database) -> Organisation:
    return make_organisation(database)


@pytest.fixture
def manager(database: Database, settings: Settings, organisation: Organisation) -> Person:
    return make_person(database, settings, organisation)


def _new(organisation: Organisation, **more: str) -> dict[str, str]:
    return {"organisation_id": str(organisation.id), "title": "Next cycle", "date": "2027-11-01", "profile": "esg-only", **more}


def _followed(database: Database, assessment_id: int) -> int | None:
    with database.read() as session:
        return session.scalar(select(Following.previous_id).where(Following.assessment_id == assessment_id))


def _count(database: Database, organisation: Organisation) -> int:
    with database.read() as session:
        return len(session.scalars(select(Assessment.id).where(Assessment.organisation_id == organisation.id)).all())


def test_a_new_assessment_follows_what_was_chosen_and_is_still_untouched(
    client: Client, database: Database, organisation: Organisation, manager: Person
) -> None:
    client.as_(manager)
    assert 'name="previous_id"' not in client.get("/assessments").text
    earlier = make_assessment(database, organisation)
    assert f'<option value="{earlier.id}">' in client.get("/assessments").text
    made = client.send_form("/assessments", _new(organisation, previous_id=str(earlier.id)))
    assert made.status_code == 303, made.text
    number = int(made.headers["location"].rpartition("/")[2])
    assert _followed(database, number) == earlier.id
    with database.read() as session:
        assert session.get_one(Assessment, number).version == UNTOUCHED
    assert f'href="/assessments/{earlier.id}"' in client.get(f"/assessments/{number}").text


@pytest.mark.parametrize("chosen", [{}, {"previous_id": ""}])
def test_following_nothing_is_a_choice(
    client: Client, database: Database, organisation: Organisation, manager: Person, chosen: dict[str, str]
) -> None:
    make_assessment(database, organisation)
    made = client.as_(manager).send_form("/assessments", _new(organisation, **chosen))
    assert made.status_code == 303
    assert _followed(database, int(made.headers["location"].rpartition("/")[2])) is None


def test_what_is_not_offered_makes_nothing_and_keeps_what_was_typed(
    client: Client, database: Database, organisation: Organisation, manager: Person
) -> None:
    make_assessment(database, organisation)
    strange = make_assessment(database, make_organisation(database))
    before = _count(database, organisation)
    for chosen in (str(strange.id), "0", "-1", "x", "9" * 30, "1.5", "\x00"):
        refused = client.as_(manager).send_form("/assessments", _new(organisation, previous_id=chosen))
        assert refused.status_code == 422, chosen
        assert "Choose one of the assessments offered." in refused.text
        assert 'value="Next cycle"' in refused.text
    assert _count(database, organisation) == before


def test_only_what_the_person_may_read_is_offered(
    client: Client, database: Database, settings: Settings, organisation: Organisation
) -> None:
    mine, theirs = make_unit(database, organisation), make_unit(database, organisation)
    hidden = make_assessment(database, organisation, small().model_copy(update={"title": {"en": "Hidden"}}), unit=theirs)
    client.as_(make_person(database, settings, organisation, Role.QUALITY_MANAGER, mine))
    assert "Hidden" not in client.get("/assessments").text
    fields = _new(organisation, unit_id=str(mine.id), previous_id=str(hidden.id))
    assert client.send_form("/assessments", fields).status_code == 422


def test_an_assessment_of_another_organisation_of_the_same_person_is_not_offered(
    client: Client, database: Database, organisation: Organisation, manager: Person
) -> None:
    other = make_organisation(database)
    strange = make_assessment(database, other, small().model_copy(update={"title": {"en": "Elsewhere"}}))
    make_assessment(database, organisation)
    with database.write() as session:
        accounts.grant(session, session.get_one(Person, manager.id), other, Role.QUALITY_MANAGER, now=clock.now())
    client.as_(manager)
    assert client.get(f"/assessments/{strange.id}").status_code == 200
    assert f'<option value="{strange.id}">' not in client.get("/assessments").text
    assert client.send_form("/assessments", _new(organisation, previous_id=str(strange.id))).status_code == 422


def test_a_copy_follows_what_it_was_made_from_and_can_still_be_taken_back(
    client: Client, database: Database, organisation: Organisation, manager: Person
) -> None:
    source = make_assessment(database, organisation)
    client.as_(manager)
    made = client.send_form(f"/assessments/{source.id}/editions", {"newer": "esg-2027-draft3@1"})
    number = int(made.headers["location"].rpartition("/")[2])
    assert _followed(database, number) == source.id
    assert client.send_form(f"/assessments/{number}/take-back").status_code == 303
    assert _followed(database, number) is None
