"""Every page in every language: accessible, inside its width, and free of complaints of the browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Site

AXE = (Path(__file__).resolve().parents[1] / "vendored" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = f"{{runOnly: {TAGS}, rules: {{'target-size': {{enabled: true}}}}}}"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
Visit = Callable[..., Page]


def _paths(site: Site) -> list[str]:
    mine = site.assessment
    sections = ("results", "gaps", "plan", "evidence", "coverage", "summary", "downloads", "editions", "standing", "revisions")
    reports = [mine, *(f"{mine}/{section}" for section in sections)]
    criterion = "double-degree:recognition.automatic"
    forms = [f"{mine}/criteria/{criterion}", f"{mine}/history/{criterion}", f"{mine}/actions/new?criterion={criterion}"]
    plan = [f"{mine}/plan?view=board", f"{mine}/what-if", f"{mine}/what-if?gap=esg-2015:policy.review"]
    opened = f"{mine}/coverage?open=r1-c-esg-2015-policy-approved"
    libraries = [f"/organisations/{site.organisation.id}/{name}" for name in ("evidence", "rubrics", "cover", "people")]
    together = [f"{mine}/assignments", f"{mine}/progress", "/work", "/work?show=unanswered", "/account/notices"]
    recall = ["/search?q=policy", "/search?q=policy&kind=evidence", f"{mine}/follows", f"{mine}/criteria/{criterion}/discussion"]
    return ["/assessments", *recall, *reports, opened, *forms, *plan, *libraries, *together, "/account", "/nowhere"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_page_breaks_a_rule_of_wcag(visit: Visit, site: Site, language: str) -> None:
    page = visit(language=language)
    found = []
    for path in _paths(site):
        page.goto(path)
        assert page.get_attribute("html", "lang") == language
        # Chromium's own console evaluates it, so the page's content security policy stays as it is.
        page.evaluate(AXE)
        result = page.evaluate(f"axe.run(document, {RULES})")
        found += [f"{path}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"]]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_page_is_wider_than_the_window(visit: Visit, site: Site, language: str, width: int) -> None:
    page = visit(language=language, width=width)
    wide = []
    for path in _paths(site):
        page.goto(path)
        if page.evaluate(OVERFLOW) > 0:
            wide.append(path)
    assert wide == []


def test_the_page_for_people_who_are_not_signed_in_keeps_the_rules_too(visit: Visit) -> None:
    page = visit()
    page.click("text=Sign out")
    page.evaluate(AXE)
    assert page.evaluate(f"axe.run(document, {RULES})")["violations"] == []
