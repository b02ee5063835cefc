"""Naming somebody in a discussion: behind an @ the people who take part are offered, by keyboard, mouse and ear."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_pages import AXE, RULES
from tests.factories import make_assessment, make_organisation, make_person

Visit = Callable[..., Page]
AREA = "#remark-text"
OPTION = "[role=listbox] [role=option]"


@pytest.fixture
def place(site: Site) -> str:
    """A criterion of an assessment of the test's own, which three people of known names can discuss."""
    for name in ("Zelda Sample", "Зәуре Қасымова", "Zebulon Sample"):
        make_person(site.database, site.settings, site.organisation, name=name)
    make_person(site.database, site.settings, make_organisation(site.database), name="Zebulon Elsewhere")
    return f"/assessments/{make_assessment(site.database, site.organisation).id}/criteria/esg-2015:policy.review"


def test_a_name_is_chosen_with_the_keyboard_and_the_person_is_asked(visit: Visit, place: str) -> None:
    page = visit(place)
    area = page.locator(AREA)
    area.focus()
    page.keyboard.type("Please look, @зауре", delay=20)
    expect(page.locator(OPTION)).to_have_text(["Зәуре Қасымова"])
    expect(page.locator("[data-people] [role=status]")).to_contain_text("1 person")
    chosen = page.locator(f"{OPTION}[aria-selected=true]")
    expect(area).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "none")
    expect(area).to_have_attribute("aria-controls", page.locator("[role=listbox]").get_attribute("id") or "none")
    page.keyboard.press("Enter")
    expect(area).to_have_value("Please look, @Зәуре Қасымова ")
    expect(page.locator("[role=listbox]")).to_have_count(0)
    expect(area).not_to_have_attribute("aria-activedescendant", "")
    page.keyboard.type("today", delay=20)
    page.click("#discussion button:has-text('Say it')")
    expect(page.locator("#discussion .hit")).to_contain_text("Please look, @Зәуре Қасымова today")


def test_arrows_go_round_and_escape_leaves_what_was_typed(visit: Visit, place: str) -> None:
    page = visit(place)
    page.focus(AREA)
    page.keyboard.type("@ze", delay=20)
    expect(page.locator(OPTION).first).to_contain_text("Zebulon Sample")
    expect(page.locator(OPTION, has_text="Elsewhere")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(page.locator(OPTION).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator(OPTION).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("[role=listbox]")).to_have_count(0)
    expect(page.locator(AREA)).to_have_value("@ze")
    page.keyboard.press("Enter")
    expect(page.locator(AREA)).to_have_value("@ze\n")


def test_a_name_is_chosen_with_the_mouse_and_an_address_of_mail_offers_nobody(visit: Visit, place: str) -> None:
    page = visit(place)
    page.focus(AREA)
    with page.expect_response("**/discussion/people?q=zeb"):
        page.keyboard.type("@zeb", delay=20)
    page.locator(OPTION, has_text="Zebulon Sample").first.click()
    expect(page.locator(AREA)).to_have_value("@Zebulon Sample ")
    expect(page.locator(AREA)).to_be_focused()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.type("zeb@zeb or @ZELDA", delay=20)
    expect(page.locator(OPTION)).to_have_text(["Zelda Sample"])
    assert [one for one in asked if "q=zeb" in one] == []


@pytest.mark.parametrize("language", ["kk", "en"])
def test_the_list_has_no_fault_that_axe_finds(visit: Visit, place: str, language: str) -> None:
    page = visit(place, language)
    page.focus(AREA)
    page.keyboard.type("@ze", delay=20)
    expect(page.locator(OPTION).first).to_be_visible()
    page.evaluate(AXE)
    assert page.evaluate(f"axe.run(document, {RULES})")["violations"] == []
