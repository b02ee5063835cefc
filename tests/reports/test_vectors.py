"""Twenty-two ways to make a renderer fetch something and ten to make it hang, in every text that people write."""

import socketserver
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from weasyprint import HTML

from app.portable.model import Portable
from app.reports import service
from app.reports.build import build
from app.reports.pdf import ReportNotRendered, render_pdf
from app.reports.verify import verify
from app.rubrics import registry
from tests.factories import small

VECTORS = (
    '<img src="{url}/1">',
    '<link rel="stylesheet" href="{url}/2">',
    '<link rel="attachment" href="{url}/3">',
    '<style>@import url("{url}/4");</style>',
    '<p style="background: url({url}/5)">x</p>',
    '<style>@font-face {{ font-family: f; src: url("{url}/6") }} p {{ font-family: f }}</style><p>x</p>',
    '<svg width="9" height="9"><image href="{url}/7" width="9" height="9"/></svg>',
    '<img src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/8" width="9" height="9"/></svg>\'>',
    '<object data="{url}/9"></object>',
    '<embed src="{url}/10">',
    '<base href="{url}/"><img src="11">',
    '<style>p::before {{ content: url("{url}/12") }}</style><p>x</p>',
    '<ul style="list-style: url({url}/13)"><li>x</ul>',
    '<p style="border: 9px solid; border-image: url({url}/14) 9">x</p>',
    '<style>@color-profile --c {{ src: url("{url}/15") }}</style>',
    '<svg width="9" height="9"><use href="{url}/16#a"/></svg>',
    '<style>a::after {{ content: target-text(url("{url}/17")) }}</style><a href="{url}/17">x</a>',
    '<p style="mask: url({url}/18)">x</p>',
    '<iframe src="{url}/19"></iframe>',
    '<meta http-equiv="refresh" content="0; url={url}/20">',
    '<input type="image" src="{url}/21">',
    '<a rel="attachment" href="{url}/22">x</a>',
)
BOMBS = {
    "nested flex": "<div style='display:flex'>" * 12 + "x" + "</div>" * 12,
    "nested grid": "<div style='display:grid'>" * 12 + "x" + "</div>" * 12,
    "SVG that uses itself over and over": "<svg><defs><g id='g0'><rect width='1' height='1'/></g>"
    + "".join(f"<g id='g{n}'>" + f"<use href='#g{n - 1}'/>" * 10 + "</g>" for n in range(1, 9))
    + "</defs><use href='#g8'/></svg>",
    "colspan": "<table><tr><td colspan='100000'>x</table>",
    "rowspan": "<table>" + "<tr><td rowspan='100000'>x" * 300 + "</table>",
    "page breaks": "<p style='break-after: page'>x</p>" * 3000,
    "nested blocks": "<div>" * 3000 + "x",
    "nested tables": "<table><tr><td>" * 60 + "x",
    "one endless word": "<p>" + "w" * 2_000_000,
    "giant letters": "<p style='font-size: 1e9px'>" + "x " * 500,
}
TEXTS = {
    "en", "comment", "strengths", "next_step", "not_applicable", "where", "proves", "title", "what", "owner", "indicator", "name",
    "reason", "note", "withdrawn_because",
}  # fmt: skip
PROSE = {"comment", "strengths", "next_step", "not_applicable", "what", "indicator", "reason", "note", "withdrawn_because"}
SECONDS = 2.5
"""For each bomb: long enough for the renderer to have begun."""
SECRET = "the words of a local file"


class Sentinel(socketserver.ThreadingTCPServer):
    """Notes who knocks."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Knock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Knock(socketserver.BaseRequestHandler):
    server: Sentinel

    def handle(self) -> None:
        self.server.asked.append(self.request.recv(200))
        self.request.sendall(b"HTTP/1.0 404 Not Found\r\n\r\n")


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


def _written(value: Any, short: Iterator[str], long: str, key: str = "") -> Any:
    """The data with hostile words in place of every text of a person: all of them where there is room."""
    if isinstance(value, dict):
        return {name: _written(inner, short, long, str(name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_written(inner, short, long, key) for inner in value]
    if not isinstance(value, str) or key not in TEXTS:
        return value
    return long if key in PROSE else next(short)


def _filled(vectors: list[str]) -> Portable:
    data = small().model_dump(mode="json", exclude_none=True)
    data["rubrics"], data["profile"] = ["double-degree@1"], "double-degree-readiness"
    data["answers"] = {name: one for name, one in data["answers"].items() if name.startswith("double-degree:")}
    data["actions"] = [one for one in data["actions"] if one["criterion"].startswith("double-degree:")]
    data["raters"], data["targets"] = {}, {}
    for answer in data["answers"].values():
        if "not_applicable" not in answer:
            answer.update(comment="c", strengths="s", next_step="n")
    for action in data["actions"]:
        action.update(owner="o", indicator="i", expected_evidence=[{"kind": "minutes", "note": "n"}])
    bombs = [bomb[:400] for bomb in BOMBS.values()]
    short = cycle([one[:190] for one in (*vectors, *bombs)])
    return Portable.model_validate(_written(data, short, "\n".join([*vectors, *bombs])))


def _carried(pdf: bytes) -> str:
    """Everything that the PDF carries, unpacked."""
    with pikepdf.open(BytesIO(pdf)) as document:
        streams = [one.read_bytes() for one in document.objects if isinstance(one, pikepdf.Stream) and "/Width" not in one]
    return b"\n".join(streams).decode("utf-8", "replace")


def test_in_no_text_does_any_of_them_fetch_hang_or_read(sentinel: Sentinel, secret: Path) -> None:
    addresses = cycle([sentinel.url, f"file://{secret}#"])
    vectors = [one.format(url=next(addresses)) for one in VECTORS]
    portable = _filled(vectors)
    rendered = service.print_pdf(build(portable, registry.home(), "en"), "full")
    assert rendered.warnings == ()
    assert sentinel.asked == []
    assert SECRET not in _carried(rendered.pdf)
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
            assert SECRET not in _carried(pdf)
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
