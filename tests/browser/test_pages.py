"""Every page: accessible, inside its width from 320 px to 4K, and free of complaints of the browser.

In the suite each page is opened in one combination of language, colours and width, so chosen that the pages together cover all of
them. `--all-pages` opens each page in every combination (half an hour).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app.i18n import LANGUAGES
from tests.browser.conftest import Site
from tests.browser.everything import NOT_PAGES, Case, Everything
from tests.isolation.world import walk
from tests.serving import serving

AXE = (Path(__file__).resolve().parents[1] / "vendored" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUICK = "resultTypes: ['violations'], elementRef: false, preload: false"
RULES = f"{{runOnly: {TAGS}, {QUICK}, rules: {{'target-size': {{enabled: true}}}}}}"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONGEST_LINE = """[...document.querySelectorAll("main p, main li, main dd, main label, main .govuk-hint")].map(one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const widest = Math.max(0, ...[...range.getClientRects()].map(line => line.width));
    return [widest / parseFloat(getComputedStyle(one).fontSize), one.textContent.trim().slice(0, 60)];
}).sort((one, other) => other[0] - one[0])[0]"""
MOST_EMS = 70
"""How wide a line of text may be on the widest screen: about 140 letters, in tables and lists."""
WIDTHS = (320, 390, 1280, 3840)
COMBINATIONS = list(product(LANGUAGES, ("light", "dark"), (1280, 360)))
PARTS = 4
Visit = Callable[..., Page]


@dataclass
class Browsing:
    """One browser in which everybody has a window of their own."""

    site: Everything
    chromium: Browser
    routes: set[str]
    windows: dict[str, Page] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def window(self, who: str) -> Page:
        """The window of this person, signed in."""
        if who not in self.windows:
            context: BrowserContext = self.chromium.new_context(base_url=self.site.settings.base_url)
            page = context.new_page()
            page.on("console", lambda message: self._note(message.text) if message.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: self._note(str(error)))
            self.windows[who] = page
            if who in self.site.tokens:
                self._keep(who, "sapa", self.site.tokens[who])
        return self.windows[who]

    def open(self, case: Case, language: str, colours: str, width: int) -> Page:
        """Open the page so; the colours are those the device asks for."""
        page = self.window(case.who)
        self._keep(case.who, "language", language)
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(case.path)
        if case.press:
            page.click(case.press)
            page.wait_for_load_state()
        return page

    def _keep(self, who: str, name: str, value: str) -> None:
        self.windows[who].context.add_cookies([{"name": name, "value": value, "url": self.site.settings.base_url}])

    def _note(self, text: str) -> None:
        # What is not found, refused or wrongly filled in answers 4xx, which Chromium reports too.
        if not re.search("status of 4", text):
            self.complaints.append(text)


@pytest.fixture(scope="module")
def browsing(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Browsing]:
    with serving(tmp_path_factory.mktemp("everything")) as (app, settings):
        pages = {
            str(one.name)
            for one in walk(app)
            if "GET" in (getattr(one, "methods", None) or ()) and not one.path.startswith("/api/")
        }
        made = Browsing(Everything(settings), chromium, pages)
        yield made
        for page in made.windows.values():
            page.context.close()


def test_every_page_is_in_the_list(browsing: Browsing) -> None:
    listed = {case.route for case in browsing.site.cases} - {""}
    assert browsing.routes - NOT_PAGES - listed == set(), "add the page to tests/browser/pages.txt"
    assert (listed | NOT_PAGES) - browsing.routes == {"static"}, "there is no such route any more"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_breaks_a_rule_of_wcag_or_the_width_of_the_window(
    browsing: Browsing, pytestconfig: pytest.Config, part: int
) -> None:
    found = []
    for index, case in list(enumerate(browsing.site.cases))[part::PARTS]:
        chosen = COMBINATIONS if pytestconfig.getoption("--all-pages") else [_combination(index)]
        for language, colours, width in chosen:
            page = browsing.open(case, language, colours, width)
            told = f"{case} ({language}, {colours}, {width})"
            if page.get_attribute("html", "lang") != language:
                found.append(f"{told}: another language")
            found += [f"{told}: {one}" for one in (*_broken_rules(page), *_wrong_widths(page))]
    assert found + browsing.complaints == [], "\n".join(found + browsing.complaints)


def _combination(index: int) -> tuple[str, str, int]:
    """The one in which a page is opened. Neighbours in the list are much alike, so each gets another."""
    return COMBINATIONS[index * 5 % len(COMBINATIONS)]


def _broken_rules(page: Page) -> list[str]:
    # Chromium's own console evaluates it, so the page's content security policy stays as it is.
    page.evaluate(AXE)
    result = page.evaluate(f"axe.run(document, {RULES})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:150]} {one['nodes'][0]['failureSummary'][:250]}" for one in result["violations"]
    ]


def _wrong_widths(page: Page) -> list[str]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate(OVERFLOW) > 0:
            found.append(f"wider than {width} px")
    longest = page.evaluate(LONGEST_LINE)
    if longest and longest[0] > MOST_EMS:
        found.append(f"a line of {longest[0]:.0f} em: {longest[1]}")
    return found


def test_together_the_pages_are_opened_in_every_combination(browsing: Browsing) -> None:
    assert {_combination(index) for index in range(len(browsing.site.cases))} == set(COMBINATIONS)


def test_the_page_for_people_who_are_not_signed_in_keeps_the_rules_too(visit: Visit, site: Site) -> None:
    page = visit(site.assessment)
    page.click("text=Sign out")
    page.evaluate(AXE)
    assert page.evaluate(f"axe.run(document, {RULES})")["violations"] == []


def test_the_first_run_of_an_empty_installation_keeps_them(chromium: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as (_app, settings):
        page = chromium.new_page(base_url=settings.base_url)
        page.goto("/first-run")
        assert _broken_rules(page) + _wrong_widths(page) == []
        page.click("main form button")
        assert _broken_rules(page) + _wrong_widths(page) == []
        page.close()
