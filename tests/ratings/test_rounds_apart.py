"""What belongs to another round, another assessment, another organisation or to who was removed stays out."""

import pytest
from sqlalchemy import select

from app import clock
from app.accounts.models import Person, Role
from app.assessments.models import Assessment
from app.config import Settings
from app.db import Database
from app.ratings.models import RatingRound
from tests.conftest import Client
from tests.factories import make_agency, make_assessment, make_organisation, make_person
from tests.ratings.scene import FIRST, Scene

CANARY = "canary-note-of-a-rater"


@pytest.fixture
def scene(client: Client, database: Database, settings: Settings) -> Scene:
    return Scene(client, database, settings)


def neighbour(scene: Scene) -> Scene:
    """Another assessment of the same university, with the same people."""
    other = object.__new__(Scene)
    vars(other).update(vars(scene))
    other.assessment = make_assessment(scene.database, scene.home)
    other.path = f"/assessments/{other.assessment.id}"
    other.ratings = f"{other.path}/ratings"
    return other


def guest_of(*scenes: Scene) -> Person:
    """A reviewer to whom the assessments are shown."""
    agency = make_agency(scenes[0].database)
    reviewer = make_person(scenes[0].database, scenes[0].settings, agency, Role.REVIEWER)
    for one in scenes:
        shared = one.client.as_(one.manager).send_form(f"{one.path}/shares", {"agency_id": str(agency.id)})
        assert shared.status_code == 303
    return reviewer


def remove(scene: Scene, person: Person) -> None:
    number = scene.rater_id(person)
    assert scene.client.as_(scene.manager).send_form(f"{scene.ratings}/raters/{number}/remove").status_code == 303


def test_a_guest_who_rates_one_assessment_sees_who_rates_only_there(scene: Scene) -> None:
    other = neighbour(scene)
    reviewer = guest_of(scene, other)
    scene.open()
    other.open()
    assert other.invite("panel", email=reviewer.email) == 303
    scene.client.as_(reviewer)
    assert scene.client.get(other.ratings).status_code == 200
    assert scene.client.get(scene.ratings).status_code == 403


def test_a_guest_who_was_removed_sees_no_more_who_rates(scene: Scene) -> None:
    reviewer = guest_of(scene)
    scene.open(scene.one)
    assert scene.invite("panel", email=reviewer.email) == 303
    assert scene.client.as_(reviewer).get(scene.ratings).status_code == 200
    remove(scene, reviewer)
    assert scene.client.as_(reviewer).get(scene.ratings).status_code == 403


def test_what_a_rater_said_who_was_removed_is_shown_nowhere(scene: Scene) -> None:
    scene.open(scene.one, scene.other)
    scene.rate(scene.one, note=CANARY)
    scene.rate(scene.other, note="A note that stays")
    remove(scene, scene.one)
    assert scene.client.as_(scene.manager).send_form(f"{scene.ratings}/close").status_code == 303
    text = scene.client.get(scene.ratings).text
    assert "A note that stays" in text
    assert CANARY not in text
    assert CANARY not in scene.client.get(f"{scene.path}/criteria/{FIRST}").text


def test_only_people_of_the_house_who_can_still_sign_in_are_offered_as_raters(
    scene: Scene, database: Database, settings: Settings
) -> None:
    gone, erased = (make_person(database, settings, scene.home, Role.INTERNAL_AUDITOR) for _number in "12")
    partner = make_person(database, settings, scene.home, Role.PARTNER)
    with database.write() as session:
        session.get_one(Person, gone.id).disabled_at = clock.now()
        session.get_one(Person, erased.id).erased_at = clock.now()
    stranger = make_person(database, settings, make_organisation(database), Role.INTERNAL_AUDITOR)
    scene.open()
    offered = scene.client.get(scene.ratings).text.split('name="person_id"')[1].split("</select>")[0]
    assert f'<option value="{scene.one.id}"' in offered
    for person in (gone, erased, partner, stranger):
        assert f'<option value="{person.id}"' not in offered
        assert scene.invite(person_id=str(person.id)) == 409


def test_the_list_of_what_one_rates_ends_with_the_round_the_invitation_and_the_assessment(
    scene: Scene, database: Database
) -> None:
    scene.open(scene.one, scene.other)
    listed = {person: scene.client.as_(person).get("/ratings").text for person in (scene.one, scene.other, scene.contributor)}
    assert [scene.ratings in text for text in listed.values()] == [True, True, False]
    remove(scene, scene.one)
    assert scene.ratings not in scene.client.as_(scene.one).get("/ratings").text
    with database.write() as session:
        session.get_one(Assessment, scene.assessment.id).deleted_at = clock.now()
    assert scene.ratings not in scene.client.as_(scene.other).get("/ratings").text
    with database.write() as session:
        session.get_one(Assessment, scene.assessment.id).deleted_at = None
    assert scene.ratings in scene.client.as_(scene.other).get("/ratings").text
    assert scene.client.as_(scene.manager).send_form(f"{scene.ratings}/close").status_code == 303
    assert scene.ratings not in scene.client.as_(scene.other).get("/ratings").text


def test_closing_one_round_shows_its_raters_nothing_of_another_that_is_withheld_from_them(scene: Scene) -> None:
    other = neighbour(scene)
    for each in (scene, other):
        each.open(scene.one)
        each.rate(scene.one)
    assert scene.client.as_(scene.manager).send_form(f"{scene.ratings}/close").status_code == 303
    scene.client.as_(scene.one)
    assert scene.client.get(scene.path).status_code == 200
    assert scene.client.get(other.path).status_code == 403


def test_a_turn_in_one_round_is_no_turn_in_another_nor_in_one_that_is_closed(scene: Scene) -> None:
    other = neighbour(scene)
    scene.open(scene.one)
    scene.rate(scene.one)
    assert scene.client.as_(scene.manager).send_form(f"{scene.ratings}/close").status_code == 303
    other.open(scene.one)
    scene.open(scene.one)
    before = _turns(scene, other)
    assert scene.rate(scene.one) == 303
    assert scene.finish(scene.one) == 303
    after = _turns(scene, other)
    assert [number for number, turns in after.items() if turns != before[number]] == [max(after)]


def _turns(*scenes: Scene) -> dict[int, int]:
    """How often each round of these assessments was changed, in the order in which they were opened."""
    with scenes[0].database.read() as session:
        ids = [one.assessment.id for one in scenes]
        query = select(RatingRound.id, RatingRound.changes).where(RatingRound.assessment_id.in_(ids))
        return {row.id: row.changes for row in session.execute(query)}
