"""What a renderer must not fetch and what makes it hang, written into every text that people write."""

import socketserver
from collections.abc import Iterator
from io import BytesIO
from itertools import cycle
from typing import Any

import pikepdf

from app.portable.model import Portable
from tests.reports.short import short

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


def _written(value: Any, turns: Iterator[str], long: str, key: str = "") -> Any:
    """The data with hostile words in place of every text of a person: all of them where there is room."""
    if isinstance(value, dict):
        return {name: _written(inner, turns, long, str(name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_written(inner, turns, long, key) for inner in value]
    if not isinstance(value, str) or key not in TEXTS:
        return value
    return long if key in PROSE else next(turns)


def filled(vectors: list[str]) -> Portable:
    """A short assessment whose every text holds the vectors, and the beginnings of the bombs."""
    data = short().model_dump(mode="json", exclude_none=True)
    for answer in data["answers"].values():
        if "not_applicable" not in answer:
            answer.update(comment="c", strengths="s", next_step="n")
    for action in data["actions"]:
        action.update(owner="o", indicator="i", expected_evidence=[{"kind": "minutes", "note": "n"}])
    bombs = [bomb[:400] for bomb in BOMBS.values()]
    turns = cycle([one[:190] for one in (*vectors, *bombs)])
    return Portable.model_validate(_written(data, turns, "\n".join([*vectors, *bombs])))


def carried(pdf: bytes) -> str:
    """Everything that the PDF carries, unpacked."""
    with pikepdf.open(BytesIO(pdf)) as document:
        streams = [one.read_bytes() for one in document.objects if isinstance(one, pikepdf.Stream) and "/Width" not in one]
    return b"\n".join(streams).decode("utf-8", "replace")
