"""Answering as people do it: with the keyboard, without scripts, in two windows, with the line cut."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site
from tests.factories import make_assessment

Visit = Callable[..., Page]


@pytest.fixture
def place(site: Site) -> str:
    """An unanswered criterion of an assessment of its own."""
    made = make_assessment(site.database, site.organisation)
    return f"/assessments/{made.id}/criteria/esg-2015:policy.review"


def test_a_key_chooses_a_level_and_the_figures_follow_without_a_reload(visit: Visit, place: str) -> None:
    page = visit(place)
    page.evaluate("window.stillHere = true")
    done = page.inner_text("#standing").splitlines()[1]

    page.keyboard.press("1")

    expect(page.locator("#result")).to_contain_text("Claimed 1, substantiated 1")
    expect(page.locator("#choice-1")).to_be_checked()
    expect(page.locator("#standing")).not_to_contain_text(done)
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert page.evaluate("window.stillHere") is True


def test_letters_typed_into_a_text_choose_nothing(visit: Visit, place: str) -> None:
    page = visit(place)
    page.click("#comment")
    page.keyboard.type("Level 4 is jokingly claimed")
    expect(page.locator("#comment")).to_have_value("Level 4 is jokingly claimed")
    expect(page.locator("input[name=choice]:checked")).to_have_count(0)


def test_everything_can_be_reached_and_chosen_with_tab_and_arrows(visit: Visit, place: str) -> None:
    page = visit(place)
    page.focus("#choice-0")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#choice-1")).to_be_checked()
    expect(page.locator("#result")).to_contain_text("Claimed 1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "comment"


def test_a_text_is_saved_by_itself_and_stays_where_the_cursor_is(visit: Visit, place: str) -> None:
    page = visit(place)
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.click("#comment")
    page.keyboard.type("Minutes exist since 2024.")
    expect(page.locator("#saved")).to_have_text("Not saved yet")
    expect(page.locator("#saved")).to_contain_text(re.compile("^Saved"), timeout=10_000)
    page.reload()
    expect(page.locator("#comment")).to_have_value("Minutes exist since 2024.")


def test_what_was_typed_before_the_script_came_is_saved_too(visit: Visit, place: str) -> None:
    page = visit("/work")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/sapa.js*", hold)
    page.goto(place, wait_until="commit")
    page.check("#choice-2")
    page.fill("#comment", "Typed on a slow line")
    page.locator("#comment").blur()
    expect(page.locator("#saved")).to_have_text("")
    (script,) = held
    script.continue_()
    expect(page.locator("#saved")).to_contain_text(re.compile("^Saved"), timeout=10_000)
    page.unroute("**/sapa.js*")
    page.reload()
    expect(page.locator("#choice-2")).to_be_checked()
    expect(page.locator("#comment")).to_have_value("Typed on a slow line")


def test_without_scripts_the_same_form_saves_and_goes_on(visit: Visit, place: str) -> None:
    page = visit(place, script=False)
    page.check("#choice-2")
    page.fill("#comment", "Typed without scripts")
    page.click("main button:has-text('Save'):not([name])")
    expect(page.locator("#result")).to_contain_text("Claimed 2, substantiated 1")
    expect(page.locator("#comment")).to_have_value("Typed without scripts")


def test_two_windows_do_not_overwrite_each_other(visit: Visit, place: str) -> None:
    hers, his = visit(place), visit(place)
    hers.fill("#comment", "Hers")
    hers.keyboard.press("Escape")
    hers.check("#choice-1")
    expect(hers.locator("#saved")).to_contain_text("Saved")

    his.fill("#comment", "His")
    his.check("#choice-0")

    expect(his.locator("[role=alert]")).to_contain_text("Somebody else saved this answer")
    expect(his.locator("[role=alert]")).to_contain_text("Hers")
    expect(his.locator("#comment")).to_have_value("His")
    his.click("main button:has-text('Save'):not([name])")
    expect(his.locator("#saved")).to_contain_text("Saved")


def test_a_cut_line_is_told_and_nothing_typed_is_lost(visit: Visit, place: str) -> None:
    page = visit(place)
    page.context.set_offline(True)
    page.fill("#comment", "Typed on the train")
    page.check("#choice-1")
    expect(page.locator("#saved")).to_contain_text("no connection")
    expect(page.locator("#comment")).to_have_value("Typed on the train")
    page.context.set_offline(False)
    page.click("main button:has-text('Save'):not([name])")
    expect(page.locator("#saved")).to_contain_text("Saved")


def test_the_justification_is_asked_for_only_when_it_is_needed(visit: Visit, site: Site) -> None:
    page = visit(f"{site.assessment}/criteria/double-degree:mobility.format")
    expect(page.locator("#not_applicable")).to_be_hidden()
    page.check("#choice-na")
    expect(page.locator("#not_applicable")).to_be_visible()


def test_a_session_that_ends_while_somebody_types_keeps_the_text(visit: Visit, place: str) -> None:
    page = visit(place)
    page.context.clear_cookies(name="sapa")
    page.fill("#comment", "Typed for an hour")
    # Not `check`: the answer to the click is another page, on which there is nothing left to be checked.
    page.click("#choice-1")
    expect(page.locator("#email")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Typed for an hour")
