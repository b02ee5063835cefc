"""Laying out one part of a report, in a process that is limited (`press`): from HTML to a fragment.

As `page_references`, but the numbers are not known here: three zeros are drawn where the template has a blank, found again in
what was drawn, and noted as a slot together with the glyphs of ten digits. Which calls are semi-private is said at each.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from weasyprint import CSS
from weasyprint.draw.text import draw_text
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration

from app.reports import page_references, pdf_standards, pdf_structure
from app.reports.fetching import OurFontsOnly
from app.reports.fonts import FONTS
from app.reports.fragments.fragment import NEXT, Bookmark, Face, Fragment, Frame, Leaf, Slot
from app.reports.fragments.objects import NotAsExpected, Objects, plain
from app.reports.fragments.reading import read
from app.reports.line_ends import JOINER
from app.reports.page_blank import BLANK

FRAME = "frame"
"""The part whose pages hold nothing but the feet: one page for each kind."""
TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "reports"
FOOT, _STATES = "Foot", b"0 0 R"
"""Where the states of the foot are written among those of the page: an object that no file has."""
_ZEROS = "000"
_PX = 0.75
"""Points in a pixel."""
_SHOWN, _FONT = b" TJ", b" Tf"


class Drawing:
    """Keeps the style sheet and the fonts between parts: reading them costs more than many a part."""

    def __init__(self) -> None:
        self.fetcher, self.fonts = OurFontsOnly(), FontConfiguration()
        self.css = tuple((TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "parts.css", "feet.css"))
        sheets = (CSS(string=text, font_config=self.fonts, url_fetcher=self.fetcher) for text in self.css)
        self._report, self._parts, self._feet = sheets

    def draw(self, name: str, html: str) -> Fragment:
        """Lay out a part. Raises NotAsExpected, and whatever the renderer raises."""
        options = {"pdf_variant": pdf_standards.VARIANT, "pdf_tags": True, "uncompressed_pdf": True}
        parsed = read(html, self.fetcher)
        pdf_structure.name_pictures(parsed.etree_element)
        sheets = [self._report, self._feet if name == FRAME else self._parts]
        document = parsed.render(stylesheets=sheets, font_config=self.fonts, **options)
        pdf_standards.claim_both(document.metadata)
        part = _Part(name, document)
        document.write_pdf(_Nowhere(), finisher=part.take, **options)
        return part.fragment()


class _Nowhere:
    def write(self, _written: bytes) -> None:
        """What counts was taken before anything is written."""


class _Part:
    def __init__(self, name: str, document: Any) -> None:
        self.name, self.pages = name, document.pages
        self.anchors = [{one: (x, y) for one, (x, y, *_) in page.anchors.items()} for page in self.pages]
        blanks = page_references.blanks(self.pages)
        self.wanted: dict[int, tuple[TextBox, str | None]] = {id(box): (box, target) for box, target in blanks}
        if name == FRAME:
            margins = [side for page in self.pages for side in page._page_box.children[1:]]  # noqa: SLF001 - of the renderer
            boxes = [box for side in margins for box in page_references.text_boxes(side)]
            self.wanted = {id(box): (box, None) for box in boxes if BLANK in box.text}
        self.slots: list[dict[int, tuple[str | None, tuple[str, ...], int]]] = [{} for _page in self.pages]
        self.digits: dict[Any, tuple[tuple[str, ...], int]] = {}
        self.document = document
        self._lead_out()
        self.spoken = pdf_structure.heard(document)
        for number, page in enumerate(self.pages):
            page.paint = partial(self._paint, number, page.paint)
        for box, _target in self.wanted.values():
            box.text = box.text.replace(BLANK, _ZEROS)
            box.pango_layout.text = box.pango_layout.text.replace(BLANK, _ZEROS)

    def _lead_out(self) -> None:
        """The renderer drops links to what it does not know: what other parts have is pretended to be on the last page."""
        here = {name for names in self.anchors for name in names}
        for page in self.pages:
            for kind, target, _rectangle, _box in page.links:
                if kind == "internal" and target not in here:
                    self.pages[-1].anchors[target] = 0, 0, 0, 0

    def _paint(self, number: int, paint: Callable[..., None], stream: Any, scale: float = 1) -> None:
        paint(stream, scale)
        for font in stream._fonts.values():  # noqa: SLF001 - of the renderer
            if file_of(font.file_content) is None:
                message = f"a font that is not ours: {font.family}"
                raise NotAsExpected(message)
            font.clean = _leave_whole
        for box, mark in stream._tags.items():  # noqa: SLF001 - of the renderer
            if id(box) in self.wanted:
                self.slots[number][mark["mcid"]] = (self.wanted[id(box)][1], *self._digits_of(box, stream))

    def _digits_of(self, box: TextBox, stream: Any) -> tuple[tuple[str, ...], int]:
        """The glyphs of 0 to 9 in the font of the box, and how wide each is; the font knows them from now on."""
        style = box.style
        key = (style["font_size"], style["font_weight"], style["font_style"], style["font_family"])
        if key not in self.digits:
            kept = box.text, box.pango_layout.text
            box.text = box.pango_layout.text = "0123456789"
            scratch = stream.clone(tags=None)
            draw_text(scratch, box, 0, "clip", "none")
            box.text, box.pango_layout.text = kept
            shown = b"".join(one for one in scratch.stream if isinstance(one, bytes) and one.endswith(_SHOWN))
            codes = re.findall("[0-9a-f]{4}", "".join(re.findall("<([0-9a-f]+)>", shown.decode())))
            used = {one.split()[0].decode() for one in scratch.stream if isinstance(one, bytes) and one.endswith(_FONT)}
            fonts = [font for font in stream._fonts.values() if f"/{font.hash}" in used]  # noqa: SLF001 - of the renderer
            widths = {font.widths.get(int(code, 16)) for font in fonts for code in codes}
            if len(set(codes)) != len("0123456789") or len(used) != 1 or len(widths) != 1:
                message = "digits that are not ten of one width"
                raise NotAsExpected(message)
            self.digits[key] = tuple(codes), widths.pop()
        return self.digits[key]

    def take(self, document: Any, pdf: Any) -> None:
        """Take everything out of the PDF, as the renderer's finisher; what it then writes is nothing."""
        tree = {one.reference: one for one in pdf.objects if one.number is not None}
        root = tree[pdf.catalog["StructTreeRoot"]]
        top, nums = tree[root["K"][0]], tree[root["ParentTree"]]["Nums"]
        owners = dict(zip(nums[::2], nums[1::2], strict=True))
        if self.name == FRAME:
            for page in range(len(self.pages)):
                _to_artifacts(tree[tree[pdf.page_references[page]]["Contents"]].stream)
        else:
            pdf_structure.finish(document, pdf, spoken=self.spoken)
        _tell_heads_apart(tree.values(), self.name)
        intent = pdf.catalog["OutputIntents"][0]
        resources = tree[tree[pdf.page_references[0]]["Resources"]]
        shared = {
            pdf.pages.reference: "pages",
            top.reference: "document",
            intent["DestOutputProfile"]: "colours",
            resources["Font"]: "fonts",
            _STATES: "states",
        }
        resources["ExtGState"][FOOT] = _STATES
        self.objects = Objects(pdf, shared)
        self.page_numbers = self.objects.numbers(pdf.page_references)
        self.top = () if self.name == FRAME else self.objects.numbers(top["K"])
        count = len(self.pages)
        self.linked = self.objects.numbers(owners[key] for key in sorted(owners) if key >= count)
        self.leaves = tuple(self._leaf(number, tree, pdf, owners[number]) for number in range(count))
        self.states = {name: self.objects.plain(one) for name, one in sorted(resources["ExtGState"].items()) if name != FOOT}
        self.written = NEXT.join(self.objects.written())
        self.frame = self._frame(pdf, tree, intent) if self.name == FRAME else None
        del pdf.objects[1:]

    def _leaf(self, number: int, tree: Any, pdf: Any, owners: Any) -> Leaf:
        content = tree[pdf.page_references[number]]["Contents"]
        kept = tuple(None if one == b"null" or self.name == FRAME else self.objects.number(one) for one in owners)
        pieces = tuple(_pieces(tree[content].stream, self.slots[number]))
        tree[content].stream = []
        box = self.pages[number]._page_box  # noqa: SLF001 - of the renderer
        height = self.pages[number].height
        anchors = {name: (x * _PX, (height - y) * _PX) for name, (x, y) in self.anchors[number].items()}
        return Leaf(str(box.page_type.name or ""), pieces, self.objects.number(content), anchors, kept)

    def _frame(self, pdf: Any, tree: Any, intent: Any) -> Frame:
        alone = Objects(pdf, {})
        return Frame(
            information=alone.plain(pdf.info),
            metadata=plain(tree[pdf.catalog["Metadata"]].stream),
            language=pdf.catalog["Lang"].string,
            colours=plain(tree[intent["DestOutputProfile"]].stream),
            colour_name=intent["Info"].string,
        )

    def fragment(self) -> Fragment:
        """What was taken."""
        faces: dict[str, Face] = {}
        for font in self.document.fonts.values():
            if font.missing or font.bitmap:
                message = f"glyphs that are missing: {sorted(font.missing)[:5]}"
                raise NotAsExpected(message)
            faces[font.hash] = _with(faces.get(font.hash), font)
        bookmarks = tuple(
            Bookmark(level, label.replace(JOINER, ""), number, x * _PX, (page.height - y) * _PX, state == "closed")
            for number, page in enumerate(self.pages)
            for level, label, (x, y), state in page.bookmarks
        )
        return Fragment(
            self.name, self.leaves, self.written, self.objects.streams, self.page_numbers, self.top, self.linked, bookmarks,
            faces, self.states, frame=self.frame,
        )  # fmt: skip


def _pieces(stream: list[Any], slots: dict[int, tuple[str | None, tuple[str, ...], int]]) -> Iterator[bytes | Slot]:
    """What is drawn, cut at the slots. Raises NotAsExpected when one of them was not drawn."""
    begun, waiting, rest = 0, dict(slots), b""
    marks = [place for place in range(len(stream) - 1) if stream[place + 1] == b"BDC" and isinstance(stream[place], dict)]
    for place in marks:
        number = stream[place].get("MCID", stream[place].pop("Slot", None))
        if number not in waiting:
            continue
        target, digits, width = waiting.pop(number)
        end = next(at for at in range(place, len(stream)) if stream[at] == b"EMC")
        shown = [at for at in range(place, end) if isinstance(stream[at], bytes) and stream[at].endswith(_SHOWN)]
        found = [(at, *one) for at in shown for one in _around_zeros(stream[at].decode(), digits[0])]
        if len(found) != 1:
            message = f"{len(found)} places for the number of #{target}"
            raise NotAsExpected(message)
        at, before, after = found[0]
        yield rest + plain(stream[begun:at]) + b"\n["
        yield Slot(target, before, after, digits, width)
        begun, rest = at + 1, b"] TJ\n"
    yield rest + plain(stream[begun:])
    if waiting:
        message = f"numbers that were not drawn: {sorted(waiting)}"
        raise NotAsExpected(message)


def _around_zeros(shown: str, zero: str) -> Iterator[tuple[str, str]]:
    """What stands before and after three zeros among the glyphs of `[<0013…>-5<…>] TJ`, each of four hexadecimal digits."""
    text = shown.removeprefix("[").removesuffix("] TJ")
    for match in re.finditer(f"(?=({zero}(?:(?:>-?[0-9]+<)?{zero}){{2}}))", text):
        start, end = match.span(1)
        if (start - text.rfind("<", 0, start) - 1) % 4 == 0:
            yield text[:start], text[end:]


def _to_artifacts(stream: list[Any]) -> None:
    """What runs along the page is no content; the piece with the number stays known by `Slot`, which is not written."""
    for place in range(1, len(stream) - 1):
        said = stream[place]
        if stream[place + 1] == b"BDC" and isinstance(said, dict) and "MCID" in said:
            stream[place - 1] = "/Artifact"
            said["Slot"] = said.pop("MCID")
            said["Type"] = "/Pagination"


def _tell_heads_apart(objects: Any, name: str) -> None:
    """Heads of tables are numbered within a part: with its name they differ from those of all others."""
    seen = set()
    for one in objects:
        key = one.get("ID") if isinstance(one, dict) and one.get("Type") == "/StructElem" else None
        if key is not None and id(key) not in seen:
            seen.add(id(key))
            key.string = f"{name}-{key.string}"


@cache
def _files() -> dict[bytes, str]:
    return {hashlib.sha256(path.read_bytes()).digest(): path.name for path in sorted(FONTS.glob("*.ttf"))}


def file_of(content: bytes) -> str | None:
    """Which of our fonts this is; None for any other."""
    return _files().get(hashlib.sha256(content).digest())


def _leave_whole(_texts: Any, _hinting: Any) -> None:
    """The whole file keeps one copy of each font: no part makes one of its own from it."""


def _with(face: Face | None, font: Any) -> Face:
    """The face with the glyphs of one more size of it."""
    widths, texts = (face.widths, face.texts) if face else ({}, {})
    return Face(
        file=file_of(font.file_content) or "",
        name=font.name.decode(),
        family=font.family,
        flags=font.flags,
        ascent=font.ascent,
        descent=font.descent,
        italic_angle=font.italic_angle,
        stem=(font.stemv, font.stemh),
        widths={**widths, **font.widths},
        texts={**font.to_unicode, **texts},
    )
