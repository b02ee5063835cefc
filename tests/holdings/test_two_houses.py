"""Who has roles in two organisations, or whose role changed, finds of each what belongs to it and changes what they may."""

from typing import Any

import pytest
from sqlalchemy import delete, func, select

from app import clock
from app.accounts.models import Membership, Organisation, Person, Role, Unit
from app.accounts.service import grant
from app.assessments.models import GatheredEvidence
from app.evidence.models import EvidenceItem
from tests.factories import make_assessment, make_organisation, make_person, make_unit
from tests.holdings.conftest import House


@pytest.fixture
def second(house: House) -> Organisation:
    """Another organisation in which the manager of the house is quality manager too."""
    made = make_organisation(house.database)
    _grant(house, house.manager, made, Role.QUALITY_MANAGER)
    return made


def _grant(house: House, person: Person, organisation: Organisation, role: Role, unit: Unit | None = None) -> None:
    with house.database.write() as session:
        grant(session, person, organisation, role, unit, now=clock.now())


def _add_in(house: House, organisation: Organisation, title: str, **fields: str) -> int:
    made = house.client.send_form(f"/organisations/{organisation.id}/evidence", {"title": title, "kind": "minutes", **fields})
    assert made.status_code == 303, made.text[:400]
    return int(made.headers["location"].rpartition("/")[2])


def _form(house: House, item: EvidenceItem, **fields: str) -> int:
    now = house.item(item.code)
    said = {"title": now.title, "kind": now.kind, "version": str(now.version), **fields}
    return house.client.send_form(f"/evidence/{item.id}", said).status_code


def test_tags_to_choose_from_and_items_to_change_are_those_of_one_organisation(house: House, second: Organisation) -> None:
    mine, theirs = house.add("Mine", tags="ours"), _add_in(house, second, "Theirs", tags="elsewhere")
    page = house.client.get(f"{house.path}/new").text
    assert "ours" in page
    assert "elsewhere" not in page
    chosen: dict[str, Any] = {"item": [mine.id, theirs], "language": "kk"}
    assert house.client.get(f"{house.path}/bulk/preview", params=chosen).status_code == 404
    assert house.client.get(f"{house.path}/bulk/preview", params={**chosen, "item": [mine.id]}).status_code == 200


def test_links_are_offered_to_the_assessments_of_one_organisation_that_one_may_answer(house: House, second: Organisation) -> None:
    elsewhere = make_assessment(house.database, second)
    law, arts = (make_unit(house.database, house.organisation) for _number in "12")
    of_law, of_arts = (make_assessment(house.database, house.organisation, unit=unit) for unit in (law, arts))
    item = house.add("Of law", unit_id=str(law.id))
    place = f"{house.path}/link?item={item.id}"
    assessments = (house.assessment, elsewhere, of_law, of_arts)
    offered = {one.id for one in assessments if f'<option value="{one.id}"' in _choices(house, place)}
    assert offered == {house.assessment.id, of_law.id, of_arts.id}
    reader = make_person(house.database, house.settings, house.organisation, Role.INTERNAL_AUDITOR)
    _grant(house, reader, house.organisation, Role.CONTRIBUTOR, law)
    house.client.as_(reader)
    assert f'<option value="{of_law.id}"' in _choices(house, place)
    assert f'<option value="{of_arts.id}"' not in _choices(house, place)


def _choices(house: House, place: str, name: str = "assessment") -> str:
    """What a field offers."""
    return house.client.get(place).text.split(f'name="{name}"')[1].split("</select>")[0]


def test_evidence_is_owned_by_people_of_its_organisation_who_can_still_sign_in(house: House, second: Organisation) -> None:
    there = make_person(house.database, house.settings, second)
    guest = make_person(house.database, house.settings, house.organisation, Role.PARTNER)
    gone, erased, here = (make_person(house.database, house.settings, house.organisation) for _number in "123")
    with house.database.write() as session:
        session.get_one(Person, gone.id).disabled_at = clock.now()
        session.get_one(Person, erased.id).erased_at = clock.now()
    item = house.add("Minutes")
    for person in (there, guest, gone, erased):
        assert _form(house, item, owner_id=str(person.id)) == 422
        assert f'<option value="{person.id}"' not in _choices(house, f"{house.path}/new", "owner_id")
    assert _form(house, item, owner_id=str(here.id)) == 303


def test_an_owner_can_be_taken_off_and_one_who_left_may_stay(house: House) -> None:
    owner = make_person(house.database, house.settings, house.organisation)
    item = house.add("Minutes", owner_id=str(owner.id))
    with house.database.write() as session:
        session.get_one(Person, owner.id).disabled_at = clock.now()
    assert _form(house, item, owner_id=str(owner.id), title="Minutes of May") == 303
    assert house.item(item.code).owner_id == owner.id
    assert _form(house, item, owner_id="") == 303
    assert house.item(item.code).owner_id is None


def test_a_count_of_uses_and_the_list_of_what_has_no_file_are_each_items_own(house: House) -> None:
    unused, full = house.add("Never cited"), house.add("With a file")
    sent = house.client.send_form(f"/evidence/{full.id}/files", {}, files={"file": ("a.txt", b"the minutes")})
    assert sent.status_code == 303
    listed = house.client.get(f"{house.path}?state=without_file").text
    assert "Never cited" in listed
    assert "With a file" not in listed
    page = house.client.get(house.path).text
    row = page.split(f'href="/evidence/{unused.id}"')[1].split("</tr>")[0]
    assert "not used" in row
    cited = page.split(f'href="/evidence/{house.item("E-01").id}"')[1].split("</tr>")[0]
    assert "not used" not in cited


def test_deleting_an_item_takes_no_other_out_of_what_was_gathered(house: House) -> None:
    def gathered() -> int:
        with house.database.read() as session:
            query = select(func.count()).where(GatheredEvidence.assessment_id == house.assessment.id)
            return session.scalar(query) or 0

    before, item = gathered(), house.add("Never cited")
    assert before > 0
    assert house.client.send_form(f"/evidence/{item.id}/delete", {"code": item.code}).status_code == 303
    assert gathered() == before


def _of_law(house: House) -> tuple[Person, Unit]:
    law = make_unit(house.database, house.organisation)
    return make_person(house.database, house.settings, house.organisation, Role.CONTRIBUTOR, law), law


def _becomes_a_reader(house: House, person: Person) -> None:
    """From now on they read everything, and write only in another faculty."""
    with house.database.write() as session:
        session.execute(delete(Membership).where(Membership.person_id == person.id))
    _grant(house, person, house.organisation, Role.INTERNAL_AUDITOR)
    _grant(house, person, house.organisation, Role.CONTRIBUTOR, make_unit(house.database, house.organisation))


def _undo_last(house: House) -> int:
    page = house.client.get(f"{house.path}/batches").text
    number = page.split(f'href="{house.path}/batches/')[1].split('"')[0]
    return house.client.send_form(f"{house.path}/batches/{number}/undo").status_code


def test_who_may_only_read_by_now_does_not_undo_what_they_changed(house: House) -> None:
    writer, law = _of_law(house)
    item = house.add("Of law", unit_id=str(law.id))
    house.client.as_(writer)
    said = {"item": str(item.id), "seen": f"{item.id}:{item.version}", "language": "ru"}
    assert house.client.send_form(f"{house.path}/bulk", said).status_code == 303
    _becomes_a_reader(house, writer)
    assert house.client.as_(writer).get(f"/evidence/{item.id}").status_code == 200
    assert _undo_last(house) == 403
    assert house.item(item.code).language == "ru"


def test_who_may_only_read_by_now_does_not_take_their_links_away(house: House) -> None:
    writer, law = _of_law(house)
    item, assessment = house.add("Of law", unit_id=str(law.id)), make_assessment(house.database, house.organisation, unit=law)
    house.client.as_(writer)
    said = {"item": str(item.id), "assessment": str(assessment.id), "criterion": "esg-2015:policy.review"}
    assert house.client.send_form(f"{house.path}/link", said).status_code == 303
    _becomes_a_reader(house, writer)
    house.client.as_(writer)
    assert _undo_last(house) == 403
    assert house.link(item.code)
