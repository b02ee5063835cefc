"""Two texts word by word: what stayed, what went and what came. Pure, and bounded in time."""

import re
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Literal, NamedTuple

MOST = 40_000
"""How many pairs of words are compared at most; longer differences are shown as one text for another."""
_WORDS = re.compile(r"\s+|[^\s]+")

Fate = Literal["same", "gone", "new"]


class Run(NamedTuple):
    """A stretch of text and what became of it."""

    fate: Fate
    text: str


def word_diff(before: str | None, after: str | None, most: int = MOST) -> tuple[Run, ...]:
    """The runs of both texts. Those that stayed or went give the first text, those that stayed or came the second."""
    old, new = _WORDS.findall(before or ""), _WORDS.findall(after or "")
    head = sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    rest = zip(reversed(old[head:]), reversed(new[head:]), strict=False)
    tail = sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], rest))
    first, second = old[head : len(old) - tail], new[head : len(new) - tail]
    made = [Run("same", "".join(old[:head])), *_between(first, second, most), Run("same", "".join(old[len(old) - tail :]))]
    return tuple(run for run in made if run.text)


def _between(first: list[str], second: list[str], most: int) -> list[Run]:
    if len(first) * len(second) > most:
        return [Run("gone", "".join(first)), Run("new", "".join(second))]
    runs = []
    for tag, start, end, other_start, other_end in SequenceMatcher(None, first, second).get_opcodes():
        if tag == "equal":
            runs.append(Run("same", "".join(first[start:end])))
        else:
            runs += [Run("gone", "".join(first[start:end])), Run("new", "".join(second[other_start:other_end]))]
    return runs
