"""Steps that tests of second factors in a browser share."""

from urllib.parse import urlsplit

from playwright.sync_api import Page
from sqlalchemy import update

from app.accounts.models import Person
from app.config import Settings
from app.db import Database
from tests.factories import PASSWORD, make_person

Named = tuple[Database, Settings]


def make_operator(named: Named, language: str = "en") -> Person:
    database, settings = named
    made = make_person(database, settings, language=language)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == made.id).values(is_operator=True))
    return made


def arrive(page: Page, path: str) -> None:
    """Wait for the page at the path; other addresses may carry it in their query."""
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def sign_in(page: Page, person: Person) -> None:
    page.goto("/sign-in?next=/account/second-factor")
    page.fill("#email", person.email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def add_passkey(page: Page, person: Person, name: str = "My phone") -> None:
    sign_in(page, person)
    arrive(page, "/account/second-factor")
    page.fill("#name", name)
    page.click("text=Add a passkey")
    page.wait_for_selector(".codes")
    assert page.locator(".codes code").count() == 10
    page.click("text=I have kept the codes")
    arrive(page, "/account/second-factor")
