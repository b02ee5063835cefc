"""Light, dark and paper as they are seen; another language keeps the very place."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

GROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(19, 26, 28)"
Visit = Callable[..., Page]


def test_the_device_decides_until_somebody_chooses_and_paper_is_always_light(visit: Visit) -> None:
    page = visit("/account", script=False, color_scheme="dark")
    assert page.evaluate(GROUND) == DARK
    page.emulate_media(media="print")
    assert page.evaluate(GROUND) == LIGHT
    page.emulate_media(media="screen")
    page.click(".themes__one[value=light]")
    page.wait_for_url("**/account")
    assert page.evaluate(GROUND) == LIGHT
    page.click(".themes__one[value=device]")
    assert page.evaluate(GROUND) == DARK

    page.emulate_media(color_scheme="light")
    page.click(".themes__one[value=dark]")
    expect(page.locator(".themes__one[value=dark]")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(GROUND) == DARK
    page.emulate_media(media="print")
    assert page.evaluate(GROUND) == LIGHT


def test_another_language_keeps_the_query_and_the_part_of_the_page(visit: Visit, site: Site) -> None:
    page = visit(f"{site.assessment}/plan?view=board#main")
    page.click(".top__language[value=kk]")
    page.wait_for_url("**/plan?view=board#main")
    assert page.get_attribute("html", "lang") == "kk"


def test_after_another_criterion_without_a_new_page_another_language_stays_there(visit: Visit, site: Site) -> None:
    page = visit(f"{site.assessment}/criteria/esg-2015:policy.approved")
    page.click("nav.around a[rel=next]")
    expect(page.locator("h1[data-place$='policy.public']")).to_be_visible()
    page.click(".top__language[value=ru]")
    page.wait_for_url("**/criteria/esg-2015:policy.public")
    assert page.get_attribute("html", "lang") == "ru"
