"""Twenty-two ways to make a renderer fetch something and ten to make it hang, in every text that people write."""

import threading
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from weasyprint import HTML

from app.reports import service
from app.reports.build import build
from app.reports.pdf import ReportNotRendered, render_pdf
from app.reports.verify import verify
from app.rubrics import registry
from tests.factories import small
from tests.reports.hostile import BOMBS, SECRET, VECTORS, Sentinel, carried, filled

SECONDS = 2.5
"""For each bomb: long enough for the renderer to have begun."""


@pytest.fixture
def sentinel() -> Iterator[Sentinel]:
    with Sentinel() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    kept = tmp_path / "secret.txt"
    kept.write_text(SECRET, encoding="utf-8")
    return kept


def test_in_no_text_does_any_of_them_fetch_hang_or_read(sentinel: Sentinel, secret: Path) -> None:
    addresses = cycle([sentinel.url, f"file://{secret}#"])
    vectors = [one.format(url=next(addresses)) for one in VECTORS]
    portable = filled(vectors)
    rendered = service.print_pdf(build(portable, registry.home(), "en"), "full")
    assert rendered.warnings == ()
    assert sentinel.asked == []
    assert SECRET not in carried(rendered.pdf)
    assert verify(rendered.pdf, registry.home()).whole


def test_as_markup_none_of_them_fetches_or_reads_either(sentinel: Sentinel, secret: Path) -> None:
    for address in (sentinel.url, f"file://{secret}#"):
        html = "".join(one.format(url=address) for one in VECTORS)
        # A colour profile that is refused ends the whole render: it has a document of its own.
        for part in (html.replace(VECTORS[14].format(url=address), ""), VECTORS[14].format(url=address) + "<p>x"):
            try:
                pdf = render_pdf(f"<html lang='en'><title>x</title>{part}", [], day=small().date, identifier="x").pdf
            except ReportNotRendered:
                continue
            assert SECRET not in carried(pdf)
    assert sentinel.asked == []


def test_the_sentinel_hears_what_an_unguarded_renderer_fetches(sentinel: Sentinel) -> None:
    html = "".join(one.format(url=sentinel.url) for one in VECTORS if "color-profile" not in one)
    HTML(string=html).write_pdf()
    assert len(sentinel.asked) >= 10


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_with_words_within_the_time_it_is_given(name: str) -> None:
    begun, told = time.monotonic(), "It was laid out."
    try:
        render_pdf(f"<html lang='en'><title>x</title>{BOMBS[name]}", [], day=small().date, identifier="x", wall_seconds=SECONDS)
    except ReportNotRendered as refused:
        told = refused.message
    assert time.monotonic() - begun < SECONDS + 4
    assert told.strip()
    assert "Traceback" not in told


def test_another_report_goes_on_while_one_hangs() -> None:
    bomb = f"<html lang='en'><title>x</title>{BOMBS['nested flex']}"
    told: list[str] = []

    def hang() -> None:
        try:
            render_pdf(bomb, [], day=small().date, identifier="x", wall_seconds=4)
        except ReportNotRendered as refused:
            told.append(refused.message)

    hanging = threading.Thread(target=hang)
    hanging.start()
    fine = render_pdf("<html lang='en'><title>x</title><p>x", [], day=small().date, identifier="x")
    assert fine.pdf.startswith(b"%PDF")
    hanging.join()
    assert told == [] or "longer" in told[0] or "laid out" in told[0]
