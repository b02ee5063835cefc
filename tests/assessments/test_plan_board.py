"""The plan as table and board: buttons, filters with counts, orders, and gaps planned one after the other."""

import html
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app import clock
from app.config import Settings
from app.db import Database
from tests.assessments.plan_place import FREE, OTHER, Here, place
from tests.conftest import Client
from tests.factories import small


@pytest.fixture
def here(client: Client, database: Database, settings: Settings) -> Here:
    return place(client, database, settings)


def _day(days: int) -> str:
    """So many days from today, as people there have it: in the evening of Greenwich their next day has begun."""
    return (clock.now().astimezone(ZoneInfo(Settings().timezone)).date() + timedelta(days=days)).isoformat()


def test_a_button_moves_an_action_on_the_board_and_leads_back_to_it(here: Here) -> None:
    action = here.actions()[0]
    assert here.client.get(f"{here.url}/plan?view=board").text.count("/status") > 0
    moved = here.client.send_form(
        f"{here.url}/actions/{action.id}/status", {"status": "in_progress", "version": "1", "only": "soon"}
    )
    assert (moved.status_code, moved.headers["location"]) == (303, f"{here.url}/plan?view=board&only=soon")
    assert (here.actions()[0].status, here.actions()[0].version) == ("in_progress", 2)


def test_a_move_from_a_board_that_is_out_of_date_changes_nothing(here: Here) -> None:
    action = here.actions()[0]
    address = f"{here.url}/actions/{action.id}/status"
    here.client.send_form(address, {"status": "in_progress", "version": "1"})
    stale = here.client.send_form(address, {"status": "done", "version": "1"})
    assert stale.status_code == 409
    assert here.actions()[0].status == "in_progress"


def test_the_boards_script_is_told_in_json_why_a_card_cannot_be_moved(here: Here) -> None:
    here.plan(FREE, what="Done before", status="done")
    here.plan(FREE, what="Planned anew")
    done = here.actions()[-2]
    address, asks = f"{here.url}/actions/{done.id}/status", {"accept": "application/json"}
    again = here.client.send_form(address, {"status": "open", "version": "1"}, headers=asks)
    assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")
    assert "is planned already: Planned anew" in again.json()["detail"]
    stale = here.client.send_form(address, {"status": "dropped", "reason": "Late", "version": "7"}, headers=asks)
    assert stale.json()["detail"] == "Somebody else changed this action since you opened the page."
    assert here.actions()[-2].status == "done"


def test_dropping_on_the_board_asks_for_the_reason(here: Here) -> None:
    action = here.actions()[0]
    asked = here.client.send_form(f"{here.url}/actions/{action.id}/status", {"status": "dropped", "version": "1"})
    assert asked.status_code == 422
    assert "A dropped action needs a reason" in asked.text
    assert re.search(r'<option value="dropped" selected>', asked.text)
    assert here.actions()[0].status == "open"


def test_filters_leave_what_they_say_and_count_it(here: Here) -> None:
    for action in here.actions():
        here.client.send_form(f"{here.url}/actions/{action.id}/delete")
    here.plan(FREE, what="Late one", due=_day(-12), owner_id=str(here.person.id))
    here.plan(OTHER, what="Soon one", due=_day(20), owner="Dean")
    here.plan("esg-2015:policy.approved", what="Bare one")
    wanted = {"mine": "Late", "overdue": "Late", "soon": "Soon", "no-owner": "Bare", "no-date": "Bare"}
    for only, name in wanted.items():
        page = here.client.get(f"{here.url}/plan?only={only}").text
        assert re.findall(r"(Late|Soon|Bare) one", page) == [name], only
        assert re.search(rf'only={only}" aria-current="true">[^<]+ <span class="chip__count">1</span>', page)
    assert "overdue by 12 days" in here.client.get(f"{here.url}/plan").text
    assert "No action fits this filter" in here.client.get(f"{here.url}/plan?only=done").text


def test_the_order_of_the_plan_is_chosen_and_what_is_missing_comes_last(here: Here) -> None:
    for action in here.actions():
        here.client.send_form(f"{here.url}/actions/{action.id}/delete")
    here.plan(FREE, what="Small one", effort="1")
    here.plan(OTHER, what="Dated one", due=_day(5), effort="7")
    here.plan("esg-2015:policy.approved", what="Early one", due=_day(2))

    def order(sort: str) -> list[str]:
        return re.findall(r"(Small|Dated|Early) one", here.client.get(f"{here.url}/plan?sort={sort}").text)

    assert order("plan") == ["Small", "Dated", "Early"]
    assert order("due") == ["Early", "Dated", "Small"]
    assert order("effort") == ["Small", "Dated", "Early"]


@pytest.mark.parametrize(
    "query", ["view=x&only=y&standard=z&sort=q", "standard=" + "a" * 4000, "only=%00", "view=board&view=table"]
)
def test_an_address_that_asks_for_nonsense_shows_the_whole_plan(here: Here, query: str) -> None:
    page = here.client.get(f"{here.url}/plan?{query}")
    assert page.status_code == 200
    assert small().actions[0].what in html.unescape(page.text)


def test_gaps_are_planned_one_form_after_the_other_with_nothing_filled_in(here: Here) -> None:
    first = here.client.get(f"{here.url}/actions/next?count=2")
    assert "left=2" in first.headers["location"]
    form = here.client.get(first.headers["location"]).text
    assert re.search(r'<textarea[^>]*id="what"[^>]*>\s*</textarea>', form)
    criterion = re.search(r'<option value="([^"]+)" selected>', form)
    assert criterion is not None
    second = here.plan(criterion[1], left="2")
    assert "left=1" in second.headers["location"]
    assert criterion[1].replace(":", "%3A") not in second.headers["location"]
    last = re.search(r"criterion=([^&]+)", second.headers["location"])
    assert last is not None
    done = here.plan(last[1].replace("%3A", ":"), left="1")
    assert done.headers["location"] == f"{here.url}/plan"


@pytest.mark.parametrize("count", ["0", "-1", "x", "99999999999999", ""])
def test_a_strange_number_of_gaps_is_no_fault(here: Here, count: str) -> None:
    assert here.client.get(f"{here.url}/actions/next?count={count}").status_code == 303
