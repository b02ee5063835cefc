"""Who sees what is internal or restricted: pages, API, downloads, lists, codes, reports, exports."""

import pytest

from app.accounts.models import Role
from tests.factories import make_agency, make_person
from tests.holdings.conftest import House
from tests.signing import sign_off

SECRET = "Disciplinary decision 17"


def _headers(house: House) -> dict[str, str]:
    return {"x-csrf-token": house.client.token, "sec-fetch-site": "same-origin"}


def _restrict(house: House, code: str, **fields: str) -> int:
    item = house.item(code)
    said = {"title": SECRET, "kind": item.kind, "version": str(item.version), **fields}
    assert house.client.send_form(f"/evidence/{item.id}", said).status_code == 303
    return item.id


def _places(house: House, item_id: int) -> list[str]:
    mine = f"/assessments/{house.assessment.id}"
    criterion = f"{mine}/criteria/esg-2015:policy.approved"
    reports = [f"{mine}/report.html", f"{mine}/export.yaml", f"{mine}/export.json", f"{mine}/evidence", f"/api/v1{mine}"]
    library = [house.path, f"/api/v1{house.path}", f"{house.path}?text=Disciplinary"]
    return [criterion, f"/api/v1{mine}/answers/esg-2015:policy.approved", *reports, *library, f"{mine}/evidence/{item_id}"]


def test_what_is_restricted_is_seen_by_manager_auditor_rector_and_owner_and_by_no_other_colleague(house: House) -> None:
    people = {role: make_person(house.database, house.settings, house.organisation, role) for role in
              (Role.QUALITY_MANAGER, Role.INTERNAL_AUDITOR, Role.RECTOR, Role.CONTRIBUTOR)}  # fmt: skip
    owner = make_person(house.database, house.settings, house.organisation, Role.CONTRIBUTOR)
    item_id = _restrict(house, "E-01", confidentiality="restricted", owner_id=str(owner.id))
    for person in (people[Role.QUALITY_MANAGER], people[Role.INTERNAL_AUDITOR], people[Role.RECTOR], owner):
        assert house.client.as_(person).get(f"/evidence/{item_id}").status_code == 200
        assert SECRET in house.client.get(house.path).text
        assert SECRET in house.client.get(f"/assessments/{house.assessment.id}/report.html").text
    house.client.as_(people[Role.CONTRIBUTOR])
    assert house.client.get(f"/evidence/{item_id}").status_code == 404
    assert house.client.get(f"/api/v1/evidence/{item_id}").status_code == 404
    for place in _places(house, item_id):
        page = house.client.get(place)
        assert SECRET not in page.text, place
        assert "Approved, dated and with an owner" not in page.text, place


@pytest.mark.parametrize("level", ["internal", "restricted"])
def test_guests_never_see_what_is_internal_or_restricted_but_the_figures_stay(house: House, level: str) -> None:
    before = house.client.get(f"/api/v1/assessments/{house.assessment.id}/scorecard").json()["index_low"]
    agency = make_agency(house.database)
    reviewer = make_person(house.database, house.settings, agency, Role.REVIEWER)
    shared = {"agency_id": str(agency.id), "with_evidence": "true"}
    assert house.client.send_form(f"/assessments/{house.assessment.id}/shares", shared).status_code == 303
    opened = f"/assessments/{house.assessment.id}/evidence/{house.item('E-01').id}"
    assert house.client.as_(reviewer).get(opened).status_code == 200
    house.client.as_(house.manager)
    item_id = _restrict(house, "E-01", confidentiality=level)
    house.client.as_(reviewer)
    assert house.client.get(opened).status_code == 404
    assert house.client.get(f"{opened}/files/1").status_code == 404
    mine = f"/assessments/{house.assessment.id}"
    for place in _places(house, item_id):
        page = house.client.get(place)
        assert SECRET not in page.text, place
        assert "Approved, dated and with an owner" not in page.text, place
    assert "E-01" in house.client.get(f"{mine}/criteria/esg-2015:policy.approved").text
    assert house.client.get(f"/api/v1{mine}/scorecard").json()["index_low"] == before


def test_an_approved_assessment_hides_from_guests_what_was_restricted_after_it_was_frozen(house: House) -> None:
    mine = f"/assessments/{house.assessment.id}"
    assert sign_off(house.client, mine).status_code == 303
    _restrict(house, "E-01", confidentiality="internal")
    agency = make_agency(house.database)
    reviewer = make_person(house.database, house.settings, agency, Role.REVIEWER)
    house.client.send_form(f"{mine}/shares", {"agency_id": str(agency.id)})
    exported = house.client.as_(reviewer).get(f"{mine}/export.json").json()
    assert exported["evidence"]["E-01"]["title"] == "Confidential evidence"
    assert exported["answers"]["esg-2015:policy.approved"]["evidence"][0] == "E-01"


def test_a_contributor_cannot_restrict_an_item_out_of_their_own_sight(house: House) -> None:
    writer = make_person(house.database, house.settings, house.organisation, Role.CONTRIBUTOR)
    item = house.item("E-01")
    said = {"title": item.title, "kind": item.kind, "version": str(item.version), "confidentiality": "restricted"}
    house.client.as_(writer)
    assert house.client.send_form(f"/evidence/{item.id}", said).status_code == 422
    assert house.item("E-01").confidentiality == "ordinary"
    assert house.client.send_form(f"/evidence/{item.id}", {**said, "owner_id": str(writer.id)}).status_code == 303
    assert house.client.get(f"/evidence/{item.id}").status_code == 200


def test_an_owner_from_elsewhere_is_refused_beside_the_field(house: House) -> None:
    stranger = make_person(house.database, house.settings, make_agency(house.database), Role.REVIEWER)
    for owner in (str(stranger.id), "999999999"):
        answer = house.client.send_form(house.path, {"title": "T", "kind": "minutes", "owner_id": owner})
        assert answer.status_code == 422
        assert "The owner must be a person of this organisation." in answer.text
    said = {"title": "T", "kind": "minutes", "owner_id": stranger.id}
    assert house.client.post(f"/api/v1{house.path}", json=said, headers=_headers(house)).status_code == 422


def test_the_api_takes_and_gives_the_new_fields(house: House) -> None:
    said = {
        "title": "T", "kind": "minutes", "owner_id": house.manager.id, "tags": ["B", "a ", "b"], "note": "N",
        "confidentiality": "internal", "seen_on": "2026-01-02", "url": "https://example.org/",
    }  # fmt: skip
    made = house.client.post(f"/api/v1{house.path}", json=said, headers=_headers(house))
    assert made.status_code == 201, made.text
    found = house.client.get(f"/api/v1/evidence/{made.json()['id']}").json()
    assert found["tags"] == ["a", "b"]
    assert {name: found[name] for name in ("note", "confidentiality", "seen_on", "owner_id")} == {
        name: said[name] for name in ("note", "confidentiality", "seen_on", "owner_id")
    }
