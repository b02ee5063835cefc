"""Which criteria the name of a file speaks of: `1.3.2_policy.pdf`, `1.3.b policy.pdf`, `DD2.1 agreement.docx`.

Pure. A guess to be shown and accepted by a person, never a link by itself.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.rubrics.model import Criterion, Rubric, Standard

MOST = 8
"""Candidates at most: a longer list helps nobody to choose."""
# A code stands first, or after a word as in "Criterion 1.3.2": letters such as DD may precede it, one letter may end it.
_CODE = re.compile(
    r"(?<![\w.])((?:[a-z]{1,4}[ ._-]?)?\d{1,3}(?:[._-]\d{1,3}){0,4}(?:[._-]?[a-zа-я](?![a-zа-яәғқңөұүһі]))?)", re.IGNORECASE
)
_ALIKE = str.maketrans("авсеа", "abcea")
"""Cyrillic letters that look like the Latin ones of codes (а в с е), typed on the other keyboard."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A criterion that a file's name may speak of."""

    reference: str
    code: str
    criterion: Criterion


def criteria_named(name: str, rubrics: Iterable[Rubric]) -> tuple[Candidate, ...]:
    """The criteria that a file's name may speak of, in the order of the rubrics; none when it names no code.

    A code names its criterion; `1.3.2`, where codes end in letters, the second criterion of standard 1.3; a standard's number
    alone, all criteria of that standard. The longest code that means something counts.
    """
    known = tuple(rubrics)
    for wanted in _codes_in(name):
        found = [one for rubric in known for one in _by_code(rubric, wanted)]
        found = found or [one for rubric in known for one in _by_place(rubric, wanted)]
        found = found or [one for rubric in known for one in _by_standard(rubric, wanted)]
        if found:
            return tuple(found[:MOST])
    return ()


def _codes_in(name: str) -> Iterable[str]:
    """What may be a code, longest first for each place where one begins; a plain number such as a year is none."""
    text = unicodedata.normalize("NFKC", name)
    # The ending of the file is none of it: "1.3.pdf".
    stem = re.sub(r"\.[A-Za-z]{2,5}$", "", text).replace("_", " _")
    for match in _CODE.finditer(re.sub(r"(?<=\d) _(?=\d)", ".", stem).replace(" _", " ")):
        parts = _key(match[1])
        while len(parts) > 1:
            yield ".".join(parts)
            parts = parts[:-1]


def _key(code: str) -> list[str]:
    """A code's parts in one form: `1.3b`, `1-3-b` and `1.3.B` are the same."""
    folded = unicodedata.normalize("NFKC", code).lower().translate(_ALIKE)
    return re.findall(r"[^\W\d_]+|\d+", folded)


def _flat(code: str) -> str:
    return ".".join(_key(code))


def _candidate(rubric: Rubric, criterion: Criterion) -> Candidate:
    return Candidate(f"{rubric.id}:{criterion.id}", criterion.code, criterion)


def _by_code(rubric: Rubric, wanted: str) -> Iterable[Candidate]:
    return (_candidate(rubric, one) for part in rubric.standards for one in part.criteria if _flat(one.code) == wanted)


def _by_place(rubric: Rubric, wanted: str) -> Iterable[Candidate]:
    """The criterion at a place of a standard whose criteria are lettered."""
    number, _dot, place = wanted.rpartition(".")
    for part in rubric.standards:
        at = int(place) if place.isdecimal() else 0
        if _flat(part.number) == number and 1 <= at <= len(part.criteria) and _lettered(part):
            yield _candidate(rubric, part.criteria[at - 1])


def _lettered(part: Standard) -> bool:
    return all(_key(one.code)[-1:] and _key(one.code)[-1].isalpha() for one in part.criteria)


def _by_standard(rubric: Rubric, wanted: str) -> Iterable[Candidate]:
    return (_candidate(rubric, one) for part in rubric.standards if _flat(part.number) == wanted for one in part.criteria)
