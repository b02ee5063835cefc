"""What one assessment follows, and what was carried in it, is its own alone, also for who may read several."""

from sqlalchemy import select

from app import clock
from app.accounts import service as accounts
from app.accounts.models import Role
from app.config import Settings
from app.cycles.models import Carry, Following
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, small


def test_an_assessment_of_another_organisation_cannot_be_followed_by_who_works_in_both(
    client: Client, database: Database, settings: Settings
) -> None:
    here, there = make_organisation(database), make_organisation(database)
    one, other = make_assessment(database, here), make_assessment(database, there)
    person = make_person(database, settings, here)
    with database.write() as session:
        accounts.grant(session, person, there, Role.QUALITY_MANAGER, now=clock.now())
    client.as_(person)
    assert client.get(f"/assessments/{other.id}").status_code == 200
    offered = client.get(f"/assessments/{one.id}/follows").text.partition('name="previous_id"')[2].partition("</select>")[0]
    assert offered
    assert f'value="{other.id}"' not in offered
    assert client.send_form(f"/assessments/{one.id}/follows", {"previous_id": str(other.id)}).status_code == 422


def test_two_assessments_may_follow_the_same_one(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    before, first, second = (make_assessment(database, organisation) for _time in range(3))
    client.as_(make_person(database, settings, organisation))
    for one in (first, second):
        assert client.send_form(f"/assessments/{one.id}/follows", {"previous_id": str(before.id)}).status_code == 303
    with database.read() as session:
        found = session.scalars(select(Following.previous_id).where(Following.assessment_id.in_((first.id, second.id)))).all()
    assert found == [before.id, before.id]


def test_what_was_carried_into_one_assessment_is_not_taken_back_through_another(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    before, neighbour = make_assessment(database, organisation), make_assessment(database, organisation)
    later = make_assessment(database, organisation, small().model_copy(update={"answers": {}, "actions": ()}))
    client.as_(make_person(database, settings, organisation))
    assert client.send_form(f"/assessments/{later.id}/follows", {"previous_id": str(before.id)}).status_code == 303
    assert client.send_form(f"/assessments/{later.id}/carry/esg-2015:policy").status_code == 303
    with database.read() as session:
        carry = session.scalars(select(Carry).where(Carry.assessment_id == later.id)).one()
    assert f"/carries/{carry.id}/undo" in client.get(f"/assessments/{later.id}").text
    assert f"/carries/{carry.id}/undo" not in client.get(f"/assessments/{neighbour.id}").text
    assert client.send_form(f"/assessments/{neighbour.id}/carries/{carry.id}/undo").status_code == 404
    with database.read() as session:
        assert session.get_one(Carry, carry.id).undone_at is None
