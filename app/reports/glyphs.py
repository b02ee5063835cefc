"""Characters that no font of ours has: they are printed as their code, not in a stranger's font and not as an empty box."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
FACES = ("Regular", "Bold", "Italic", "BoldItalic")
_KEPT = "\t\n\r"
_UNSEEN = ("Cf", "Cc")
"""Kinds of characters that have no shape: nobody misses them."""
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@cache
def known() -> frozenset[str]:
    """Every character that each face has."""
    faces = [TTFont(FONTS / f"NotoSans-{face}.ttf", lazy=True).getBestCmap() for face in FACES]
    return frozenset(map(chr, set(faces[0]).intersection(*faces[1:]))) | frozenset(_KEPT)


def lacking(text: str) -> tuple[str, ...]:
    """The characters of a text that cannot be printed, as U+4E2D, each once and in order."""
    if known().issuperset(text):
        return ()
    return tuple(dict.fromkeys(_code(one) for one in text if one not in known() and not _unseen(one)))


def printable(text: str) -> str:
    """The text with the code of each character that cannot be printed in its place, [U+4E2D]; what has no shape is left out."""
    strange = set(text) - known()
    if not strange:
        return text
    return text.translate({ord(one): None if _unseen(one) else f"[{_code(one)}]" for one in strange})


def _unseen(one: str) -> bool:
    return unicodedata.category(one) in _UNSEEN or _VARIANTS.match(one) is not None


def _code(one: str) -> str:
    return f"U+{ord(one):04X}"
