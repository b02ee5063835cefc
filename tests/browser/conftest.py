"""A real server and a real Chromium. The sample university is in; every test signs its own person in."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.accounts.models import Organisation
from app.config import Settings
from app.db import Database
from app.portable.read import read_path
from app.rubrics import registry
from tests.factories import EXAMPLES, PASSWORD, make_assessment, make_organisation, make_person
from tests.serving import serving

OFFLINE = "ERR_INTERNET_DISCONNECTED|Failed to fetch"


@dataclass(frozen=True)
class Site:
    """A running installation with one organisation and its assessment of the sample university."""

    url: str
    settings: Settings
    database: Database
    organisation: Organisation
    assessment: str
    """The address of the assessment."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("site")) as (app, settings):
        database: Database = app.state.database
        organisation = make_organisation(database)
        sample = read_path(EXAMPLES / "paper-university.en.yaml", registry.home())
        made = make_assessment(database, organisation, sample)
        yield Site(settings.base_url, settings, database, organisation, f"/assessments/{made.id}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("Chromium is needed: ./run test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def visit(site: Site, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a signed-in page; what the browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(path: str = "/assessments", language: str = "en", *, script: bool = True, width: int = 1280, **more: Any) -> Page:
        size: Any = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, java_script_enabled=script, base_url=site.url, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        person = make_person(site.database, site.settings, site.organisation, language=language)
        page.goto("/sign-in")
        page.fill("#email", person.email)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/work")
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    # A refused save answers 409 or 422, which Chromium reports too.
    assert [one for one in complaints if "status of 4" not in one and not re.search(OFFLINE, one)] == []
