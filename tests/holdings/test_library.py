"""The library's page: filters with counts, order, pages, what is quick with many items."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from app import clock
from app.accounts.models import Role
from app.accounts.service import grant
from app.evidence.models import EvidenceItem
from app.holdings.filters import Filters
from tests.conftest import counting
from tests.factories import make_organisation, make_person, make_unit
from tests.holdings.conftest import House


def _day(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


def test_lists_of_one_click_hold_what_ends_soon_what_ended_and_what_nobody_uses(house: House) -> None:
    house.add("Ends in a month", valid_until=_day(30))
    house.add("Ends in a year", valid_until=_day(365))
    house.add("Ended", valid_until=_day(-2))
    listed = {state: house.client.get(f"{house.path}?state={state}").text for state in ("expiring", "expired", "unused", "valid")}
    assert "Ends in a month" in listed["expiring"]
    assert "Ends in a year" not in listed["expiring"]
    assert "Ended" in listed["expired"]
    assert "Ends in a month" not in listed["expired"]
    assert all(title in listed["unused"] for title in ("Ends in a month", "Ends in a year", "Ended"))
    assert house.item("E-01").title not in listed["unused"]
    assert "Ended" not in listed["valid"]


def test_counts_on_the_chips_are_those_of_the_lists_they_lead_to(house: House) -> None:
    house.add("Ends in a month", valid_until=_day(30))
    page = house.client.get(house.path).text
    for state in ("valid", "expiring", "expired", "withdrawn", "unused", "without_file", "mine"):
        chip = page.split(f'href="?state={state}"')[1].split("</a>")[0]
        told = int(chip.split('class="chip__count">')[1].split("<")[0])
        assert house.client.get(f"{house.path}?state={state}").text.count('scope="row"') == told, state


def test_tags_owner_kind_and_language_narrow_the_list_together(house: House) -> None:
    me = str(house.manager.id)
    house.add("Right one", tags="Mobility,  #2026", owner_id=me, language="kk")
    house.add("Other tag", tags="finance", owner_id=me, language="kk")
    house.add("Other language", tags="mobility", owner_id=me, language="ru")
    found = house.client.get(f"{house.path}?tag=mobility&owner={me}&language=kk&kind=minutes&nature=record").text
    assert "Right one" in found
    assert "Other tag" not in found
    assert "Other language" not in found


@pytest.mark.parametrize("typed", ["100% of", "a_b", "ХАТТАМА", "хаттама", "\\"])
def test_letters_and_signs_of_the_search_mean_themselves(house: House, typed: str) -> None:
    titles = {"100% of": "100% of staff", "a_b": "file a_b", "ХАТТАМА": "хаттама 7", "хаттама": "ХАТТАМА 7", "\\": "back\\slash"}
    house.add(titles[typed])
    house.add("Nothing of the kind, aXb 100 of")
    page = house.client.get(house.path, params={"text": typed}).text
    assert page.count('scope="row"') == 1
    assert titles[typed].replace("&", "&amp;") in page


def test_ten_thousand_items_need_no_more_queries_than_ten(house: House) -> None:
    with counting(house.database.engine) as few:
        assert house.client.get(house.path).status_code == 200
    now = clock.now()
    rows = [
        {"organisation_id": house.organisation.id, "code": f"X-{n}", "title": f"Item {n}", "kind": "minutes", "status": "valid",
         "confidentiality": "ordinary", "version": 1, "created_at": now}
        for n in range(2000)
    ]  # fmt: skip
    with house.database.write() as session:
        session.execute(insert(EvidenceItem), rows)
    with counting(house.database.engine) as many:
        page = house.client.get(house.path)
    assert len(many) <= len(few) + 1
    assert page.text.count('scope="row"') == 50


def test_pages_hold_each_item_once_in_every_order(house: House) -> None:
    for number in range(60):
        house.add(f"Item {number}", valid_until=_day(number)) if number % 2 else house.add(f"Item {number}")
    for sort in ("newest", "code", "title", "kind", "valid_until", "uses"):
        seen: list[str] = []
        for number in (1, 2):
            text = house.client.get(f"{house.path}?sort={sort}&page={number}").text
            seen += [part.split("<")[0] for part in text.split('<th scope="row" class="govuk-table__header nowrap">')[1:]]
        assert len(seen) == len(set(seen)) > 60, sort


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-3", "page=99999999999", "owner=x", "unit=999999999", "state=nonsense", "sort=;drop", "tag=%00", "text=%07",
     "nature=x", "kind=" + "k" * 900, "page=999999999"],
)  # fmt: skip
def test_nonsense_in_the_address_is_no_fault(house: House, query: str) -> None:
    assert house.client.get(f"{house.path}?{query}").status_code == 200


def test_an_address_says_only_what_differs_from_the_rule() -> None:
    assert Filters().query() == ""
    assert Filters(state="unused", page=3).query(tag="a b") == "state=unused&tag=a+b"
    assert Filters.of({"state": "mine", "page": "2"}).query(page=2) == "state=mine&page=2"


def test_a_member_of_one_faculty_finds_nothing_of_another_not_even_in_counts(house: House) -> None:
    law, arts = make_unit(house.database, house.organisation), make_unit(house.database, house.organisation)
    house.add("Of the arts", unit_id=str(arts.id), tags="secret tag", language="zz")
    reader = make_person(house.database, house.settings, house.organisation, Role.CONTRIBUTOR, law)
    page = house.client.as_(reader).get(house.path).text
    assert "Of the arts" not in page
    assert "secret tag" not in page
    assert ">zz " not in page


@pytest.mark.parametrize("of_a_unit", [False, True])
def test_a_library_holds_nothing_of_another_organisation(house: House, of_a_unit: bool) -> None:
    elsewhere = make_organisation(house.database)
    unit = make_unit(house.database, elsewhere) if of_a_unit else None
    other = make_person(house.database, house.settings, elsewhere, Role.CONTRIBUTOR, unit)
    theirs = f"/organisations/{elsewhere.id}/evidence"
    house.add("Of this university", tags="our tag")
    page = house.client.as_(other).get(theirs).text
    assert house.client.get(theirs).status_code == 200
    assert "Of this university" not in page
    assert "our tag" not in page
    with house.database.write() as session:
        grant(session, other, house.organisation, Role.CONTRIBUTOR, now=clock.now())
    assert "Of this university" not in house.client.get(theirs).text
    assert "Of this university" in house.client.get(house.path).text


def test_strangers_and_visitors_get_no_library(house: House) -> None:
    other = make_person(house.database, house.settings, make_organisation(house.database))
    assert house.client.as_(other).get(house.path).status_code == 404
    assert house.client.signed_out().get(house.path).status_code in {303, 401}


def test_a_web_address_is_shown_as_text_with_the_day_and_a_link_that_tells_nobody_whence(house: House) -> None:
    made = house.add("Page of the ministry", url="https://example.org/rules", seen_on="2026-03-05")
    page = house.client.get(f"/evidence/{made.id}").text
    assert 'href="https://example.org/rules" rel="noopener noreferrer nofollow"' in page
    assert "https://example.org/rules <span" in page
    assert made.seen_on is not None
