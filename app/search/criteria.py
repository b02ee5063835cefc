"""The criteria that are found, over the rubrics as they were pinned. Pure but for what is remembered of each rubric."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from app.folding import matches, words
from app.rubrics.model import Criterion, Rubric, in_language


@dataclass(frozen=True, slots=True)
class Pinned:
    """A rubric by its digest: two of one digest are the same."""

    digest: str
    rubric: Rubric = field(compare=False)


def texts(criterion: Criterion, language: str) -> list[str]:
    """What a criterion is found by: code, question and guidance, in the reader's language and in English."""
    both = dict.fromkeys((language, "en"))
    told = [in_language(text, one) for text in (criterion.question, criterion.guidance) for one in both]
    return [criterion.code, *dict.fromkeys(told)]


@lru_cache(maxsize=128)
def _words(pinned: Pinned, language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (one.id, tuple({word for text in texts(one, language) for word in words(text)})) for one in pinned.rubric.criteria()
    )


def found(pinned: Pinned, language: str, looked_for: Sequence[str]) -> Iterator[Criterion]:
    """The criteria in which each of these begins a word, in the rubric's order."""
    for name, there in _words(pinned, language):
        if matches(there, looked_for):
            yield pinned.rubric.by_id[name]
