"""How high what is printed will be, told from the widths of our fonts before anything is laid out.

Texts are broken into lines at spaces. The renderer breaks at more places and moves some letters closer, so that it needs as many
lines or fewer. Measures are those of report.css, in points; tests draw, and fail where the two part.
"""

import re
from functools import cache
from math import ceil

from fontTools.ttLib import TTFont

from app.reports.glyphs import FONTS, printable
from app.reports.line_ends import JOINER, without_bad_ends

MM = 72 / 25.4
WIDTH, HEIGHT = 172 * MM, 253 * MM
"""Of a page between its margins (`@page`)."""
SMALL, HEAD, TEXT, LEAD, SECTION, TITLE = 8.0, 7.8, 9.0, 10.5, 13.0, 19.0
"""Sizes of letters: of small tables and their heads, of texts, of leads, of the titles of sections and chapters."""
LINE, TIGHT = 1.42, 1.25
"""Heights of lines in sizes of letters: of texts, and of heads."""
BETWEEN = 2 * MM
"""What a column leaves free on its right."""
ROW, TABLE_HEAD, ABOVE_TABLE = 2.4 * MM, 2.6 * MM, 1.5 * MM
"""What rows and heads of small tables have beside their lines, and what is free above a table."""
UNDER_TITLE = (2.5 + 0.6 + 6) * MM
"""What is free below the title of a chapter, and its line."""
_SPLIT = re.compile(f" (?!{JOINER})")


def column(share: float) -> float:
    """The room for the text of a column that has a share of the width."""
    return share * WIDTH - BETWEEN


def row_height(*lines: int) -> float:
    """The height of a row of a small table whose cells have so many lines."""
    return max(lines) * SMALL * LINE + ROW


def head_height(*lines: int) -> float:
    """The height of the head of a table whose cells have so many lines."""
    return max(lines) * HEAD * LINE + TABLE_HEAD


def title_height(text: str, size: float) -> float:
    """The height of a title over the whole width."""
    return lines_of(text, WIDTH, size, bold=True) * size * TIGHT


def text_height(text: str, size: float, width: float = WIDTH) -> float:
    """The height of a text."""
    return lines_of(text, width, size) * size * LINE


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
