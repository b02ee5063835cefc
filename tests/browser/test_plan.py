"""Planning as people do it: a tick shows at once what would be, and all of it works without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.factories import make_assessment

Visit = Callable[..., Page]


@pytest.fixture
def place(site: Site) -> str:
    """An assessment of its own."""
    return f"/assessments/{make_assessment(site.database, site.organisation).id}"


def test_a_tick_shows_at_once_what_would_be_and_the_next_one_adds_to_it(visit: Visit, place: str) -> None:
    page = visit(f"{place}/what-if")
    page.evaluate("window.stillHere = true")
    sentence = page.locator(".what-if__sentence")

    page.check("#gap-1")
    expect(sentence).to_contain_text("1 step takes the index from")
    page.check("#gap-2")
    expect(sentence).to_contain_text("These 2 steps take the index from")
    page.uncheck("#gap-2")
    expect(sentence).to_contain_text("1 step takes the index from")

    expect(page.locator("#gap-1")).to_be_checked()
    assert page.evaluate("window.stillHere") is True


def test_what_if_and_the_board_work_without_scripts(visit: Visit, place: str) -> None:
    page = visit(f"{place}/what-if", script=False)
    page.check("#gap-1")
    page.click("text=Show what would be")
    expect(page.locator(".what-if__sentence")).to_contain_text("1 step takes the index from")
    expect(page.locator("#gap-1")).to_be_checked()

    page.goto(f"{place}/plan?view=board")
    page.locator(".card", has=page.get_by_role("button", name="Begin")).first.get_by_role("button", name="Begin").click()
    expect(page.locator(".board__column").nth(1).locator(".card")).to_have_count(1)


def test_an_action_is_planned_from_the_list_of_gaps(visit: Visit, place: str) -> None:
    page = visit(f"{place}/gaps", script=False)
    page.locator("a", has_text="Plan an action").first.click()
    page.fill("#what", "Write it down")
    page.fill("#effort", "3")
    page.select_option("#owner_id", index=1)
    page.click("text=Save")
    expect(page.locator("table.plan")).to_contain_text("Write it down")
    expect(page.locator("table.plan")).to_contain_text("3 person-days")
