"""From one criterion to the next, over HTTP and in Chromium: the target is for the 95th percentile, so that is the figure."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import sync_playwright

from app.config import Settings
from app.db import Database
from app.migrate import migrate
from bench import filling
from bench.figures import Figure, figure, timed
from bench.site import Client, Running, running

SWITCH_MS, TIMES, WARM = 150, 200, 10
LINK = re.compile(rb'href="\./([a-z0-9-]+:[^"]+)"')
SWITCH = """async () => {
  const heading = () => document.querySelector("#answer h1[data-place]");
  const link = document.querySelector("nav.around a[rel=next][data-htmx-powered]");
  const before = heading().dataset.place;
  const begun = performance.now();
  link.click();
  while (heading()?.dataset.place === before) await new Promise(requestAnimationFrame);
  // The frame after the one in which it stands: by then it has been painted.
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}"""
READY = "document.querySelector('nav.around a[rel=next][data-htmx-powered]') !== null"


def measure() -> Iterator[Figure]:
    """Milliseconds of a switch; `p50` and `p95` as everywhere, kept when the 95th percentile keeps the target."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        settings = Settings(data_dir=Path(place), password_memory_kib=64, password_rounds=1)
        migrate(settings)
        database = Database(settings)
        person, assessment = filling.first(database, settings)
        with running(Path(place)) as server:
            client = Client(server, database, settings, person)
            base = f"/assessments/{assessment}/criteria/"
            names = [name.decode() for name in LINK.findall(client.get(base + "esg-2015:policy.approved"))]
            yield from _judged("switching to another criterion, over HTTP", _over_http(client, base, names))
            yield from _judged("switching to another criterion, in Chromium", _in_chromium(server, client, base + names[0]))
        database.close()


def _judged(name: str, values: list[float]) -> Iterator[Figure]:
    """The tries, and their 95th percentile against the target."""
    every = figure(name, "ms", values)
    yield every
    yield replace(every, name=f"{name}: 95th percentile", p50=every.p95, target=SWITCH_MS)


def _over_http(client: Client, base: str, names: list[str]) -> list[float]:
    turns = iter(names * (1 + (TIMES + WARM) // len(names)))
    return timed(lambda: client.fragment(base + next(turns)), TIMES, warm=WARM)


def _in_chromium(server: Running, client: Client, path: str) -> list[float]:
    program = shutil.which("chromium")
    if program is None:
        message = "Chromium is needed: ./run test installs it"
        raise RuntimeError(message)
    address = f"http://127.0.0.1:{server.port}"
    name, value = client.cookie
    found: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(base_url=address)
        page.context.add_cookies([{"name": name, "value": value, "url": address}])
        while len(found) < TIMES + WARM:
            # From the first criterion on to the last one, and again.
            page.goto(path)
            page.wait_for_selector("nav.around a[rel=next]")
            while len(found) < TIMES + WARM and page.locator("nav.around a[rel=next]").count():
                page.wait_for_function(READY)
                found.append(page.evaluate(SWITCH))
        browser.close()
    return found[WARM:]
