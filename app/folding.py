"""Words as they are compared: the same function for what is searched and for what is typed. Pure."""

import re
from collections.abc import Sequence
from unicodedata import category, normalize

LONGEST_WORD = 60
MOST_WORDS = 12
"""Of what is typed, this many words are looked for."""
LONGEST_QUERY = 1000
AROUND = 90
"""Letters of a text that are shown before and after the first word that was found."""
# What keyboards without Kazakh letters write in their place. Latin i stands for all that look like it: it is often typed for і.
_ALIKE = str.maketrans("әғқңөұүһіиı", "агкноуухiii")
_NO_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+")
Piece = tuple[str, bool]
"""A part of a text, and whether it is what was looked for."""


def fold(text: str) -> str:
    """The text without case, diacritics and the differences between letters that are typed for each other."""
    whole = normalize("NFKD", normalize("NFKD", text).casefold())
    return "".join(letter for letter in whole if category(letter)[0] != "M").translate(_ALIKE)


def words(text: str) -> list[str]:
    """The folded words of a text in order; whatever is neither letter nor digit parts them."""
    return [one[:LONGEST_WORD] for one in _NO_WORD.sub(" ", fold(text)).split()]


def wanted(query: str) -> tuple[str, ...]:
    """The beginnings of words that a query asks for, each once. Nothing in it is an operator."""
    return tuple(dict.fromkeys(words(query[:LONGEST_QUERY])))[:MOST_WORDS]


def matches(found: Sequence[str], looked_for: Sequence[str]) -> bool:
    """Whether each word that is looked for begins one that was found."""
    return all(any(one.startswith(start) for one in found) for start in looked_for)


def pieces(text: str, looked_for: Sequence[str]) -> tuple[Piece, ...]:
    """The part of a text around the first word that was looked for, in pieces; () when none stands in it."""
    plain = " ".join(normalize("NFC", text).split())
    spans = [one.span() for one in _WORD.finditer(plain) if _begins(one[0], looked_for)]
    if not spans:
        return ()
    start, end = _bounds(plain, *spans[0])
    found: list[Piece] = [("… " if start else "", False)]
    at = start
    for first, last in spans:
        if last <= end:
            found += [(plain[at:first], False), (plain[first:last], True)]
            at = last
    found.append((plain[at:end] + (" …" if end < len(plain) else ""), False))
    return tuple(one for one in found if one[0])


def _bounds(plain: str, first: int, last: int) -> tuple[int, int]:
    """Where the part around a word begins and ends: between words, where there is a blank so near."""
    start, end = max(0, first - AROUND), min(len(plain), last + AROUND)
    if start:
        start = plain.find(" ", start, first) + 1 or start
    if end < len(plain):
        blank = plain.rfind(" ", last, end)
        end = blank if blank > 0 else end
    return start, end


def _begins(word: str, looked_for: Sequence[str]) -> bool:
    return any(one.startswith(start) for one in words(word) for start in looked_for)
