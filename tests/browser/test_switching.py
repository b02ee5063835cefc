"""From criterion to criterion without a new page, and text that no accident loses."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.factories import make_assessment

Visit = Callable[..., Page]
FIRST = "esg-2015:policy.review"


@pytest.fixture
def base(site: Site) -> str:
    """An assessment of the test's own."""
    return f"/assessments/{make_assessment(site.database, site.organisation).id}/criteria"


def _stay(page: Page) -> None:
    page.evaluate("window.stillHere = true")


def _stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stillHere === true"))


def test_the_tree_leads_to_another_criterion_without_a_new_page(visit: Visit, base: str) -> None:
    page = visit(f"{base}/{FIRST}")
    _stay(page)
    unanswered = page.locator("[aria-labelledby=m-open]")
    other = page.locator(".tree details[open] a:not([aria-current])", has=unanswered).first
    expect(other).to_have_accessible_name(re.compile("^not answered "))
    question, place = other.inner_text().split("\n")[-1].strip(), (other.get_attribute("href") or "").removeprefix(".")
    other.click()
    expect(page).to_have_url(re.compile(re.escape(place)))
    expect(page.locator("h1.question")).to_contain_text(question[-30:])
    expect(page.locator("h1.question")).to_be_focused()
    expect(page.locator(".tree [aria-current]")).to_have_attribute("href", f".{place}")
    assert question[-30:] in page.title()
    expect(page.locator(".tree [aria-current] #mark")).to_have_accessible_name("not answered")
    page.check("#choice-1")
    expect(page.locator(".tree [aria-current] #mark")).not_to_have_accessible_name("not answered")
    assert _stayed(page)


def test_the_guidance_goes_along_and_the_back_button_leads_back(visit: Visit, base: str) -> None:
    page = visit(f"{base}/{FIRST}")
    before = page.locator("#guidance").inner_text()
    page.locator("nav.around a[rel=next]").click()
    expect(page.locator("#guidance")).not_to_have_text(before)
    expect(page).not_to_have_url(re.compile(re.escape(FIRST)))
    page.go_back()
    expect(page).to_have_url(re.compile(re.escape(FIRST)))
    expect(page.locator(".tree [aria-current]")).to_have_attribute("href", re.compile(re.escape(FIRST)))
    expect(page.locator("#answer-form")).to_have_attribute("action", re.compile(re.escape(FIRST)))


def test_what_was_typed_is_saved_before_the_next_criterion_opens(visit: Visit, base: str) -> None:
    page = visit(f"{base}/{FIRST}")
    _stay(page)
    page.fill("#comment", "Typed and gone on")
    page.locator("nav.around a[rel=next]").click()
    expect(page.locator("#answer-form")).not_to_have_attribute("action", re.compile(re.escape(FIRST)))
    assert _stayed(page)
    page.goto(f"{base}/{FIRST}")
    expect(page.locator("#comment")).to_have_value("Typed and gone on")
    expect(page.locator("#draft")).to_be_hidden()


def test_save_and_go_on_stays_on_the_page(visit: Visit, base: str) -> None:
    page = visit(f"{base}/{FIRST}")
    _stay(page)
    page.check("#choice-2")
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.click("main button:has-text('Save and go on')")
    expect(page.locator("#answer-form")).not_to_have_attribute("action", re.compile(re.escape(FIRST)))
    expect(page).not_to_have_url(re.compile(re.escape(FIRST)))
    expect(page.locator("h1.question")).to_be_focused()
    assert _stayed(page)


def test_leaving_a_text_saves_it(visit: Visit, base: str) -> None:
    page = visit(f"{base}/{FIRST}")
    page.fill("#comment", "Left")
    page.focus("#strengths")
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=2000)


def test_a_killed_page_loses_nothing_and_the_text_is_offered_again(visit: Visit, base: str) -> None:
    page = visit(f"{base}/{FIRST}")
    page.context.set_offline(True)
    page.fill("#comment", "Typed before the crash")
    expect(page.locator("form[data-kept]")).to_have_count(1)
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(f"{base}/{FIRST}")
    expect(again.locator("#draft")).to_contain_text("Typed before the crash")
    expect(again.locator("#comment")).to_have_value("")
    again.click("#draft [data-draft=back]")
    expect(again.locator("#comment")).to_have_value("Typed before the crash")
    expect(again.locator("#saved")).to_contain_text(re.compile("^Saved"), timeout=10_000)
    again.reload()
    expect(again.locator("#comment")).to_have_value("Typed before the crash")
    expect(again.locator("#draft")).to_be_hidden()


def test_a_draft_is_not_put_over_what_somebody_saved_since(visit: Visit, base: str) -> None:
    hers = visit(f"{base}/{FIRST}")
    hers.context.set_offline(True)
    hers.fill("#comment", "Hers, never sent")
    expect(hers.locator("form[data-kept]")).to_have_count(1)
    his = visit(f"{base}/{FIRST}")
    his.fill("#comment", "His")
    his.check("#choice-1")
    expect(his.locator("#saved")).to_contain_text("Saved")
    hers.close(run_before_unload=False)
    hers.context.set_offline(False)
    again = hers.context.new_page()
    again.goto(f"{base}/{FIRST}")
    expect(again.locator("#comment")).to_have_value("His")
    again.click("#draft [data-draft=back]")
    again.click("main button:has-text('Save'):not([name])")
    expect(again.locator("[role=alert]")).to_contain_text("His")
    expect(again.locator("#comment")).to_have_value("Hers, never sent")


def test_a_draft_can_be_thrown_away_and_goes_with_signing_out(visit: Visit, base: str) -> None:
    page = visit(f"{base}/{FIRST}")
    for text in ("First", "Second"):
        page.context.set_offline(True)
        page.fill("#comment", text)
        expect(page.locator("form[data-kept]")).to_have_count(1)
        page.close(run_before_unload=False)
        page.context.set_offline(False)
        again = page.context.new_page()
        again.goto(f"{base}/{FIRST}")
        page = again
        if text == "First":
            page.click("#draft [data-draft=away]")
            expect(page.locator("#draft")).to_be_hidden()
            assert page.evaluate("Object.keys(localStorage).length") == 0
    expect(page.locator("#draft")).to_be_visible()
    page.click(".top__person button:has-text('Sign out')")
    expect(page.locator("#email")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('sapa-draft:')).length") == 0


def test_the_list_of_keys_opens_with_a_question_mark_and_turns_them_off(visit: Visit, base: str) -> None:
    page = visit(f"{base}/{FIRST}")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("3")
    expect(page.locator("input[name=choice]:checked")).to_have_count(0)
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.reload()
    page.keyboard.press("3")
    expect(page.locator("input[name=choice]:checked")).to_have_count(0)
    page.click("[data-keys]")
    page.check("#keys-on")
    page.click("#keys button")
    page.keyboard.press("3")
    expect(page.locator("#choice-3")).to_be_checked()


def test_j_and_k_go_on_and_back_without_a_new_page(visit: Visit, base: str) -> None:
    page = visit(f"{base}/{FIRST}")
    _stay(page)
    page.keyboard.press("j")
    expect(page.locator("#answer-form")).not_to_have_attribute("action", re.compile(re.escape(FIRST)))
    # Until htmx has taken the new links over they lead on as links do, by a new page.
    expect(page.locator("nav.around a[rel=prev][data-htmx-powered]")).to_have_count(1)
    page.keyboard.press("k")
    expect(page.locator("#answer-form")).to_have_attribute("action", re.compile(re.escape(FIRST)))
    assert _stayed(page)


def test_the_last_change_is_taken_back_with_one_click(visit: Visit, base: str) -> None:
    page = visit(f"{base}/{FIRST}")
    page.check("#choice-2")
    expect(page.locator("#undo button")).to_be_visible()
    page.click("#undo button")
    expect(page.locator("input[name=choice]:checked")).to_have_count(0)
    page.check("#choice-1")
    expect(page.locator("#saved")).to_contain_text("Saved")
