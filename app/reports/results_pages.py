"""Which rubrics of the results share a page.

It depends on nothing but how many standards they have: a page stays as it is while answers change, and a report in parts is
the report in one piece.
"""

from collections.abc import Iterable

from app.reports.model import RubricSection

SHARED = 5
"""Standards at most of the rubrics of a page they share: with their charts, more would not fit below the head of the chapter."""


def results_pages(rubrics: Iterable[RubricSection]) -> tuple[tuple[RubricSection, ...], ...]:
    """The rubrics in their order, those together that are small enough for one page."""
    pages: list[list[RubricSection]] = []
    for rubric in rubrics:
        if pages and sum(len(one.standards) for one in (*pages[-1], rubric)) <= SHARED:
            pages[-1].append(rubric)
        else:
            pages.append([rubric])
    return tuple(map(tuple, pages))
