"""A saved report on paper: the mark of a draft stands on every page that a browser prints, and on none of what was approved."""

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser

from app.reports.build import build
from app.reports.html import saved_html
from app.rubrics import registry
from tests.factories import small

pytestmark = pytest.mark.browser
TALLEST = 45.0


@pytest.mark.parametrize(("language", "draft"), [("kk", True), ("ru", True), ("en", True), ("en", False)])
def test_each_printed_page_of_a_draft_carries_the_mark(chromium: Browser, tmp_path: Path, language: str, *, draft: bool) -> None:
    (tmp_path / "report.html").write_text(saved_html(build(small(), registry.home(), language, draft=draft).report, "plan"))
    page = chromium.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    assert page.locator(".draft-mark").count() == int(draft)
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    page.close()
    texts = [one.get_textpage() for one in printed]
    assert len(texts) > 2
    for text in texts:
        tall = [one for one in range(text.count_rects()) if text.get_rect(one)[3] - text.get_rect(one)[1] > TALLEST]
        assert bool(tall) is draft
