"""Pressing a button twice sends a form once, and a form that was sent can be sent again where it is shown again."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import func, select, text

from app.accounts.models import Invitation
from app.assessments.models import PlannedAction
from app.discussion.models import Remark
from tests.browser.conftest import Site
from tests.factories import PASSWORD, make_assessment, make_person

Visit = Callable[..., Page]
CRITERION = "esg-2015:policy.review"
FIVE_SECONDS_PASS = "const later = window.setTimeout; window.setTimeout = (work, ms) => later(work, Math.max(0, ms - 5000));"
"""What a page would do within five seconds it does at once."""


@pytest.fixture
def place(site: Site) -> str:
    """An assessment of the test's own."""
    return f"/assessments/{make_assessment(site.database, site.organisation).id}"


@contextmanager
def _slow(site: Site, page: Page) -> Iterator[list[str]]:
    """Nothing is written in this block, so that whatever is sent in it waits for its answer; yields what is sent."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if _is_sent(request) else None)
    with site.database.write() as session:
        # A transaction begins with its first statement.
        session.execute(text("SELECT 1"))
        yield sent


def _count(site: Site, row: type, **fields: object) -> int:
    with site.database.read() as session:
        return session.scalar(select(func.count()).select_from(row).filter_by(**fields)) or 0


def _is_sent(request: Request) -> bool:
    return request.method == "POST"


def _click_twice(page: Page, name: str) -> None:
    """As a hand does it: the form is on its way when the second click comes, and its answer is not there yet."""
    button = page.locator("main").get_by_role("button", name=name, exact=True)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    with page.expect_request(_is_sent):
        page.mouse.click(x, y)
    page.mouse.click(x, y)


def _enter_twice(page: Page) -> None:
    with page.expect_request(_is_sent):
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")


def test_a_double_click_says_a_remark_once(visit: Visit, site: Site, place: str) -> None:
    page = visit(f"{place}/criteria/{CRITERION}")
    page.fill("#remark-text", "Said once")
    with _slow(site, page) as sent:
        _click_twice(page, "Say it")
    expect(page.locator("#discussion .hit")).to_contain_text("Said once")
    assert (len(sent), _count(site, Remark, text="Said once")) == (1, 1)


def test_enter_pressed_twice_in_a_field_invites_once(visit: Visit, site: Site) -> None:
    page = visit(f"/organisations/{site.organisation.id}/people")
    page.fill("#invite_email", "twice@example.org")
    with _slow(site, page) as sent:
        _enter_twice(page)
    expect(page.get_by_role("button", name="Withdraw – twice@example.org")).to_have_count(1)
    assert (len(sent), _count(site, Invitation, email="twice@example.org")) == (1, 1)


def test_enter_pressed_again_after_five_seconds_of_waiting_plans_one_action(visit: Visit, site: Site, place: str) -> None:
    page = visit(f"{place}/actions/new?criterion={CRITERION}")
    page.add_init_script(FIVE_SECONDS_PASS)
    page.reload()
    page.fill("#what", "Planned once")
    page.locator("main").get_by_role("button", name="Save", exact=True).focus()
    with _slow(site, page) as sent:
        _enter_twice(page)
    expect(page.locator("table.plan")).to_contain_text("Planned once")
    assert (len(sent), _count(site, PlannedAction, what="Planned once")) == (1, 1)


def test_a_form_that_comes_back_with_an_error_keeps_what_was_typed_and_can_be_sent_again(
    visit: Visit, site: Site, place: str
) -> None:
    page = visit(f"{place}/actions/new?criterion={CRITERION}")
    page.fill("#what", "Corrected")
    page.fill("#effort", "-3")
    with _slow(site, page) as sent:
        _click_twice(page, "Save")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    expect(page.locator("#what")).to_have_value("Corrected")
    assert (len(sent), _count(site, PlannedAction, what="Corrected")) == (1, 0)
    page.fill("#effort", "3")
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("table.plan")).to_contain_text("Corrected")
    assert _count(site, PlannedAction, what="Corrected") == 1


@pytest.fixture
def remembering(site: Site, chromium: Browser) -> Iterator[Page]:
    """A signed-in page of a browser that keeps pages it leaves, as people's browsers do, even those that say not to."""
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--disable-gpu", "--enable-features=CacheControlNoStoreEnterBackForwardCache"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    page = browser.new_page(base_url=site.url)
    person = make_person(site.database, site.settings, site.organisation)
    page.goto("/sign-in")
    page.fill("#email", person.email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/work")
    yield page
    browser.close()


def test_going_back_leads_to_a_form_that_can_be_sent(remembering: Page, site: Site, place: str) -> None:
    page = remembering
    page.goto(f"{place}/actions/new?criterion={CRITERION}")
    page.evaluate("window.addEventListener('pageshow', (event) => { window.wasKept = event.persisted; })")
    page.fill("#what", "First")
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("table.plan")).to_contain_text("First")
    page.go_back(wait_until="commit")
    page.wait_for_function("window.wasKept")
    page.fill("#what", "Second")
    page.select_option("#criterion", "esg-2015:policy.roles")
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("table.plan")).to_contain_text("Second")
    assert _count(site, PlannedAction, what="First") == _count(site, PlannedAction, what="Second") == 1
