"""What of two rubrics is the same: of a rubric and itself, or of an edition and the one it extends."""

from collections.abc import Iterator

from app.rubrics.carrying import heirs
from app.rubrics.model import Rubric


def continued(older: Rubric, newer: Rubric) -> Iterator[tuple[str, str]]:
    """Which criterion of a rubric continues as which of another; nothing for rubrics that have nothing to do with each other."""
    if older.id == newer.id and older.reference == newer.reference:
        yield from ((one.id, one.id) for one in older.criteria())
    elif newer.extends == older.reference:
        yield from ((one.id, heir) for one in older.criteria() for heir in _heirs(newer, one.id))
    elif older.extends == newer.reference:
        yield from ((heir, one.id) for one in newer.criteria() for heir in _heirs(older, one.id))
    elif older.id == newer.id:
        yield from ((one.id, one.id) for one in older.criteria() if one.id in newer.by_id)


def _heirs(rubric: Rubric, criterion: str) -> tuple[str, ...]:
    # "" is no rubric's id: an edition keeps the id of its base, and `heirs` would take it for the base itself.
    return heirs(rubric, "", criterion)


def same_standards(older: Rubric, newer: Rubric) -> Iterator[tuple[str, str]]:
    """Standards of two rubrics that are the same one; nothing for rubrics that have nothing to do with each other.

    Editions keep the ids of what they keep. A standard with another id is the same when all that continues of the one is in
    the other, and nothing else is; one that was merged into another or split has no counterpart.
    """
    if older.id != newer.id and older.reference != newer.extends and newer.reference != older.extends:
        return
    olds, news = {one.id for one in older.standards}, {one.id for one in newer.standards}
    yield from ((one.id, one.id) for one in older.standards if one.id in news)
    home_old, home_new = _homes(older), _homes(newer)
    links = {(home_old[one], home_new[other]) for one, other in continued(older, newer)}
    for one, other in sorted(links):
        alone = all(left != one or right == other for left, right in links) and all(
            right != other or left == one for left, right in links
        )
        if alone and one not in news and other not in olds:
            yield one, other


def _homes(rubric: Rubric) -> dict[str, str]:
    """Each criterion's standard."""
    return {criterion.id: standard.id for standard in rubric.standards for criterion in standard.criteria}
