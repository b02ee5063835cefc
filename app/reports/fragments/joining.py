"""Fragments joined into one PDF: numbers written, keys and references renumbered, one structure, one outline, each font once.

Pure: the same fragments in the same order give the same bytes, wherever they came from. What does not fit together raises, and
the report is laid out in one piece instead.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5
from itertools import accumulate

from app.reports.fragments import faces
from app.reports.fragments.fragment import END, KEY, NEXT, REFERENCE, SHARED, Bookmark, Fragment, Frame, Leaf, Slot
from app.reports.fragments.outline import put_outline
from app.reports.fragments.writing import Writer, literal, real
from app.reports.page_blank import BLANK
from app.reports.pdf_standards import ends_unclearly

_REFERENCES = re.compile(REFERENCE + rb"(\d+)" + END)
_KEYS = re.compile(KEY + rb"(\d+)" + END)
_STATE = re.compile(rb"/(\S+) gs\b")
_ELSE = re.compile(rb"/\S+ (?:Do|sh|scn|SCN)\b")
_STATES = b"/Foot " + SHARED + b"states" + END


class NotJoined(Exception):  # noqa: N818 - errors are sentences here
    """The fragments do not make one file."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A text file inside the file."""

    name: str
    description: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Naming:
    """What the file is called and dated: stands for the clock and chance."""

    identifier: str
    stamp: str


def join(parts: Sequence[Fragment], frame: Fragment, attached: Sequence[Attached], naming: Naming) -> bytes:
    """One PDF. `frame` has the feet and what the file says of itself. Raises NotJoined."""
    made = _Joining(parts, frame)
    made.put_shared()
    made.put_parts()
    made.put_structure()
    made.put_catalogue(attached, naming)
    written = made.writer.written(made.catalogue, made.information, naming.identifier)
    if ends_unclearly(written):
        message = "a stream ends unclearly"
        raise NotJoined(message)
    return written


class _Joining:
    def __init__(self, parts: Sequence[Fragment], frame: Fragment) -> None:
        if frame.frame is None:
            message = "nothing says what the file is"
            raise NotJoined(message)
        self.parts, self.frame, self.told = parts, frame, frame.frame
        self.feet = {leaf.kind: leaf for leaf in frame.leaves}
        self.writer = Writer()
        self.catalogue, self.pages, self.information, self.metadata = (self.writer.take() for _one in range(4))
        self.tree, self.document, self.owners, self.colours, self.fonts = (self.writer.take() for _one in range(5))
        self.first_pages = [0, *accumulate(len(part.leaves) for part in parts)]
        self.total = self.first_pages.pop()
        self.bases = [self.writer.take(part.objects.count(NEXT) + 1) for part in parts]
        self.first_keys = list(accumulate((len(part.linked) for part in parts), initial=self.total))
        self.numbers = self._numbers()

    def _numbers(self) -> dict[str, int]:
        """The page of each anchor: the first that has it."""
        found: dict[str, int] = {}
        for part, first in zip(self.parts, self.first_pages, strict=True):
            for number, leaf in enumerate(part.leaves, first + 1):
                for name in leaf.anchors:
                    found.setdefault(name, number)
        return found

    def put_shared(self) -> None:
        """Colours, fonts, metadata: what the file has once."""
        self.writer.put(self.information, self.told.information)
        self.writer.put_open(self.metadata, b"/Type /Metadata/Subtype /XML", self.told.metadata)
        self.writer.put_stream(self.colours, b"/N 3", self.told.colours)
        faces.put_fonts(self.writer, self.fonts, [part.faces for part in [*self.parts, self.frame]])

    def put_parts(self) -> None:
        """The objects of every part under their numbers in the file, and its pages with their numbers."""
        shared = {"pages": self.pages, "document": self.document, "colours": self.colours, "fonts": self.fonts}
        for index, part in enumerate(self.parts):
            base = self.bases[index]
            made = part.objects
            for name, number in shared.items():
                made = made.replace(SHARED + name.encode() + END, b"%d 0 R" % number)
            made = made.replace(_STATES, self._states(part))
            pieces = _REFERENCES.split(made)
            pieces[1::2] = [b"%d 0 R" % (base + int(one)) for one in pieces[1::2]]
            made = _KEYS.sub(self._key(index), b"".join(pieces))
            if SHARED in made:
                message = "a reference to what no file has"
                raise NotJoined(message)
            objects = made.split(NEXT)
            self.writer.put_all(base, objects)
            self._put_streams(part, base, objects)
            for number, leaf in enumerate(part.leaves):
                content = self._content(leaf, self.first_pages[index] + number + 1)
                self.writer.put_stream(base + leaf.content, b"", content, loose=True)

    def _put_streams(self, part: Fragment, base: int, objects: Sequence[bytes]) -> None:
        contents = {leaf.content for leaf in part.leaves}
        for number, content in part.streams.items():
            if number not in contents:
                told = objects[number].removeprefix(b"<<").removesuffix(b">>")
                self.writer.put_stream(base + number, told, content)

    def _key(self, index: int) -> Callable[[re.Match[bytes]], bytes]:
        """Keys of pages come first, in their order, then those of the annotations of each part."""
        pages, first_page, first_key = len(self.parts[index].leaves), self.first_pages[index], self.first_keys[index]

        def renumbered(found: re.Match[bytes]) -> bytes:
            key = int(found[1])
            return b"%d" % (first_page + key if key < pages else first_key + key - pages)

        return renumbered

    def _content(self, leaf: Leaf, number: int) -> bytes:
        """What is drawn on a page, with its numbers, and the foot of its kind."""
        drawn = b"".join(self._filled(one, number) for one in leaf.pieces)
        if leaf.kind not in self.feet:
            message = f"no foot for pages of the kind “{leaf.kind}”"
            raise NotJoined(message)
        foot = b"".join(self._filled(one, number) for one in self.feet[leaf.kind].pieces)
        # Each was drawn from a fresh state: what the page left must not reach the foot.
        return b"q\n" + drawn + b"\nQ\nq\n" + foot + b"\nQ"

    def _states(self, part: Fragment) -> bytes:
        """Those states that the feet need and the part does not have. Raises NotJoined when they need what a page has alone."""
        drawn = b"".join(one for leaf in self.frame.leaves for one in leaf.pieces if isinstance(one, bytes))
        needed = {name.decode(): self.frame.states.get(name.decode(), REFERENCE) for name in _STATE.findall(drawn)}
        if _ELSE.search(drawn) or any(REFERENCE in one for one in needed.values()):
            message = "the feet need more than letters and lines"
            raise NotJoined(message)
        return b"".join(b"/%s %s" % (name.encode(), one) for name, one in sorted(needed.items()) if name not in part.states)

    def _filled(self, piece: bytes | Slot, page: int) -> bytes:
        if isinstance(piece, bytes):
            return piece
        if piece.target is not None and piece.target not in self.numbers:
            message = f"reference to #{piece.target}, which is not in the document"
            raise NotJoined(message)
        digits = str(page if piece.target is None else self.numbers[piece.target])
        spare = len(BLANK) - len(digits)
        if spare < 0:
            message = f"page {digits} has more than {len(BLANK)} digits"
            raise NotJoined(message)
        room = f"{-spare * piece.width}" if spare else ""
        return f"{room}{piece.before}{''.join(piece.digits[int(one)] for one in digits)}{piece.after}".encode()

    def put_structure(self) -> None:
        """One tree of elements in the order of the parts, and who owns each piece of content and each annotation."""
        every = list(zip(self.parts, self.bases, strict=True))
        top = _references(base + one for part, base in every for one in part.top)
        self.writer.put(self.tree, b"<</Type /StructTreeRoot/ParentTree %d 0 R/K [%d 0 R]>>" % (self.owners, self.document))
        self.writer.put(self.document, b"<</Type /StructElem/S /Document/K [%s]/P %d 0 R>>" % (top, self.tree))
        owners: list[bytes] = []
        for part, base in every:
            for leaf in part.leaves:
                named = b" ".join(b"null" if one is None else b"%d 0 R" % (base + one) for one in leaf.owners)
                owners.append(b"%d [%s]" % (len(owners), named))
        linked = [base + one for part, base in every for one in part.linked]
        owners += [b"%d %d 0 R" % entry for entry in enumerate(linked, len(owners))]
        self.writer.put(self.owners, b"<</Nums [%s]>>" % b" ".join(owners))

    def put_catalogue(self, attached: Sequence[Attached], naming: Naming) -> None:
        """What a reader begins with."""
        pages = [base + one for part, base in zip(self.parts, self.bases, strict=True) for one in part.pages]
        self.writer.put(self.pages, b"<</Type /Pages/Kids [%s]/Count %d>>" % (_references(pages), len(pages)))
        entries = [
            b"/Type /Catalog/Pages %d 0 R/Lang %s" % (self.pages, literal(self.told.language)),
            b"/StructTreeRoot %d 0 R/Metadata %d 0 R" % (self.tree, self.metadata),
            b"/ViewerPreferences <</DisplayDocTitle true>>/MarkInfo <</Marked true>>",
            _intent(self.told, self.colours),
        ]
        files = [_attachment(self.writer, one, naming.stamp) for one in attached]
        named = b" ".join(
            literal(one.name) + b" %d 0 R" % number for one, number in sorted(zip(attached, files, strict=True), key=_name)
        )
        entries.append(b"/Names <</Dests <</Names [%s]>>/EmbeddedFiles <</Names [%s]>>>>" % (self._destinations(pages), named))
        if files:
            entries.append(b"/AF [%s]" % _references(files))
        bookmarks = [
            (one, first + one.page) for part, first in zip(self.parts, self.first_pages, strict=True) for one in part.bookmarks
        ]
        if bookmarks:
            entries.append(b"/Outlines %d 0 R" % put_outline(self.writer, _placed(bookmarks, pages)))
        self.writer.put(self.catalogue, b"<<" + b"".join(entries) + b">>")

    def _destinations(self, pages: Sequence[int]) -> bytes:
        found: dict[str, bytes] = {}
        for part, first in zip(self.parts, self.first_pages, strict=True):
            for number, leaf in enumerate(part.leaves, first):
                for name, (x, y) in leaf.anchors.items():
                    found.setdefault(name, b"[%d 0 R /XYZ %s %s 0]" % (pages[number], real(x), real(y)))
        return b" ".join(literal(name) + b" " + found[name] for name in sorted(found))


def _name(one: tuple[Attached, int]) -> str:
    return one[0].name


def _placed(bookmarks: Iterable[tuple[Bookmark, int]], pages: Sequence[int]) -> list[tuple[Bookmark, bytes]]:
    return [(one, b"[%d 0 R /XYZ %s %s 0]" % (pages[page], real(one.x), real(one.y))) for one, page in bookmarks]


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % one for one in numbers)


def _intent(told: Frame, colours: int) -> bytes:
    name = literal(told.colour_name)
    said = b"/OutputConditionIdentifier %s/Info %s/DestOutputProfile %d 0 R" % (name, name, colours)
    return b"/OutputIntents [<</Type /OutputIntent/S /GTS_PDFA1%s>>]" % said


def _attachment(writer: Writer, one: Attached, stamp: str) -> int:
    """The file as data of the document; the number of what describes it."""
    own, moment = writer.take(), literal(f"D:{stamp}Z")
    sum_of = md5(one.content, usedforsecurity=False).hexdigest().encode()
    parameters = b"/CheckSum <%s>/Size %d/CreationDate %s/ModDate %s" % (sum_of, len(one.content), moment, moment)
    writer.put_stream(own, b"/Type /EmbeddedFile/Subtype /application#2fjson/Params <<%s>>" % parameters, one.content)
    name = literal(one.name)
    described: Mapping[bytes, bytes] = {b"F": name, b"UF": name, b"Desc": literal(one.description), b"EF": b"<</F %d 0 R>>" % own}
    entries = b"".join(b"/%s %s" % entry for entry in described.items())
    return writer.add(b"<</Type /Filespec%s/AFRelationship /Data>>" % entries)
