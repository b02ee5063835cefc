"""What the site does with the library, over the API: standing, tags, many items at once, citations."""

import io
import os
from typing import Any

import pytest

from app.accounts.models import Role
from app.evidence.models import EvidenceItem
from tests.factories import make_organisation, make_person
from tests.holdings.conftest import House

CRITERION = "esg-2015:policy.review"


def _send(house: House, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
    headers = {"x-csrf-token": house.client.token, "sec-fetch-site": "same-origin", "accept": "application/json"}
    if version is not None:
        headers["if-match"] = f'"{version}"'
    return house.client.request(method, f"/api/v1{path}", json=body, headers=headers)


def _index(house: House) -> float:
    return float(house.client.get(f"/api/v1/assessments/{house.assessment.id}/scorecard").json()["index_low"])


def test_an_item_is_withdrawn_with_a_reason_and_counts_again(house: House) -> None:
    item, before = house.item("E-01"), _index(house)
    for reason in ("", "  ", "x" * 1001, None):
        assert _send(house, "POST", f"/evidence/{item.id}/withdraw", {"reason": reason}).status_code == 422
    assert _send(house, "POST", f"/evidence/{item.id}/withdraw", {"reason": "Old", "by": "me"}).status_code == 422
    answer = _send(house, "POST", f"/evidence/{item.id}/withdraw", {"status": "rejected", "reason": "A draft only"})
    assert (answer.status_code, answer.json()["status"]) == (200, "rejected")
    assert answer.json()["withdrawn_because"] == "A draft only"
    assert answer.headers["etag"] == f'"{house.item("E-01").version}"'
    assert _index(house) < before
    assert _send(house, "POST", f"/evidence/{item.id}/revalidate").json()["status"] == "valid"
    assert _index(house) == before


def test_tags_are_set_from_the_version_that_was_read(house: House) -> None:
    item = house.add("Minutes", tags="old, kept")
    place = f"/evidence/{item.id}/tags"
    assert _send(house, "PUT", place, {"tags": ["new"]}).status_code == 428
    answer = _send(house, "PUT", place, {"tags": ["New", "#kept", "new"]}, version=1)
    assert (answer.status_code, answer.json()["tags"], answer.json()["version"]) == (200, ["kept", "new"], 2)
    assert _send(house, "PUT", place, {"tags": []}, version=1).status_code == 412
    for tags in (["x" * 41], ["a\x07"], [str(number) for number in range(21)], "a, b", [1]):
        assert _send(house, "PUT", place, {"tags": tags}, version=2).status_code == 422, tags
    assert house.item(item.code).version == 2


def _three(house: House) -> list[EvidenceItem]:
    return [house.item(code) for code in ("E-01", "E-02", "E-03")]


def _seen(items: list[EvidenceItem]) -> list[dict[str, int]]:
    return [{"id": one.id, "version": one.version} for one in items]


def test_the_preview_says_what_the_edit_then_does_and_undo_takes_back(house: House) -> None:
    items, place = _three(house), f"/organisations/{house.organisation.id}/evidence"
    changes = {"valid_until": "2027-12-31", "valid_from": None, "owner_id": house.manager.id, "add_tags": ["Senate"]}
    shown = _send(house, "POST", f"{place}/bulk/preview", {"items": [one.id for one in items], "changes": changes})
    assert shown.status_code == 200
    assert [one["code"] for one in shown.json()] == ["E-01", "E-02", "E-03"]
    assert all(one["changes"]["tags"] == {"before": [], "after": ["senate"]} for one in shown.json())
    assert all(one["changes"]["owner_id"]["after"] == house.manager.id for one in shown.json())
    assert [one.version for one in _three(house)] == [one["version"] for one in shown.json()], "a preview changes nothing"

    said = [{"id": one["id"], "version": one["version"]} for one in shown.json()]
    done = _send(house, "POST", f"{place}/bulk", {"items": said, "changes": changes})
    batch = done.json()["batch"]
    assert (done.status_code, batch["kind"], batch["codes"], batch["can_undo"]) == (200, "edit", ["E-01", "E-02", "E-03"], True)
    for one in _three(house):
        assert (str(one.valid_until), one.valid_from, one.owner_id) == ("2027-12-31", None, house.manager.id)
    again = _send(house, "POST", f"{place}/bulk", {"items": _seen(_three(house)), "changes": changes})
    assert (again.status_code, again.json()) == (200, {"batch": None})
    listed = _send(house, "GET", f"{place}/batches")
    assert [one["id"] for one in listed.json()] == [batch["id"]]

    undone = _send(house, "POST", f"{place}/batches/{batch['id']}/undo", {})
    assert (undone.status_code, undone.json()["can_undo"]) == (200, False)
    facts = [(one.valid_until, one.valid_from, one.owner_id) for one in items]
    assert [(one.valid_until, one.valid_from, one.owner_id) for one in _three(house)] == facts
    assert _send(house, "POST", f"{place}/batches/{batch['id']}/undo", {}).status_code == 409


def test_what_was_changed_meanwhile_is_named_and_left_as_it_is(house: House) -> None:
    items, place = _three(house), f"/organisations/{house.organisation.id}/evidence"
    stale = [{"id": items[0].id, "version": items[0].version + 1}, *_seen(items[1:])]
    refused = _send(house, "POST", f"{place}/bulk", {"items": stale, "changes": {"language": "ru"}})
    assert refused.status_code == 409
    assert "E-01" in refused.json()["detail"]
    assert {one.version for one in _three(house)} == {one.version for one in items}
    batch = _send(house, "POST", f"{place}/bulk", {"items": _seen(items), "changes": {"language": "ru"}}).json()["batch"]
    assert _send(house, "PUT", f"/evidence/{items[1].id}/tags", {"tags": ["x"]}, version=items[1].version + 1).status_code == 200
    partly = _send(house, "POST", f"{place}/batches/{batch['id']}/undo", {"others": False})
    assert partly.status_code == 409
    assert "E-02" in partly.json()["detail"]
    assert _send(house, "POST", f"{place}/batches/{batch['id']}/undo", {"others": True}).status_code == 200
    assert [one.language for one in _three(house)] == [items[0].language, "ru", items[2].language]


@pytest.mark.parametrize(
    ("items", "changes"),
    [
        ([], {"language": "ru"}),
        (list(range(1, 202)), {"language": "ru"}),
        (None, {"kind": "nothing-like-it"}),
        (None, {"valid_from": "2027-01-02", "valid_until": "2027-01-01"}),
        (None, {"owner_id": 999_999_999}),
        (None, {"confidentiality": "secret"}),
        (None, {"title": "All the same"}),
        (None, {"date": 20270101}),
        (None, {"kind": 5}),
    ],
)
def test_what_fits_no_item_is_refused_as_a_whole(house: House, items: Any, changes: dict[str, Any]) -> None:
    place = f"/organisations/{house.organisation.id}/evidence/bulk"
    before = house.item("E-01")
    chosen = [before.id, house.item("E-02").id] if items is None else items
    assert _send(house, "POST", f"{place}/preview", {"items": chosen, "changes": changes}).status_code == 422
    seen = [{"id": one, "version": 1} for one in chosen]
    assert _send(house, "POST", place, {"items": seen, "changes": changes}).status_code == 422
    assert house.item("E-01").version == before.version


def _upload(house: House, item: EvidenceItem) -> None:
    content = io.BytesIO(b"minutes " + os.urandom(8).hex().encode())
    answer = house.client.send_form(f"/evidence/{item.id}/files", {}, files={"file": ("minutes.txt", content)})
    assert answer.status_code == 303


def test_citations_are_moved_to_the_newest_version_one_by_one_or_all(house: House) -> None:
    item = house.add("Council minutes")
    _upload(house, item)
    place = f"/assessments/{house.assessment.id}"
    for criterion in (CRITERION, "esg-2015:policy.approved"):
        made = _send(house, "POST", f"{place}/answers/{criterion}/links", {"code": item.code, "where": "p. 4"})
        assert made.status_code == 201
    _upload(house, item)
    link = house.link(item.code)
    assert _send(house, "POST", f"{place}/links/{link.id}/move", {"version": 1}).status_code == 409
    moved = _send(house, "POST", f"{place}/links/{link.id}/move", {"version": 2})
    assert (moved.status_code, moved.json()) == (200, {"id": link.id, "criterion": CRITERION, "version": 2})
    rest = _send(house, "POST", f"/evidence/{item.id}/citations/move", {"version": 2})
    assert (rest.status_code, rest.json()) == (200, {"moved": 1})
    assert _send(house, "POST", f"/evidence/{item.id}/citations/move", {"version": 2}).json() == {"moved": 0}
    assert _send(house, "POST", f"{place}/links/999999/move", {"version": 2}).status_code == 404


def test_outsiders_find_nothing_and_readers_change_nothing(house: House) -> None:
    item = house.item("E-01")
    organisation, assessment = house.organisation.id, house.assessment.id
    link = house.link("E-01")
    one = {"items": [{"id": item.id, "version": item.version}], "changes": {"language": "ru"}}
    calls: list[tuple[str, str, Any]] = [
        ("POST", f"/evidence/{item.id}/withdraw", {"reason": "Mine now"}),
        ("POST", f"/evidence/{item.id}/revalidate", None),
        ("PUT", f"/evidence/{item.id}/tags", {"tags": ["x"]}),
        ("POST", f"/organisations/{organisation}/evidence/bulk/preview", {"items": [item.id], "changes": {}}),
        ("POST", f"/organisations/{organisation}/evidence/bulk", one),
        ("GET", f"/organisations/{organisation}/evidence/batches", None),
        ("POST", f"/organisations/{organisation}/evidence/batches/1/undo", {}),
        ("POST", f"/evidence/{item.id}/citations/move", {"version": 1}),
        ("POST", f"/assessments/{assessment}/links/{link.id}/move", {"version": 1}),
    ]
    elsewhere = make_organisation(house.database)
    house.client.as_(make_person(house.database, house.settings, elsewhere))
    assert {_send(house, method, path, body, 1).status_code for method, path, body in calls} == {404}
    house.client.as_(make_person(house.database, house.settings, house.organisation, Role.RECTOR))
    assert {_send(house, method, path, body, 1).status_code for method, path, body in calls} == {403}
    house.client.signed_out()
    assert {_send(house, method, path, body, 1).status_code for method, path, body in calls} == {401}
    assert house.item("E-01").version == item.version
