"""Printed page numbers in one layout pass.

WeasyPrint's `target-counter` lays a long report out again and again until its page numbers settle. Here the template
prints `BLANK` (three figure spaces, each exactly as wide as a digit) where a number belongs, inside the link that
points at the target; after the one layout the digits are written into the laid-out text. No line can change by that.
Which page a target is on comes from WeasyPrint's public `Page.anchors`; the text boxes are semi-private and pinned by
the locked version, so whatever is not found raises, never prints a wrong number.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from weasyprint import Page
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.line_break import split_first_line

from app.reports.page_blank import BLANK


class PageReferenceMissing(Exception):  # noqa: N818 - errors are sentences here
    """A reference points at nothing, or its number does not fit; the report must not be printed like this."""


def fill(pages: Sequence[Page]) -> int:
    """Write the page number into every blank inside an internal link; return how many were written.

    Raises PageReferenceMissing when a target does not exist, or stands on a page with more digits than the blank.
    """
    numbers = _page_of_each_anchor(pages)
    widths: dict[tuple[Any, ...], float] = {}
    written = 0
    for box, target in blanks(pages):
        if target not in numbers:
            message = f"reference to #{target}, which is not in the document"
            raise PageReferenceMissing(message)
        _write(box, str(numbers[target]), widths)
        written += 1
    return written


def _page_of_each_anchor(pages: Sequence[Page]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for number, page in enumerate(pages, start=1):
        for name in page.anchors:
            numbers.setdefault(name, number)
    return numbers


def blanks(pages: Sequence[Page]) -> Iterator[tuple[TextBox, str]]:
    """Every text box with a blank and the target it speaks of, once, though nested boxes repeat their link."""
    seen: set[int] = set()
    for page in pages:
        for kind, target, _rectangle, box in page.links:
            if kind != "internal":
                continue
            for text in text_boxes(box):
                if BLANK in text.text and id(text) not in seen:
                    seen.add(id(text))
                    yield text, target


def text_boxes(box: Any) -> Iterator[TextBox]:
    """Every text inside a box."""
    if isinstance(box, TextBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from text_boxes(child)


def _write(box: TextBox, digits: str, widths: dict[tuple[Any, ...], float]) -> None:
    spare = len(BLANK) - len(digits)
    if spare < 0:
        message = f"page {digits} has more than {len(BLANK)} digits"
        raise PageReferenceMissing(message)
    style = box.style
    font = (style["font_size"], style["font_weight"], style["font_style"], style["font_family"])
    if font not in widths:
        widths[font] = split_first_line("0", style, None, None, 0)[3]
    # The room of the digits that are not needed stays in front of the text, so that numbers end flush right.
    box.position_x += spare * widths[font]
    box.text = box.text.replace(BLANK, digits)
    box.pango_layout.text = box.pango_layout.text.replace(BLANK, digits)
