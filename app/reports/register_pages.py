"""Which rows of the gap register share a page, told before anything is laid out: so a page stays as it is while others change.

A page that is full by these measures is full when it is printed, or has a line to spare.
"""

from collections.abc import Iterable, Iterator

from app.i18n import gettext as _
from app.i18n import use
from app.reports.measures import (
    ABOVE_TABLE,
    HEAD,
    HEIGHT,
    MM,
    SMALL,
    TEXT,
    TITLE,
    UNDER_TITLE,
    column,
    head_height,
    lines_of,
    row_height,
    text_height,
    title_height,
)
from app.reports.model import GapRow, Report
from app.web.words import cause

FEWEST = 3
"""Rows of the last page, where the one before has some to give."""
_QUESTION, _LEVEL, _CAUSE, _PLANNED = (column(share) for share in (0.42, 0.09, 0.18, 0.13))
"""The columns of `_gaps.html`; what else a row has is one line."""
_UNDER_OPENING = 2 * MM


def register_pages(report: Report) -> tuple[tuple[GapRow, ...], ...]:
    """The rows of the gap register in their order, those together that fill a page; none where there are none."""
    with use(report.language):
        heights = [_height(row) for row in report.gaps]
        room = HEIGHT - ABOVE_TABLE - head_height(lines_of(_("Level / target"), _LEVEL, HEAD, bold=True))
        pages = list(_pages(report.gaps, heights, room, room - _opening_height()))
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
    return row_height(
        lines_of(row.question, _QUESTION, SMALL),
        lines_of(cause(row.cause.value), _CAUSE, SMALL) + row.blocker,
        lines_of(planned, _PLANNED, SMALL),
    )


def opening() -> str:
    """What the chapter begins with. It counts nothing: else its first page would change with every gap."""
    return _(
        "The order follows the priority: size of the gap, share of the criterion in the index, twice for mandatory criteria, "
        "and more where closing it also serves another rubric."
    )


def _opening_height() -> float:
    return title_height(_("Gap register"), TITLE) + UNDER_TITLE + text_height(opening(), TEXT) + _UNDER_OPENING
