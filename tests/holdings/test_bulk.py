"""Changing and linking many items at once, and undoing it."""

from datetime import timedelta
from typing import Any

import time_machine
from sqlalchemy import func, select

from app import clock
from app.accounts.models import Role
from app.assessments.models import EvidenceLink
from app.audit.models import AuditEvent
from app.evidence.models import EvidenceItem
from tests.factories import make_organisation, make_person, make_unit
from tests.holdings.conftest import House
from tests.signing import sign_off


def _do(house: House, items: list[EvidenceItem], **fields: str) -> int:
    now = [house.item(one.code) for one in items]
    said = {"item": [str(one.id) for one in now], "seen": [f"{one.id}:{one.version}" for one in now], **fields}
    return house.client.send_form(f"{house.path}/bulk", said).status_code


def _batch(house: House) -> str:
    page = house.client.get(f"{house.path}/batches").text
    return page.split(f'href="{house.path}/batches/')[1].split('"')[0]


def _undo(house: House, **fields: str) -> int:
    return house.client.send_form(f"{house.path}/batches/{_batch(house)}/undo", fields).status_code


def test_the_preview_lists_exactly_what_would_change_and_changes_nothing(house: House) -> None:
    one, two = house.add("One", tags="a"), house.add("Two", language="kk", tags="b")
    query: dict[str, Any] = {"item": [one.id, two.id], "language": "kk", "add_tags": "b", "clear_valid_until": "true"}
    page = house.client.get(f"{house.path}/bulk/preview", params=query).text
    assert "1 item would change." in page
    assert "a, b" in page
    rows = page.split("<tbody")[1].split("</tbody>")[0]
    assert one.code in rows
    assert two.code not in rows
    assert house.item(one.code).language is None


def test_many_items_change_together_score_again_and_can_be_undone_to_what_they_were(house: House) -> None:
    items = [house.item(code) for code in ("E-01", "E-02", "E-03")]
    before = [(one.valid_until, one.kind, one.language, one.owner_id) for one in items]
    score = house.client.get(f"/api/v1/assessments/{house.assessment.id}/scorecard").json()["index_low"]
    owner = str(house.manager.id)
    assert _do(house, items, valid_until="2025-12-31", clear_valid_from="true", owner=owner, add_tags="old", language="ru") == 303
    assert {house.item(one.code).language for one in items} == {"ru"}
    assert {house.item(one.code).owner_id for one in items} == {house.manager.id}
    changed = house.client.get(f"/api/v1/assessments/{house.assessment.id}/scorecard").json()["index_low"]
    assert changed < score
    assert _undo(house) == 303
    assert [(one.valid_until, one.kind, one.language, one.owner_id) for one in (house.item(x.code) for x in items)] == before
    assert house.client.get(f"/api/v1/assessments/{house.assessment.id}/scorecard").json()["index_low"] == score
    assert house.client.get(f"/api/v1/evidence/{items[0].id}").json()["tags"] == []
    assert _undo(house) == 409


def test_after_a_day_nothing_is_undone(house: House) -> None:
    item = house.add("One")
    assert _do(house, [item], language="ru") == 303
    number = _batch(house)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        house.client.as_(house.manager)
        assert house.client.send_form(f"{house.path}/batches/{number}/undo").status_code == 409
    house.client.as_(house.manager)
    assert house.item(item.code).language == "ru"


def test_what_was_changed_or_deleted_since_is_named_and_the_others_can_be_undone(house: House) -> None:
    kept, edited, gone = house.add("Kept"), house.add("Edited"), house.add("Gone")
    assert _do(house, [kept, edited, gone], language="ru") == 303
    said = {"title": "Edited", "kind": "minutes", "language": "en", "version": str(house.item(edited.code).version)}
    assert house.client.send_form(f"/evidence/{edited.id}", said).status_code == 303
    assert house.client.send_form(f"/evidence/{gone.id}/delete", {"code": gone.code}).status_code == 303
    refused = house.client.send_form(f"{house.path}/batches/{_batch(house)}/undo")
    assert refused.status_code == 409
    assert f"{edited.code}, {gone.code}" in refused.text
    assert house.item(kept.code).language == "ru"
    assert _undo(house, others="yes") == 303
    assert (house.item(kept.code).language, house.item(edited.code).language) == (None, "en")


def test_an_item_that_changed_since_the_preview_stops_the_whole_change(house: House) -> None:
    one, two = house.add("One"), house.add("Two")
    said = {"item": [str(one.id), str(two.id)], "seen": [f"{one.id}:1", f"{two.id}:7"], "language": "ru"}
    answer = house.client.send_form(f"{house.path}/bulk", said)
    assert answer.status_code == 409
    assert two.code in answer.text
    assert house.item(one.code).language is None


def test_a_change_that_does_not_fit_one_item_is_refused_for_all_and_names_it(house: House) -> None:
    one, two = house.add("One"), house.add("Two", valid_from="2026-05-01")
    assert _do(house, [one, two], valid_until="2026-04-01") == 422
    assert house.item(one.code).valid_until is None
    for wrong in ({"kind": "nonsense"}, {"owner": "999999999"}, {"valid_until": "31.12.2026"}, {"confidentiality": "x"}):
        assert _do(house, [one], **wrong) == 422
        query: dict[str, Any] = {"item": [one.id], **wrong}
        assert house.client.get(f"{house.path}/bulk/preview", params=query).status_code == 422
    assert _do(house, [one]) == 303
    assert house.item(one.code).version == 1


def test_links_to_many_criteria_leave_out_and_name_what_is_linked_and_are_undone_together(house: House) -> None:
    new, old = house.add("New"), house.item("E-01")
    criteria = ["esg-2015:policy.approved", "esg-2015:policy.review"]
    said = {"item": [str(new.id), str(old.id)], "assessment": str(house.assessment.id), "criterion": criteria}
    before = _links(house)
    made = house.client.send_form(f"{house.path}/link", said)
    assert made.status_code == 303
    page = house.client.get(made.headers["location"]).text
    assert "3 links to criteria made" in page
    assert "Left out, because it was linked already" in page
    assert "E-01 → esg-2015:policy.approved" in page
    assert _links(house) == before + 3
    again = house.client.send_form(f"{house.path}/link", said)
    assert again.status_code == 409
    assert "All of this is linked already." in again.text
    assert _undo(house) == 303
    assert _links(house) == before
    assert "→ esg" in page


def _links(house: House) -> int:
    with house.database.read() as session:
        query = select(func.count()).select_from(EvidenceLink).join(EvidenceItem)
        return session.scalar(query.where(EvidenceItem.organisation_id == house.organisation.id)) or 0


def test_links_to_a_frozen_assessment_or_another_organisations_are_not_made(house: House) -> None:
    item = house.add("New")
    said = {"item": str(item.id), "criterion": "esg-2015:policy.review", "assessment": str(house.assessment.id)}
    for wrong, status in (("criterion", 404), ("assessment", 404)):
        assert house.client.send_form(f"{house.path}/link", {**said, wrong: "nonsense"}).status_code == status
    assert house.client.send_form(f"{house.path}/link", {**said, "criterion": ""}).status_code in {404, 422}
    sign_off(house.client, f"/assessments/{house.assessment.id}")
    assert house.client.send_form(f"{house.path}/link", said).status_code == 409
    assert house.client.get(f"{house.path}/link", params={"item": item.id}).status_code == 200


def test_items_of_others_and_nonsense_cannot_be_chosen(house: House) -> None:
    mine = house.add("Mine")
    other = make_organisation(house.database)
    house.client.as_(make_person(house.database, house.settings, other))
    made = house.client.send_form(f"/organisations/{other.id}/evidence", {"title": "T", "kind": "minutes"})
    theirs = made.headers["location"].rpartition("/")[2]
    house.client.as_(house.manager)
    for ids, status in (([mine.id, theirs], 404), ([], 422), (["x"], 404), (["999999999999"], 404), (list(range(1, 300)), 422)):
        for place in ("bulk", "link", "bulk/preview"):
            assert house.client.get(f"{house.path}/{place}", params=[("item", str(one)) for one in ids]).status_code == status
        assert house.client.send_form(f"{house.path}/bulk", {"item": [str(one) for one in ids]}).status_code == status


def test_a_contributor_of_one_faculty_changes_only_its_items_and_sees_only_own_batches(house: House) -> None:
    law = make_unit(house.database, house.organisation)
    writer = make_person(house.database, house.settings, house.organisation, Role.CONTRIBUTOR, law)
    whole, own = house.add("Whole"), house.add("Law", unit_id=str(law.id))
    assert _do(house, [whole], language="ru") == 303
    number = _batch(house)
    house.client.as_(writer)
    assert house.client.get(f"{house.path}/batches/{number}").status_code == 404
    assert house.client.send_form(f"{house.path}/batches/{number}/undo").status_code == 404
    assert _do(house, [whole], language="en") == 403
    assert _do(house, [own], language="en") == 303
    assert _undo(house) == 303


def test_readers_strangers_and_visitors_change_nothing_together(house: House) -> None:
    item = house.add("One")
    assert _do(house, [item], language="ru") == 303
    number, told = _batch(house), {"item": str(item.id), "seen": f"{item.id}:2", "assessment": str(house.assessment.id)}
    auditor = make_person(house.database, house.settings, house.organisation, Role.INTERNAL_AUDITOR)
    stranger = make_person(house.database, house.settings, make_organisation(house.database))
    for place in ("bulk", "link", f"batches/{number}/undo"):
        assert house.client.as_(auditor).send_form(f"{house.path}/{place}", told).status_code == 403
        assert house.client.as_(stranger).send_form(f"{house.path}/{place}", told).status_code == 404
        assert house.client.signed_out().send_form(f"{house.path}/{place}", told).status_code in {303, 401, 403}
    assert house.item(item.code).language == "ru"


def test_a_batch_and_each_item_stand_in_the_trail(house: House) -> None:
    item = house.add("One")
    assert _do(house, [item], language="ru") == 303
    with house.database.read() as session:
        query = select(AuditEvent.kind).where(AuditEvent.chain == house.organisation.id).order_by(AuditEvent.number.desc())
        assert list(session.scalars(query.limit(2))) == ["evidence.changed_together", "evidence.described"]
