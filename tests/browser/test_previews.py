"""Previews in a real browser: the item's page, the criterion's thumbnails, the way through the pages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_pages import AXE, OVERFLOW, RULES
from tests.evidence import hostile

Visit = Callable[..., Page]


@pytest.mark.parametrize(("language", "width"), [("kk", 320), ("ru", 390), ("en", 1280)])
def test_a_citation_leads_to_its_page_and_on_from_there_without_script(
    visit: Visit, site: Site, language: str, width: int
) -> None:
    page = visit(f"{site.assessment}/criteria/esg-2015:policy.review", language, script=False, width=width)
    page.locator("#upload summary").click()
    name = f"minutes {language}.pdf"
    page.set_input_files("#upload_file", {"name": name, "mimeType": "application/pdf", "buffer": hostile.pdf(5)})
    page.select_option("#upload_kind", "minutes")
    page.fill("#upload_where", "p. 3")
    page.click(".uploads button[type=submit]")
    small = page.locator("#linked .thumbnail").last
    expect(small.locator("img")).to_have_js_property("complete", value=True)
    small.click()
    assert page.url.endswith("/preview?page=3")
    picture = page.locator(".preview img")
    expect(picture).to_have_js_property("naturalWidth", 1200)
    assert page.evaluate(OVERFLOW) == 0
    page.click("a[rel=next]")
    assert page.url.endswith("page=4")
    page.fill("#page", "1")
    page.press("#page", "Enter")
    expect(page.locator("a[rel=prev]")).to_have_count(0)
    # A page without script runs none of axe either.
    seen = visit(page.url, language)
    seen.evaluate(AXE)
    assert seen.evaluate(f"axe.run(document, {RULES})")["violations"] == []


def test_why_there_is_no_preview_is_said_and_the_file_can_be_had(visit: Visit, site: Site) -> None:
    page = visit(f"/organisations/{site.organisation.id}/evidence/new", script=False)
    locked: FilePayload = {"name": "locked.pdf", "mimeType": "application/pdf", "buffer": hostile.pdf(password="secret")}
    page.set_input_files("#upload_file", locked)
    page.select_option("#upload_kind", "minutes")
    page.click(".uploads button[type=submit]")
    page.get_by_role("link", name="locked").first.click()
    page.get_by_role("link", name="Preview (locked.pdf)").click()
    expect(page.locator("main")).to_contain_text("the file is encrypted")
    expect(page.get_by_role("link", name="Download locked.pdf")).to_be_visible()
