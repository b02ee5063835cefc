"""Which rows of the gap register share a page, told before anything is laid out: so a page stays as it is while others change.

Rows are measured with the widths of our fonts and broken into lines at spaces. The renderer breaks at more places and moves some
letters closer, so that it needs as many lines or fewer, and a page that is full here is full there or has a line to spare.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from math import ceil

from fontTools.ttLib import TTFont

from app.i18n import gettext as _
from app.i18n import ngettext, use
from app.reports.glyphs import FONTS, printable
from app.reports.line_ends import JOINER, without_bad_ends
from app.reports.model import GapRow, Report
from app.web.words import cause

MM = 72 / 25.4
WIDTH, HEIGHT = 172 * MM, 253 * MM
"""Points of a page between its margins (`@page` of report.css)."""
FEWEST = 3
"""Rows of the last page, where the one before has some to give."""
_LINE = 1.42
_SMALL, _HEAD, _TEXT, _TITLE = 8.0, 7.8, 9.0, 19.0
_COLUMNS = {"question": 0.42, "level": 0.09, "cause": 0.18, "planned": 0.13}
"""Shares of the width, as the columns of `_gaps.html` have them; what else a row has is one line."""
_BETWEEN = 2 * MM
_ROW = 2.2 * MM + 0.2 * MM
_TABLE_HEAD = 2.2 * MM + 0.4 * MM
_OPENING = _TITLE * 1.25 + (2.5 + 0.6 + 6 + 2) * MM
"""The height of the chapter's title and of the room around what is said below it."""
_ABOVE = 1.5 * MM
_SPLIT = re.compile(f" (?!{JOINER})")


def register_pages(report: Report) -> tuple[tuple[GapRow, ...], ...]:
    """The rows of the gap register in their order, those together that fill a page; none where there are none."""
    with use(report.language):
        heights = [_height(row) for row in report.gaps]
        room = HEIGHT - _ABOVE - _head_height()
        pages = list(_pages(report.gaps, heights, room, room - _opening_height(len(report.gaps))))
    if len(pages) > 1 and (lacking := FEWEST - len(pages[-1])) > 0 and len(pages[-2]) > FEWEST + lacking:
        pages[-2:] = [pages[-2][:-lacking], pages[-2][-lacking:] + pages[-1]]
    return tuple(map(tuple, pages))


def _pages(rows: Iterable[GapRow], heights: Iterable[float], room: float, left: float) -> Iterator[list[GapRow]]:
    page: list[GapRow] = []
    for row, height in zip(rows, heights, strict=True):
        if page and height > left:
            yield page
            page, left = [], room
        page.append(row)
        left -= height
    if page:
        yield page


def _height(row: GapRow) -> float:
    planned = _("action %(number)s") % {"number": row.action.number} if row.action else _("no")
    lines = max(
        lines_of(row.question, _COLUMNS["question"] * WIDTH - _BETWEEN, _SMALL),
        lines_of(cause(row.cause.value), _COLUMNS["cause"] * WIDTH - _BETWEEN, _SMALL) + row.blocker,
        lines_of(planned, _COLUMNS["planned"] * WIDTH - _BETWEEN, _SMALL),
    )
    return lines * _SMALL * _LINE + _ROW


def _head_height() -> float:
    lines = lines_of(_("Level / target"), _COLUMNS["level"] * WIDTH - _BETWEEN, _HEAD, bold=True)
    return lines * _HEAD * _LINE + _TABLE_HEAD


def opening(gaps: int) -> str:
    """What the chapter begins with."""
    told = ngettext("%(num)s criterion is below its target.", "%(num)s criteria are below their targets.", gaps) % {"num": gaps}
    return f"{told} " + _(
        "The order follows the priority: size of the gap, share of the criterion in the index, twice for mandatory criteria, "
        "and more where closing it also serves another rubric."
    )


def _opening_height(gaps: int) -> float:
    return _OPENING + lines_of(opening(gaps), WIDTH, _TEXT) * _TEXT * _LINE


def lines_of(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """How many lines a text takes at most in so many points of width; at least one."""
    lines, left = 1, width
    space = _advance(" ", size, bold=bold)
    for word in _SPLIT.split(without_bad_ends(f"<body>{printable(text)}").removeprefix("<body>")):
        needed = sum(_advance(one, size, bold=bold) for one in word)
        if needed > left and left < width:
            lines, left = lines + 1, width
        if needed > width:
            # What does not fit is broken anywhere.
            lines += ceil(needed / width) - 1
        left = max(0.0, left - needed - space)
    return lines


def _advance(letter: str, size: float, *, bold: bool) -> float:
    return 0.0 if letter == JOINER else _advances("Bold" if bold else "Regular").get(ord(letter), 1.0) * size


@cache
def _advances(face: str) -> dict[int, float]:
    """The width of each character, in ems."""
    font = TTFont(FONTS / f"NotoSans-{face}.ttf", lazy=True)
    units, widths = font["head"].unitsPerEm, font["hmtx"].metrics
    return {code: widths[name][0] / units for code, name in font.getBestCmap().items()}
