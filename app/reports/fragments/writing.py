"""Writing a PDF from finished objects: those without a stream packed, streams compressed, the same bytes for the same objects."""

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import starmap
from struct import Struct

PACKED = 1000
"""Objects in one packed stream: a reader unpacks all of them to read one."""
LEVEL = 5
"""How hard is tried to compress: one step more takes half as long again for three per cent."""
_HEAD = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_CARRIAGE_RETURN = 13
_PLACE = Struct(">BIH").pack
"""Where an object is: its kind, and two numbers of four bytes and of two."""


_Stream = tuple[bytes, bytes, bool]
"""What is told of a stream, its content, and whether that is loose (`stream`)."""


def literal(text: str) -> bytes:
    """A text as a PDF writes it, in plain characters or in UTF-16."""
    if text.isascii():
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").replace("\r", "\\r")
        return b"(" + escaped.encode() + b")"
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def real(value: float) -> bytes:
    """A number as a PDF writes it: never with an exponent."""
    return str(int(value)).encode() if float(value).is_integer() else f"{value:.6f}".rstrip("0").encode()


def stream(told: bytes, content: bytes, *, loose: bool = False) -> bytes:
    """A stream with what is told of it (`/Key value …`), compressed where that can be read in one way only.

    A stream that ends with a carriage return before its line end has no clear end (`pdf_standards.ends_unclearly`). Where the
    content is `loose`, a space more changes its checksum, which is what it ends with; else it stays as it is.
    """
    packed = zlib.compress(content, LEVEL)
    while loose and packed[-1] == _CARRIAGE_RETURN:
        content += b" "
        packed = zlib.compress(content, LEVEL)
    if packed[-1] == _CARRIAGE_RETURN:
        return unpacked(told, content)
    return b"<<" + told + b"/Filter /FlateDecode/Length %d>>\nstream\n" % len(packed) + packed + b"\nendstream"


def unpacked(told: bytes, content: bytes) -> bytes:
    """A stream as it is."""
    return b"<<" + told + b"/Length %d>>\nstream\n" % len(content) + content + b"\nendstream"


def _compressed(streams: Mapping[int, _Stream]) -> dict[int, bytes]:
    """The streams, in halves at once: compressing holds no lock."""
    by_length = sorted(streams, key=lambda number: len(streams[number][1]), reverse=True)
    halves = by_length[::2], by_length[1::2]
    with ThreadPoolExecutor(len(halves)) as pool:
        made = pool.map(lambda some: [_written(streams[number]) for number in some], halves)
        return {
            number: body for some, bodies in zip(halves, made, strict=True) for number, body in zip(some, bodies, strict=True)
        }


def _written(one: _Stream) -> bytes:
    told, content, loose = one
    return stream(told, content, loose=loose)


class Writer:
    """Collects numbered objects. Numbers begin with 1, and each that was taken is written."""

    def __init__(self) -> None:
        self._plain: dict[int, bytes] = {}
        self._streams: dict[int, _Stream] = {}
        self._ready: dict[int, bytes] = {}
        self.count = 0

    def take(self, how_many: int = 1) -> int:
        """Take numbers; the first of them."""
        first = self.count + 1
        self.count += how_many
        return first

    def put(self, number: int, content: bytes) -> None:
        """An object that is no stream."""
        self._plain[number] = content

    def put_all(self, first: int, contents: Iterable[bytes]) -> None:
        """Objects with numbers that follow each other."""
        self._plain.update(enumerate(contents, first))

    def put_stream(self, number: int, told: bytes, content: bytes, *, loose: bool = False) -> None:
        """A stream, compressed unless it says that it is already. What stood under its number goes."""
        self._plain.pop(number, None)
        if b"/Filter" in told:
            self._ready[number] = unpacked(told, content)
        else:
            self._streams[number] = told, content, loose

    def put_open(self, number: int, told: bytes, content: bytes) -> None:
        """A stream that anybody can read without a PDF reader."""
        self._ready[number] = unpacked(told, content)

    def add(self, content: bytes) -> int:
        """An object under the next number."""
        self.put(number := self.take(), content)
        return number

    def written(self, root: int, information: int, identifier: str) -> bytes:
        """The whole file."""
        places: dict[int, tuple[int, int, int]] = {}
        bodies = self._ready | _compressed(self._streams | self._packs(places))
        out, at = [_HEAD], len(_HEAD)
        for number, body in sorted(bodies.items()):
            places[number] = 1, at, 0
            out.append(b"%d 0 obj\n" % number + body + b"\nendobj\n")
            at += len(out[-1])
        digest = hashlib.sha256(b"".join(out)).hexdigest()[:32]
        own = self.take()
        places[own] = 1, at, 0
        out.append(b"%d 0 obj\n" % own + self._table(places, root, information, (identifier, digest)) + b"\nendobj\n")
        return b"".join([*out, b"startxref\n%d\n%%%%EOF\n" % at])

    def _packs(self, places: dict[int, tuple[int, int, int]]) -> dict[int, _Stream]:
        """The objects that are no streams, packed; where each is goes into `places`."""
        every, made = sorted(self._plain.items()), {}
        for begun in range(0, len(every), PACKED):
            some, own = every[begun : begun + PACKED], self.take()
            offsets, at = [], 0
            for place, (number, content) in enumerate(some):
                places[number] = 2, own, place
                offsets.append(b"%d %d" % (number, at))
                at += len(content) + 1
            head = b" ".join(offsets) + b"\n"
            told = b"/Type /ObjStm/N %d/First %d" % (len(some), len(head))
            made[own] = told, head + b"\n".join(content for _number, content in some), True
        return made

    def _table(self, places: dict[int, tuple[int, int, int]], root: int, information: int, names: Sequence[str]) -> bytes:
        rows = [(0, 0, 65_535), *(places[number] for number in range(1, self.count + 1))]
        content = b"".join(starmap(_PLACE, rows))
        told = b"/Type /XRef/W [1 4 2]/Size %d/Root %d 0 R/Info %d 0 R/ID [%s]" % (
            len(rows), root, information, b" ".join(literal(one) for one in names),
        )  # fmt: skip
        return stream(told, content)
