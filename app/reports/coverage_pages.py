"""Which rows of a chapter of the coverage share a page, told before anything is laid out, as those of the gap register are.

The first page has the chart above its rows. What the source never gives follows the last rows, and goes on where it has no room.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.i18n import gettext as _
from app.i18n import use
from app.reports import coverage_words
from app.reports.measures import (
    ABOVE_TABLE,
    HEAD,
    HEIGHT,
    LEAD,
    MM,
    SECTION,
    SMALL,
    TEXT,
    TITLE,
    UNDER_TITLE,
    WIDTH,
    column,
    head_height,
    lines_of,
    row_height,
    text_height,
    title_height,
)
from app.reports.model_coverage import CoverageRow, CoverageSection, CoverageStandard

FEWEST = 2
"""Rows of a standard on a page, unless it has no more."""
_SERVED, _REMAINS = column(0.25), column(0.44)
_SHARES = column(0.18) - 1 * MM
"""The columns of `_coverage.html`; the code of a criterion is one line."""
_ABOVE_SECTION, _UNDER_SECTION = 6 * MM, 2.5 * MM
_UNDER_LEAD, _ABOVE_LEGEND = 4 * MM, 1 * MM
_NOTE, _NOTE_SIDES = (5 + 3) * MM, 9 * MM
_CHART = 26 / 500, 10 / 500
"""Its height in its widths: for each standard, and once."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of a standard that share a page; whether they are its first."""

    standard: CoverageStandard
    rows: tuple[CoverageRow, ...]
    begins: bool = True


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """What stands on a page of the chapter, numbered from 1."""

    stretches: tuple[Stretch, ...]
    number: int = 1
    last: bool = True

    @property
    def first(self) -> bool:
        """Whether the chapter begins with it."""
        return self.number == 1


def coverage_pages(section: CoverageSection, language: str) -> tuple[CoveragePage, ...]:
    """The pages of a chapter in their order; at least one."""
    with use(language):
        pages = list(_pages(section))
    return tuple(CoveragePage(tuple(one), number, number == len(pages)) for number, one in enumerate(pages, 1))


def in_one_piece(section: CoverageSection) -> tuple[CoveragePage, ...]:
    """The chapter where nothing is printed page by page."""
    return (CoveragePage(tuple(Stretch(one, one.rows) for one in section.standards)),)


def _pages(section: CoverageSection) -> Iterator[list[Stretch]]:
    page: list[Stretch] = []
    left, head = HEIGHT - _opening_height(section), _head_height()
    for standard in section.standards:
        rows, begins, title = standard.rows, True, _title_height(standard)
        heights = [_height(row) for row in rows]
        while rows or begins:
            # What stands above a title counts where something does.
            empty = left == HEIGHT
            above = ABOVE_TABLE if not begins else title if empty else title + _ABOVE_SECTION
            fitting = _fitting(heights, left - above - head, empty=empty)
            if fitting is None:
                yield page
                page, left = [], HEIGHT
                continue
            page.append(Stretch(standard, rows[:fitting], begins))
            left -= above + head + sum(heights[:fitting])
            rows, heights, begins = rows[fitting:], heights[fitting:], False
    yield page


def _fitting(heights: list[float], room: float, *, empty: bool) -> int | None:
    """How many rows go into so much room; None when they begin on the next page. An empty page takes at least one."""
    count = 0
    while count < len(heights) and heights[count] <= room:
        room -= heights[count]
        count += 1
    if count < len(heights):
        count = min(count, max(0, len(heights) - FEWEST))
    if count >= min(FEWEST, len(heights)):
        return count
    return max(count, 1) if empty else None


def _opening_height(section: CoverageSection) -> float:
    each, once = _CHART
    return sum((
        title_height(coverage_words.title(section), TITLE) + UNDER_TITLE,
        text_height(coverage_words.lead(section), LEAD) + _UNDER_LEAD,
        text_height(coverage_words.note(section), TEXT, WIDTH - _NOTE_SIDES) + _NOTE,
        WIDTH * (each * len(section.standards) + once),
        text_height(coverage_words.legend(), SMALL) + _ABOVE_LEGEND,
    ))  # fmt: skip


def _title_height(standard: CoverageStandard) -> float:
    return title_height(f"{standard.number} {standard.title}", SECTION) + _UNDER_SECTION


def _head_height() -> float:
    widths = {_("Served by"): _SERVED, _("Now / at best"): _SHARES, _("What remains to be shown"): _REMAINS}
    return head_height(*(lines_of(text, width, HEAD, bold=True) for text, width in widths.items()))


def _height(row: CoverageRow) -> float:
    served = lines_of(coverage_words.served_by(row.sources), _SERVED, SMALL)
    if row.reusable:
        served += lines_of(coverage_words.to_reuse(row.reusable), _SERVED, SMALL)
    return row_height(served, sum(lines_of(one, _REMAINS, SMALL) for one in row.residuals))
