"""The parts of a Word document: styles, paragraphs, tables, places to jump to, the table of contents.

Tables and paragraphs are made as XML: python-docx looks every cell up by counting, and a report has thousands of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from app.web.languages import language_of

FONT = "Noto Sans"
COLOUR = RGBColor(0x0B, 0x5D, 0x5A)
TEXT_WIDTH = 9_500
"""Of a page between its margins, in twentieths of a point."""
NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEADINGS = ((1, 18, 18), (2, 14, 14), (3, 11, 10))
"""(level, size, space above) in points."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Text that leads to a place in the document."""

    anchor: str
    text: str


Inline = str | Jump
Bit = tuple[Inline, bool]
"""A piece of a paragraph, and whether it is bold."""


def clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return NOT_XML.sub("", text)


class Paper:
    """A Word document that grows from top to bottom."""

    def __init__(self, language: str) -> None:
        self.document: Any = Document()
        self._body = self.document.element.body
        self._end = self._body.sectPr
        self._marks = 0
        self._contents: Any = None
        self._headings: list[tuple[int, str, str]] = []
        self._language = language
        _set_styles(self.document, language)
        _set_page(self.document.sections[0])

    def heading(self, text: str, level: int, anchor: str | None = None) -> None:
        """A heading, which the table of contents lists when its level is 1 or 2."""
        anchor = anchor or f"h-{len(self._headings)}"
        self._headings.append((level, text, anchor))
        self._add(self._marked(_paragraph([(text, False)], f"Heading{level}"), anchor))

    def paragraph(self, bits: str | Sequence[Bit], style: str = "Normal", anchor: str | None = None) -> None:
        """A paragraph; line breaks stay."""
        made = _paragraph([(bits, False)] if isinstance(bits, str) else bits, style)
        self._add(self._marked(made, anchor) if anchor else made)

    def page_break(self) -> None:
        """What follows begins a page."""
        paragraph, run, made = OxmlElement("w:p"), OxmlElement("w:r"), OxmlElement("w:br")
        made.set(qn("w:type"), "page")
        run.append(made)
        paragraph.append(run)
        self._add(paragraph)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[Inline | None]], widths: Sequence[int]) -> None:
        """A table whose head is repeated on each page; the widths are shares of the page. None leaves a cell empty."""
        table = OxmlElement("w:tbl")
        table.append(_table_properties())
        grid = OxmlElement("w:tblGrid")
        twips = [TEXT_WIDTH * width // sum(widths) for width in widths]
        for width in twips:
            column = OxmlElement("w:gridCol")
            column.set(qn("w:w"), str(width))
            grid.append(column)
        table.append(grid)
        if heads:
            table.append(_row(heads, twips, head=True))
        for row in rows:
            table.append(_row(row, twips, head=False))
        self._add(table)
        self._add(_paragraph([], "Small"))

    def contents(self) -> None:
        """Where the table of contents stands; `finish` fills it."""
        self._contents = OxmlElement("w:p")
        self._add(self._contents)

    def finish(self) -> None:
        """Say what is in another language, and fill the table of contents: a field that Word renews, filled for others."""
        for run in self._body.iter(qn("w:r")):
            _say(run, self._language)
        if self._contents is None:
            return
        listed = [one for one in self._headings if one[0] <= 2]  # noqa: PLR2004 - the field below says the same
        lines = [_paragraph([(Jump(anchor, text), False)], f"Contents{level}") for level, text, anchor in listed]
        for run in (_field("begin"), _field_code(r'TOC \o "1-2" \h \z \u'), _field("separate")):
            lines[0].insert(list(lines[0]).index(lines[0].find(qn("w:hyperlink"))), run)
        lines[-1].append(_field("end"))
        for line in lines:
            self._contents.addprevious(line)
        self._contents.getparent().remove(self._contents)

    def _add(self, element: Any) -> None:
        self._end.addprevious(element)

    def _marked(self, paragraph: Any, anchor: str) -> Any:
        """The paragraph as a place to jump to."""
        self._marks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for one in (start, end):
            one.set(qn("w:id"), str(self._marks))
        start.set(qn("w:name"), anchor[:40])
        place = 1 if paragraph.find(qn("w:pPr")) is not None else 0
        paragraph.insert(place, start)
        paragraph.append(end)
        return paragraph


def _paragraph(bits: Sequence[Bit], style: str) -> Any:
    paragraph, properties, named = OxmlElement("w:p"), OxmlElement("w:pPr"), OxmlElement("w:pStyle")
    named.set(qn("w:val"), style)
    properties.append(named)
    paragraph.append(properties)
    for piece, bold in bits:
        if isinstance(piece, Jump):
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), piece.anchor[:40])
            link.extend(_runs(piece.text, bold=bold))
            paragraph.append(link)
        else:
            paragraph.extend(_runs(piece, bold=bold))
    return paragraph


def _runs(text: str, *, bold: bool = False) -> Iterator[Any]:
    """A run for each line: lines may be in different languages."""
    for number, line in enumerate(clean(text).replace("\r\n", "\n").split("\n")):
        run = OxmlElement("w:r")
        if bold:
            properties = OxmlElement("w:rPr")
            properties.append(OxmlElement("w:b"))
            run.append(properties)
        if number:
            run.append(OxmlElement("w:br"))
        words = OxmlElement("w:t")
        words.text = line
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
        yield run


def _spoken(language: str) -> Any:
    """The language in which Word checks the spelling, and a screen reader reads out."""
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}[language])
    return spoken


def _say(run: Any, page: str) -> None:
    """The language of a run at itself, where it is another one than that of the document."""
    words = " ".join(one.text or "" for one in run.iterfind(qn("w:t")))
    if (language := language_of(words, page)) is not None:
        properties = run.find(qn("w:rPr"))
        if properties is None:
            properties = OxmlElement("w:rPr")
            run.insert(0, properties)
        properties.append(_spoken(language))


def _field(kind: str) -> Any:
    run, mark = OxmlElement("w:r"), OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if kind == "begin":
        mark.set(qn("w:dirty"), "true")
    run.append(mark)
    return run


def _field_code(code: str) -> Any:
    run, words = OxmlElement("w:r"), OxmlElement("w:instrText")
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    words.text = code
    run.append(words)
    return run


def _row(cells: Sequence[Inline | None], widths: Sequence[int], *, head: bool) -> Any:
    row, properties = OxmlElement("w:tr"), OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    for content, width in zip(cells, widths, strict=True):
        cell, about, measure = OxmlElement("w:tc"), OxmlElement("w:tcPr"), OxmlElement("w:tcW")
        measure.set(qn("w:w"), str(width))
        measure.set(qn("w:type"), "dxa")
        about.append(measure)
        cell.append(about)
        cell.append(_paragraph([(content, head)] if content is not None else [], "TableHead" if head else "TableText"))
        row.append(cell)
    return row


def _table_properties() -> Any:
    properties = OxmlElement("w:tblPr")
    for name, key, value in (("w:tblStyle", "w:val", "TableGrid"), ("w:tblLayout", "w:type", "fixed")):
        one = OxmlElement(name)
        one.set(qn(key), value)
        properties.append(one)
    look = OxmlElement("w:tblLook")
    look.set(qn("w:firstRow"), "1")
    properties.append(look)
    return properties


def _set_styles(document: Any, language: str) -> None:
    """Our styles. Words keeps their names, so that whoever edits can change one and every place follows."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10)
    normal.paragraph_format.space_after = Pt(5)
    marks = normal.element.get_or_add_rPr()
    fonts = marks.find(qn("w:rFonts"))
    for script in ("w:cs", "w:eastAsia", "w:hAnsi"):
        fonts.set(qn(script), FONT)
    marks.append(_spoken(language))
    for level, points, above in HEADINGS:
        style = document.styles[f"Heading {level}"]
        _set_letters(style, points)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(above), Pt(4)
    _set_letters(document.styles["Title"], 24)
    for name, size, bold in (
        ("Small", 8.0, False),
        ("Table Text", 8.5, False),
        ("Table Head", 8.5, True),
        ("To Write", 10.0, False),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.font.size, style.font.bold = normal, Pt(size), bold
        style.paragraph_format.space_after = Pt(2)
    document.styles["To Write"].font.italic = True
    for level, indent in ((1, 0), (2, 6)):
        style = document.styles.add_style(f"Contents {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.paragraph_format.left_indent = normal, Mm(indent)
        style.paragraph_format.space_after = Pt(2)


def _set_letters(style: Any, points: int) -> None:
    """Our letters and colour for a heading: the style's own name fonts of a theme, which would win."""
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(points), COLOUR
    style.element.rPr.rFonts.attrib.clear()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        style.element.rPr.rFonts.set(qn(script), FONT)


def _set_page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(21)
