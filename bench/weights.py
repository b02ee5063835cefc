"""What a browser loads for a page when it knows nothing yet: bytes over the wire, without fonts, in Chromium."""

import shutil
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Response, sync_playwright

from app.config import Settings
from app.db import Database
from app.i18n import LANGUAGES
from app.migrate import migrate
from bench import filling
from bench.figures import Figure, figure
from bench.site import Client, Running, running

MOST_KB = 150
PAGES = {
    "sign-in": "/sign-in",
    "my work": "/work",
    "an assessment": "/assessments/1",
    "a criterion": "/assessments/1/criteria/double-degree:recognition.automatic",
    "results": "/assessments/1/results",
    "gaps": "/assessments/1/gaps",
    "plan": "/assessments/1/plan",
    "rector's page": "/assessments/1/summary",
    "evidence library": "/organisations/1/evidence",
}


def measure() -> Iterator[Figure]:
    """Kilobytes of the first load of each page in every language, and of its markup alone."""
    program = shutil.which("chromium")
    if program is None:
        message = "Chromium is needed: ./run test installs it"
        raise RuntimeError(message)
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        settings = Settings(data_dir=Path(place), password_memory_kib=64, password_rounds=1)
        migrate(settings)
        database = Database(settings)
        person, _template = filling.first(database, settings)
        with running(Path(place)) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            client = Client(server, database, settings, person)
            for language, (name, path) in product(LANGUAGES, PAGES.items()):
                sizes = _sizes(browser, server, client, path, language)
                yield figure(f"first load of {name} ({language}), without fonts", "kB", [sum(sizes) / 1000], MOST_KB)
                yield figure(f"markup of {name} ({language})", "kB", [sizes[0] / 1000])
            browser.close()
        database.close()


def _sizes(browser: Browser, server: Running, client: Client, path: str, language: str) -> list[int]:
    """Bytes of each answer, headers and all, the page first."""
    address = f"http://127.0.0.1:{server.port}"
    context = browser.new_context(base_url=address, locale=language)
    if path != "/sign-in":
        name, value = client.cookie
        context.add_cookies([{"name": name, "value": value, "url": address}])
    page, answers = context.new_page(), list[Response]()
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright cannot take the method itself
    page.goto(path, wait_until="networkidle")
    found = [one.request.sizes() for one in answers if one.request.resource_type != "font"]
    context.close()
    return [one["responseBodySize"] + one["responseHeadersSize"] for one in found]
