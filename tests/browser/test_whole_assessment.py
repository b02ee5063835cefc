"""A whole self-assessment from sign-in to the report: once with nothing but the keyboard, once without JavaScript."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as NothingCame

from tests.browser.conftest import Site
from tests.evidence import hostile
from tests.factories import PASSWORD, make_organisation, make_person

CRITERIA = 11
"""Of the shortest profile, the changes of ISO 9001:2026."""
PROFILE = "iso-9001-2026-changes"
MOST_STEPS = 400
"""So often Tab is pressed before something counts as out of reach."""


class Way(Protocol):
    """How somebody uses a page. Things are named by a selector."""

    page: Page

    def go(self, selector: str) -> None:
        """Follow a link, press a button or open what is folded."""

    def write(self, selector: str, text: str) -> None:
        """Write into a field that is empty, a date as year, month and day."""

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a list by its value."""

    def answer(self, level: int) -> None:
        """Choose a level on a criterion's page and save it."""

    def upload(self, selector: str, file: Path) -> None:
        """Choose a file."""


class Keyboard:
    """Nothing but keys: Tab to get somewhere, Enter and Space to press, letters and arrows to choose."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, selector: str) -> None:
        """Press Tab until this has the focus."""
        for _step in range(MOST_STEPS):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is out of reach on {self.page.url}")

    def go(self, selector: str) -> None:
        self.reach(selector)
        self.page.keyboard.press("Enter")

    def write(self, selector: str, text: str) -> None:
        self.reach(selector)
        year, _dash, rest = text.partition("-")
        is_date = self.page.evaluate("document.activeElement.type") == "date"
        # The browser speaks American English here: month, day, year.
        self.page.keyboard.type(rest.replace("-", "") + year if is_date else text)

    def choose(self, selector: str, value: str) -> None:
        self.reach(selector)
        self.page.keyboard.press("Home")
        for _step in range(MOST_STEPS):
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{selector} offers no {value}")

    def answer(self, level: int) -> None:
        # Keys are known once the scripts of the page are there.
        self.page.wait_for_load_state()
        self.page.keyboard.press(str(level))
        expect(self.page.locator("#result")).to_contain_text(f"Claimed {level}")
        expect(self.page.locator("#saved")).to_contain_text("Saved")

    def upload(self, selector: str, file: Path) -> None:
        # What a save brings back to the page may take the focus away between the two keys: then it is gone to again.
        for _try in range(3):
            self.reach(selector)
            try:
                with self.page.expect_file_chooser(timeout=8_000) as chooser:
                    self.page.keyboard.press("Enter")
            except NothingCame:
                continue
            chooser.value.set_files(file)
            return
        raise AssertionError(f"{selector} opens no chooser")


class NoScript:
    """A browser with JavaScript turned off, and a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def write(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)

    def choose(self, selector: str, value: str) -> None:
        self.page.select_option(selector, value)

    def answer(self, level: int) -> None:
        self.page.check(f"#choice-{level}")
        self.page.click("#answer-form button:not([name])")
        expect(self.page.locator("#result")).to_contain_text(f"Claimed {level}")

    def upload(self, selector: str, file: Path) -> None:
        self.page.set_input_files(selector, file)


@pytest.fixture(params=[Keyboard, NoScript])
def way(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Way]:
    """A window that shows the sign-in page."""
    context = chromium.new_context(base_url=site.url, java_script_enabled=request.param is Keyboard, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto("/sign-in")
    yield request.param(page)
    context.close()


def test_a_newcomer_comes_from_sign_in_to_the_approved_report(way: Way, site: Site, tmp_path: Path) -> None:
    page, document = way.page, tmp_path / "minutes.pdf"
    document.write_bytes(hostile.pdf())
    person = make_person(site.database, site.settings, make_organisation(site.database, "New University"))
    _sign_in(way, person.email)
    _begin(way)
    way.go("#first-steps ~ ol a[href$='/criteria']")
    for number in range(CRITERIA):
        expect(page.locator("#choice-0")).to_be_visible()
        way.answer(number % 4)
        if number == 1:
            _upload(way, document)
        if number < CRITERIA - 1:
            place = page.locator("h1[data-place]").get_attribute("data-place")
            way.go("nav.around a[rel=next]")
            expect(page.locator(f"h1[data-place='{place}']")).to_have_count(0)
    expect(page.locator("#standing")).to_contain_text(f"{CRITERIA} / {CRITERIA}")
    _plan(way)
    way.go(".sections a[href$='/standing']")
    expect(page.get_by_role("heading", name="Approval and sharing")).to_be_visible()
    approve(way, person.name)
    way.go(".sections a[href$='/downloads']")
    expect(page.get_by_role("heading", name="Downloads", exact=True)).to_be_visible()
    with page.expect_download(timeout=60_000) as download:
        way.go("a[href$='report.pdf?kind=full&lang=en']")
    assert download.value.path().read_bytes().startswith(b"%PDF-1.7")


def _sign_in(way: Way, email: str) -> None:
    way.write("#email", email)
    way.write("#password", PASSWORD)
    way.go("main form button")
    expect(way.page.get_by_role("heading", name="First steps")).to_be_visible()


def _begin(way: Way) -> None:
    """An assessment of the shortest profile, and back to the first steps."""
    way.go("#first-steps ~ ol a[href='/assessments#begin']")
    expect(way.page.get_by_role("heading", name="Begin a new assessment")).to_be_visible()
    way.write("#title", "Our first self-assessment")
    way.write("#date", "2026-11-01")
    way.choose("#profile", PROFILE)
    way.go("#begin button")
    expect(way.page.get_by_role("heading", name="Our first self-assessment")).to_be_visible()
    way.go(".places a[href='/work']")
    expect(way.page.locator(".first-steps__one--done")).to_have_count(1)


def _upload(way: Way, document: Path) -> None:
    """Evidence for the criterion on the page."""
    way.go("#upload summary")
    expect(way.page.locator("#upload_file")).to_be_visible()
    way.upload("#upload_file", document)
    way.choose("#upload_kind", "minutes")
    way.go("#upload form button[type=submit]")
    expect(way.page.locator("#linked")).to_contain_text("minutes")


def _plan(way: Way) -> None:
    """An action for the first gap."""
    way.go(".sections a[href$='/gaps']")
    expect(way.page.get_by_role("heading", name="Gap register")).to_be_visible()
    way.go("main a[href*='/actions/new']")
    expect(way.page.get_by_role("heading", name="New action")).to_be_visible()
    way.write("#what", "Ask the council to decide")
    way.go("main form button[type=submit]")
    expect(way.page.locator("main")).to_contain_text("Ask the council to decide")


def approve(way: Way, name: str) -> None:
    """Look at what is signed, and sign it with one's name."""
    way.go("main a[href$='/approve']")
    expect(way.page.get_by_role("heading", name="Approve and sign")).to_be_visible()
    way.write("#name", name)
    way.go("main form[action$='/approve'] button")
    expect(way.page.locator("main")).to_contain_text("closed to changes")
