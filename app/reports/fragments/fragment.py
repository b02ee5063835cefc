"""One part of a report, laid out and tagged, that knows no page numbers: plain data that are kept and joined. Pure.

Objects of the PDF are bytes in which everything that depends on the other parts is marked: references to objects of this part,
references to what the whole file has once, and keys of the structure. The marks are control characters, which no object holds.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

REFERENCE, END, SHARED, KEY, NEXT = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
"""Marks: `REFERENCE 12 END` an object of this part, `SHARED name END` one of the whole file, `KEY 3 END` a key of the structure,
`NEXT` the end of an object."""
_FORMAT = "sapa-fragment/1"


class FragmentNotRead(Exception):  # noqa: N818 - errors are sentences here
    """The bytes are no fragment, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a page number belongs: of `target`, or of the page itself where it is None.

    `before` and `after` are the glyphs around it as they are shown, `digits` the codes of 0 to 9, each `width` thousandths wide.
    """

    target: str | None
    before: str
    after: str
    digits: tuple[str, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page: the name of its kind, what is drawn on it, where anchors are, and which element owns each piece of content."""

    kind: str
    pieces: tuple[bytes | Slot, ...]
    content: int
    anchors: Mapping[str, tuple[float, float]]
    owners: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """A font as it is used: the file of ours it is, what is said of it, and the glyphs that occur."""

    file: str
    name: str
    family: str
    flags: int
    ascent: int
    descent: int
    italic_angle: int
    stem: tuple[int, int]
    widths: Mapping[int, int]
    texts: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline, on a page of this part."""

    level: int
    title: str
    page: int
    x: float
    y: float
    closed: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What the whole file says of itself: taken from the part that has the feet of all pages."""

    information: bytes
    metadata: bytes
    language: str
    colours: bytes
    colour_name: str


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a report. `top` are the elements at the root, `linked` the owners of annotations in the order of their keys.

    `states` are those of the graphics that its pages know, by their names.
    """

    name: str
    leaves: tuple[Leaf, ...]
    objects: bytes
    streams: Mapping[int, bytes]
    pages: tuple[int, ...]
    top: tuple[int, ...]
    linked: tuple[int, ...]
    bookmarks: tuple[Bookmark, ...]
    faces: Mapping[str, Face]
    states: Mapping[str, bytes]
    said: tuple[str, ...] = ()
    frame: Frame | None = None


def to_bytes(fragment: Fragment) -> bytes:
    """The fragment as bytes that any process can read: JSON, then what is binary, compressed."""
    blobs: list[bytes] = [fragment.objects]
    told: dict[str, Any] = {
        "format": _FORMAT,
        "name": fragment.name,
        "leaves": [_told_leaf(one, blobs) for one in fragment.leaves],
        "streams": {str(number): _put(content, blobs) for number, content in fragment.streams.items()},
        "pages": fragment.pages,
        "top": fragment.top,
        "linked": fragment.linked,
        "bookmarks": [asdict(one) for one in fragment.bookmarks],
        "faces": {name: asdict(one) for name, one in fragment.faces.items()},
        "states": {name: one.decode("ascii") for name, one in fragment.states.items()},
        "said": fragment.said,
        "frame": _told_frame(fragment.frame, blobs) if fragment.frame else None,
    }
    told["blobs"] = [len(one) for one in blobs]
    head = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return zlib.compress(b"\n".join([str(len(head)).encode(), head, *blobs]), level=1)


def from_bytes(content: bytes) -> Fragment:
    """The fragment again. Raises FragmentNotRead for anything else than `to_bytes` made, whole."""
    try:
        plain = zlib.decompress(content)
        length, _line, rest = plain.partition(b"\n")
        told = json.loads(rest[: int(length)])
        if told["format"] != _FORMAT:
            message = "another form"
            raise FragmentNotRead(message)
        return _fragment(told, list(_cut(rest, int(length) + 1, told["blobs"])))
    except (zlib.error, ValueError, KeyError, TypeError, IndexError) as wrong:
        raise FragmentNotRead(str(wrong)) from wrong


def _cut(rest: bytes, at: int, lengths: Iterable[int]) -> Iterator[bytes]:
    for length in lengths:
        blob = rest[at : at + length]
        if len(blob) != length:
            message = "cut off"
            raise FragmentNotRead(message)
        yield blob
        at += length + 1


def _put(content: bytes, blobs: list[bytes]) -> int:
    blobs.append(content)
    return len(blobs) - 1


def _told_leaf(leaf: Leaf, blobs: list[bytes]) -> dict[str, Any]:
    pieces = [_told_piece(one, blobs) for one in leaf.pieces]
    return {"kind": leaf.kind, "pieces": pieces, "content": leaf.content, "anchors": leaf.anchors, "owners": leaf.owners}


def _told_piece(piece: bytes | Slot, blobs: list[bytes]) -> int | dict[str, Any]:
    return _put(piece, blobs) if isinstance(piece, bytes) else asdict(piece)


def _told_frame(frame: Frame, blobs: list[bytes]) -> dict[str, Any]:
    binary = {name: _put(getattr(frame, name), blobs) for name in ("information", "metadata", "colours")}
    return {**binary, "language": frame.language, "colour_name": frame.colour_name}


def _fragment(told: dict[str, Any], blobs: list[bytes]) -> Fragment:
    frame: dict[str, Any] | None = told["frame"]
    return Fragment(
        name=told["name"],
        leaves=tuple(_leaf(one, blobs) for one in told["leaves"]),
        objects=blobs[0],
        streams={int(number): blobs[place] for number, place in told["streams"].items()},
        pages=tuple(told["pages"]),
        top=tuple(told["top"]),
        linked=tuple(told["linked"]),
        bookmarks=tuple(Bookmark(**one) for one in told["bookmarks"]),
        faces={name: _face(one) for name, one in told["faces"].items()},
        states={name: one.encode("ascii") for name, one in told["states"].items()},
        said=tuple(told["said"]),
        frame=_frame(frame, blobs) if frame else None,
    )


def _frame(told: dict[str, Any], blobs: list[bytes]) -> Frame:
    binary = {name: blobs[told[name]] for name in ("information", "metadata", "colours")}
    return Frame(**binary, language=told["language"], colour_name=told["colour_name"])


def _leaf(told: dict[str, Any], blobs: list[bytes]) -> Leaf:
    return Leaf(
        kind=told["kind"],
        pieces=tuple(
            blobs[one] if isinstance(one, int) else Slot(**{**one, "digits": tuple(one["digits"])}) for one in told["pieces"]
        ),
        content=told["content"],
        anchors={name: (x, y) for name, (x, y) in told["anchors"].items()},
        owners=tuple(told["owners"]),
    )


def _face(told: dict[str, Any]) -> Face:
    by_number = {key: {int(glyph): one for glyph, one in told[key].items()} for key in ("widths", "texts")}
    return Face(**{**told, **by_number, "stem": tuple(told["stem"])})
