"""Withdrawing with a reason, letting count again, deleting what nobody cites."""

import io
import os
from pathlib import Path

import pytest

from app.accounts.models import Role
from app.evidence.models import EvidenceItem, EvidenceVersion
from tests.factories import make_organisation, make_person
from tests.holdings.conftest import House
from tests.signing import reopen, sign_off


def _index(house: House) -> float:
    return float(house.client.get(f"/api/v1/assessments/{house.assessment.id}/scorecard").json()["index_low"])


def test_a_withdrawn_item_says_why_on_its_page_on_the_criterion_and_in_the_report_and_counts_again_later(house: House) -> None:
    item, before = house.item("E-01"), _index(house)
    said = {"reason": "Replaced by the policy of 2026", "status": "withdrawn"}
    assert house.client.send_form(f"/evidence/{item.id}/withdraw", said).status_code == 303
    mine = f"/assessments/{house.assessment.id}"
    for place in (f"/evidence/{item.id}", f"{mine}/criteria/esg-2015:policy.approved", f"{mine}/report.html", f"{mine}/evidence"):
        assert "Replaced by the policy of 2026" in house.client.get(place).text, place
    assert _index(house) < before
    assert house.client.get(f"/api/v1/evidence/{item.id}").json()["withdrawn_because"] == said["reason"]
    assert house.client.send_form(f"/evidence/{item.id}/revalidate").status_code == 303
    assert _index(house) == before
    assert "Replaced by" not in house.client.get(f"/evidence/{item.id}").text
    assert house.client.send_form(f"/evidence/{item.id}/revalidate").status_code == 303


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001, "a\x07b"])
def test_nothing_is_withdrawn_without_a_reason_that_can_be_read(house: House, reason: str) -> None:
    item = house.item("E-01")
    answer = house.client.send_form(f"/evidence/{item.id}/withdraw", {"reason": reason})
    assert answer.status_code == 422
    assert house.item("E-01").status == "valid"


def test_a_description_cannot_withdraw_an_item_without_a_reason(house: House) -> None:
    item = house.item("E-01")
    said = {"title": "New title", "kind": item.kind, "version": str(item.version), "status": "withdrawn"}
    assert house.client.send_form(f"/evidence/{item.id}", said).status_code == 303
    assert (house.item("E-01").title, house.item("E-01").status) == ("New title", "valid")


def test_a_cited_item_is_not_deleted(house: House) -> None:
    item = house.item("E-01")
    assert house.client.send_form(f"/evidence/{item.id}/delete", {"code": "E-01"}).status_code == 409
    assert house.item("E-01").id == item.id


def test_what_stands_in_an_approved_assessment_is_not_deleted_though_its_links_are_gone(house: House) -> None:
    mine = f"/assessments/{house.assessment.id}"
    item = house.add("Only here")
    house.client.send_form(f"{mine}/criteria/esg-2015:policy.review/links", {"code": item.code})
    assert sign_off(house.client, mine).status_code == 303
    assert reopen(house.client, mine).status_code == 303
    assert house.client.send_form(f"{mine}/links/{house.link(item.code).id}/remove").status_code == 303
    assert house.client.send_form(f"/evidence/{item.id}/delete", {"code": item.code}).status_code == 409


def _file(house: House, content: bytes) -> EvidenceItem:
    files = {"file": ("a.txt", io.BytesIO(content))}
    made = house.client.send_form(house.path, {"title": "T", "kind": "minutes"}, files=files)
    assert made.status_code == 303
    with house.database.read() as session:
        return session.get_one(EvidenceItem, int(made.headers["location"].rpartition("/")[2]))


def _bytes_of(house: House, item: EvidenceItem) -> Path:
    with house.database.read() as session:
        sha256 = session.query(EvidenceVersion.sha256).filter_by(item_id=item.id).one()[0]
    return house.settings.files_dir / sha256[:2] / sha256


def test_deleting_takes_the_item_and_its_bytes_and_notes_it(house: House) -> None:
    item = _file(house, b"text " + os.urandom(9).hex().encode())
    path = _bytes_of(house, item)
    assert path.exists()
    for wrong in ("", "E-01", item.code + "x"):
        assert house.client.send_form(f"/evidence/{item.id}/delete", {"code": wrong}).status_code == 422
    assert path.exists()
    assert house.client.send_form(f"/evidence/{item.id}/delete", {"code": item.code}).status_code == 303
    assert not path.exists()
    assert house.client.get(f"/evidence/{item.id}").status_code == 404
    assert f"Evidence {item.code} deleted" in house.client.get(f"/organisations/{house.organisation.id}/trail").text
    assert house.client.send_form(f"/evidence/{item.id}/delete", {"code": item.code}).status_code == 404


def test_bytes_that_another_organisation_keeps_too_stay(house: House) -> None:
    content = b"text " + os.urandom(9).hex().encode()
    mine = _file(house, content)
    other = make_organisation(house.database)
    house.client.as_(make_person(house.database, house.settings, other))
    files = {"file": ("b.txt", io.BytesIO(content))}
    house.client.send_form(f"/organisations/{other.id}/evidence", {"title": "T", "kind": "minutes"}, files=files)
    house.client.as_(house.manager)
    path = _bytes_of(house, mine)
    assert house.client.send_form(f"/evidence/{mine.id}/delete", {"code": mine.code}).status_code == 303
    assert path.exists()


def test_only_who_may_change_evidence_withdraws_or_deletes_it(house: House) -> None:
    item = house.add("Unused")
    auditor = make_person(house.database, house.settings, house.organisation, Role.INTERNAL_AUDITOR)
    stranger = make_person(house.database, house.settings, make_organisation(house.database))
    for action in ("withdraw", "revalidate", "delete"):
        place, said = f"/evidence/{item.id}/{action}", {"reason": "R", "code": item.code}
        assert house.client.as_(auditor).send_form(place, said).status_code == 403
        assert house.client.as_(stranger).send_form(place, said).status_code == 404
        assert house.client.signed_out().send_form(place, said).status_code in {303, 401, 403}
    assert house.item(item.code).status == "valid"
