"""The board of the plan: a card is dragged with the pointer or moved by its buttons, and what the service refuses comes back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select, update

from app import clock
from app.assessments.models import Assessment, PlannedAction
from tests.browser.conftest import Site
from tests.browser.test_pages import AXE, RULES
from tests.factories import make_assessment

Visit = Callable[..., Page]


@pytest.fixture
def assessment(site: Site) -> Assessment:
    """An assessment of the test's own, with two open actions."""
    return make_assessment(site.database, site.organisation)


@pytest.fixture
def board(assessment: Assessment) -> str:
    return f"/assessments/{assessment.id}/plan?view=board"


def _column(page: Page, status: str) -> Locator:
    return page.locator(f".board__cards[data-status={status}]")


def _drag(page: Page, card: Locator, to: Locator) -> None:
    card.scroll_into_view_if_needed()
    begin, end = card.bounding_box(), to.bounding_box()
    assert begin is not None
    assert end is not None
    page.mouse.move(begin["x"] + 8, begin["y"] + 8)
    page.mouse.down()
    page.mouse.move(begin["x"] + 30, begin["y"] + 30, steps=4)
    page.mouse.move(end["x"] + 40, end["y"] + 20, steps=8)
    page.mouse.up()


def test_a_card_is_dragged_to_another_column_and_stays_there(visit: Visit, board: str) -> None:
    page = visit(board)
    page.evaluate("window.stillHere = true")
    card = _column(page, "open").locator(".card").first
    what = card.locator(".card__title").inner_text()
    _drag(page, card, _column(page, "in_progress"))
    expect(page.locator("#told")).to_have_text(f"“{what}” is now in the column “in progress”.")
    expect(_column(page, "in_progress").locator(".card")).to_have_count(1)
    expect(page.locator(".board__column h2").nth(1)).to_have_text("in progress 1")
    expect(_column(page, "in_progress").get_by_role("link", name=what)).to_be_focused()
    _drag(page, _column(page, "in_progress").locator(".card"), _column(page, "done"))
    expect(page.locator("#told")).to_have_text(f"“{what}” is now in the column “done”.")
    assert page.evaluate("window.stillHere") is True
    page.reload()
    expect(_column(page, "done").locator(".card")).to_contain_text(what)


def test_a_move_from_a_board_that_is_out_of_date_comes_back_and_shows_what_is_there(visit: Visit, site: Site, board: str) -> None:
    page = visit(board)
    card = _column(page, "open").locator(".card").first
    number = int((card.get_attribute("id") or "").removeprefix("action-"))
    with site.database.write() as session:
        session.execute(update(PlannedAction).where(PlannedAction.id == number).values(status="done", version=2))
    _drag(page, card, _column(page, "in_progress"))
    expect(page.locator("#told")).to_contain_text("was not moved. Somebody else changed this action since you opened the page.")
    expect(_column(page, "in_progress").locator(".card")).to_have_count(0)
    expect(_column(page, "done").locator(f"#action-{number}")).to_have_count(1)
    _drag(page, page.locator(f"#action-{number}"), _column(page, "in_progress"))
    expect(page.locator("#told")).to_contain_text("is now in the column")


def test_nothing_moves_once_the_assessment_is_approved_or_the_connection_is_gone(
    visit: Visit, site: Site, assessment: Assessment, board: str
) -> None:
    page = visit(board)
    card = _column(page, "open").locator(".card").first
    number = card.get_attribute("id") or "none"
    page.context.set_offline(True)
    _drag(page, card, _column(page, "in_progress"))
    expect(page.locator("#told")).to_contain_text("was not moved: there is no connection")
    expect(_column(page, "in_progress").locator(".card")).to_have_count(0)
    expect(card).to_have_id(number)
    page.context.set_offline(False)
    with site.database.write() as session:
        session.execute(update(Assessment).where(Assessment.id == assessment.id).values(frozen_at=clock.now()))
    _drag(page, card, _column(page, "in_progress"))
    expect(page.locator("#told")).to_contain_text("was not moved. ")
    expect(_column(page, "open").locator(".card")).to_have_count(2)
    expect(page.locator(".card__moves")).to_have_count(0)


def test_a_card_that_is_dragged_to_the_dropped_ones_asks_for_the_reason(
    visit: Visit, site: Site, assessment: Assessment, board: str
) -> None:
    page = visit(board)
    _drag(page, _column(page, "open").locator(".card").first, _column(page, "dropped"))
    expect(page.locator(".govuk-error-summary")).to_contain_text("A dropped action needs a reason")
    page.fill("#reason", "Done by the partner")
    page.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("table.plan")).to_contain_text("Dropped: Done by the partner")
    with site.database.read() as session:
        rows = session.scalars(select(PlannedAction.status).where(PlannedAction.assessment_id == assessment.id)).all()
    assert sorted(rows) == ["dropped", "open"]


def test_the_buttons_move_a_card_by_keyboard_without_a_new_page(visit: Visit, board: str) -> None:
    page = visit(board)
    page.evaluate("window.stillHere = true")
    button = _column(page, "open").locator(".card").first.get_by_role("button", name="Mark as done")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("is now in the column “done”")
    expect(_column(page, "done").locator(".card a").first).to_be_focused()
    assert page.evaluate("window.stillHere") is True


def test_without_scripts_the_buttons_move_a_card_and_nothing_speaks_of_dragging(visit: Visit, board: str) -> None:
    page = visit(board, script=False)
    expect(page.get_by_text("A card can be dragged")).to_be_hidden()
    _column(page, "open").locator(".card").first.get_by_role("button", name="Begin").click()
    expect(_column(page, "in_progress").locator(".card")).to_have_count(1)


@pytest.mark.parametrize("language", ["kk", "en"])
def test_the_board_after_a_move_has_no_fault_that_axe_finds(visit: Visit, board: str, language: str) -> None:
    page = visit(board, language)
    _drag(page, _column(page, "open").locator(".card").first, _column(page, "done"))
    expect(page.locator("#told")).not_to_be_empty()
    page.evaluate(AXE)
    assert page.evaluate(f"axe.run(document, {RULES})")["violations"] == []
