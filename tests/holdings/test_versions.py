"""Citations keep the version they were made with until they are moved."""

import io
import os

from app import clock
from app.accounts.models import Role
from app.assessments.models import Assessment
from app.evidence.models import EvidenceItem
from app.web.formats import short_digest
from tests.factories import make_organisation, make_person
from tests.holdings.conftest import House

CRITERION = "esg-2015:policy.review"


def _text() -> bytes:
    return b"minutes " + os.urandom(8).hex().encode()


def _with_file(house: House) -> EvidenceItem:
    item = house.add("Council minutes")
    _upload(house, item, _text())
    return item


def _upload(house: House, item: EvidenceItem, content: bytes) -> None:
    answer = house.client.send_form(f"/evidence/{item.id}/files", {}, files={"file": ("minutes.txt", io.BytesIO(content))})
    assert answer.status_code == 303


def _cite(house: House, item: EvidenceItem, criterion: str = CRITERION) -> None:
    place = f"/assessments/{house.assessment.id}/criteria/{criterion}"
    assert house.client.send_form(f"{place}/links", {"code": item.code, "where": "p. 4"}).status_code == 303


def test_a_new_file_leaves_the_citation_on_its_version_until_it_is_moved(house: House) -> None:
    item = _with_file(house)
    _cite(house, item)
    _upload(house, item, _text())
    page = house.client.get(f"/assessments/{house.assessment.id}/criteria/{CRITERION}").text
    assert "cites version 1 of 2" in page
    assert f"/evidence/{item.id}/files/1" in page
    assert house.client.get(f"/evidence/{item.id}/files/1").status_code == 200
    link = house.link(item.code)
    moved = house.client.send_form(f"/assessments/{house.assessment.id}/links/{link.id}/move", {"version": "2"})
    assert moved.status_code == 303
    assert (house.link(item.code).cited_version, house.link(item.code).cited_sha256) == (2, house.item(item.code).sha256)
    assert "cites version 2 of 2" in house.client.get(f"/assessments/{house.assessment.id}/criteria/{CRITERION}").text


def test_the_report_and_the_export_name_the_cited_version_not_the_newest(house: House) -> None:
    item = _with_file(house)
    first = house.item(item.code).sha256
    _cite(house, item)
    _upload(house, item, _text())
    exported = house.client.get(f"/assessments/{house.assessment.id}/export.json").json()
    assert exported["answers"][CRITERION]["evidence"] == [{"id": item.code, "where": "p. 4", "version": 1, "sha256": first}]
    report = house.client.get(f"/assessments/{house.assessment.id}/report.html").text
    assert "version 1, SHA-256" in report
    assert short_digest(str(first)) in report


def test_what_was_exported_comes_back_with_the_version_it_cites(house: House) -> None:
    item = _with_file(house)
    _cite(house, item)
    text = house.client.get(f"/assessments/{house.assessment.id}/export.json").content
    fields = {"organisation_id": str(house.organisation.id)}
    made = house.client.send_form("/assessments/import", fields, files={"file": ("a.json", text)})
    assert made.status_code == 303, made.text[:300]
    again = house.client.get(made.headers["location"] + "/export.json").json()
    assert again["answers"][CRITERION]["evidence"][0]["version"] == 1


def test_all_citations_of_an_item_move_with_one_click_and_others_stay(house: House) -> None:
    item, other = _with_file(house), _with_file(house)
    for criterion in (CRITERION, "esg-2015:policy.approved"):
        _cite(house, item, criterion)
    _cite(house, other)
    for one in (item, other):
        _upload(house, one, _text())
    page = house.client.get(f"/evidence/{item.id}").text
    assert "Move all 2 to version 2" in page
    assert house.client.send_form(f"/evidence/{item.id}/citations/move", {"version": "2"}).status_code == 303
    assert "Move all" not in house.client.get(f"/evidence/{item.id}").text
    assert house.link(other.code).cited_version == 1


def test_a_citation_does_not_move_to_a_version_that_was_not_seen(house: House) -> None:
    item = _with_file(house)
    _cite(house, item)
    _upload(house, item, _text())
    link = house.link(item.code)
    for seen in ("1", "7", "", "x", "99999999999"):
        answer = house.client.send_form(f"/assessments/{house.assessment.id}/links/{link.id}/move", {"version": seen})
        assert answer.status_code == 409, seen
    assert house.link(item.code).cited_version == 1


def test_only_who_may_answer_moves_citations(house: House) -> None:
    item = _with_file(house)
    _cite(house, item)
    _upload(house, item, _text())
    link = house.link(item.code)
    places = (f"/assessments/{house.assessment.id}/links/{link.id}/move", f"/evidence/{item.id}/citations/move")
    rector = make_person(house.database, house.settings, house.organisation, Role.RECTOR)
    stranger = make_person(house.database, house.settings, make_organisation(house.database))
    for place in places:
        assert house.client.as_(rector).send_form(place, {"version": "2"}).status_code == 403
        assert house.client.as_(stranger).send_form(place, {"version": "2"}).status_code == 404
        assert house.client.signed_out().send_form(place, {"version": "2"}).status_code in {303, 401, 403}
    assert house.link(item.code).cited_version == 1


def test_an_item_lists_where_it_is_cited_and_only_counts_what_the_reader_may_not_see(house: House) -> None:
    item = house.item("E-01")
    page = house.client.get(f"/evidence/{item.id}").text
    for told in ("Approved, dated and with an owner", "annex 4", f"/assessments/{house.assessment.id}/criteria/esg-2015:"):
        assert told in page
    house.client.as_(make_person(house.database, house.settings, house.organisation))
    with house.database.write() as session:
        session.get_one(Assessment, house.assessment.id).deleted_at = clock.now()
    page = house.client.get(f"/evidence/{item.id}").text
    assert "Approved, dated and with an owner" not in page
    assert "in assessments that are deleted or that you may not see" in page
