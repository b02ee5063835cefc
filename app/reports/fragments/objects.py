"""The objects of one part, taken out of the renderer's hands before they are written, with everything marked that others decide.

The renderer's objects are semi-private and pinned by the locked version: what is not found raises, and the report is laid out in
one piece instead.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pydyf

from app.reports.fragments.fragment import END, KEY, REFERENCE, SHARED

_A_REFERENCE = re.compile(rb"(\d+) 0 R")
_KEYS = {"StructParents", "StructParent"}
_MARKS = re.compile(rb"[\x00-\x08]")


class NotAsExpected(Exception):  # noqa: N818 - errors are sentences here
    """The renderer's objects are not what this was made for, or hold what cannot be marked."""


class Objects:
    """Everything that the pages and the structure of a part lead to, numbered from 0 in the order in which it is met."""

    def __init__(self, pdf: pydyf.PDF, shared: Mapping[bytes, str]) -> None:
        self._every = {one.reference: one for one in pdf.objects if one.number is not None}
        self._shared = shared
        self._numbers: dict[bytes, int] = {}
        self._waiting: list[bytes] = []
        self._words: dict[bytes | str, bytes] = {}
        self.streams: dict[int, bytes] = {}

    def at(self, reference: Any) -> Any:
        """The object of a reference. Raises NotAsExpected."""
        found = self._every.get(reference)
        if found is None:
            message = f"no object at {reference!r}"
            raise NotAsExpected(message)
        return found

    def number(self, reference: bytes) -> int:
        """The number of an object of this part; it is written when its turn comes."""
        if reference not in self._numbers:
            self.at(reference)
            self._numbers[reference] = len(self._numbers)
            self._waiting.append(reference)
        return self._numbers[reference]

    def numbers(self, references: Iterable[bytes]) -> tuple[int, ...]:
        """Several numbers."""
        return tuple(self.number(one) for one in references)

    def written(self) -> list[bytes]:
        """Every object that was met, and those they lead to, in the order of their numbers."""
        made: list[bytes] = []
        while len(made) < len(self._waiting):
            number = len(made)
            found = self.at(self._waiting[number])
            if isinstance(found, pydyf.Stream):
                self.streams[number] = plain(found.stream)
                made.append(self.plain(dict(found.extra)))
            else:
                made.append(self.plain(found))
        return made

    def plain(self, value: Any) -> bytes:
        """A value as a PDF has it, with its marks."""
        if isinstance(value, dict):
            return b"<<" + b"".join([b"/" + key.encode() + b" " + self._entry(key, one) for key, one in value.items()]) + b">>"
        if isinstance(value, list | tuple):
            return b"[" + b" ".join([self.plain(one) for one in value]) + b"]"
        if isinstance(value, int):
            return str(value).encode("ascii")
        if isinstance(value, bytes | str):
            # Most of a part: the same few names and references, again and again.
            if value not in self._words:
                self._words[value] = self._word(value)
            return self._words[value]
        if isinstance(value, pydyf.Stream):
            message = "a stream inside an object"
            raise NotAsExpected(message)
        return _unmarked(value.data if isinstance(value, pydyf.String) else pydyf.Array([value]).data[1:-1])

    def _entry(self, key: str, value: Any) -> bytes:
        return KEY + str(value).encode() + END if key in _KEYS else self.plain(value)

    def _word(self, value: bytes | str) -> bytes:
        if isinstance(value, bytes):
            return self._marked(value) if _A_REFERENCE.fullmatch(value) else value
        return _unmarked(value.encode("ascii"))

    def _marked(self, reference: bytes) -> bytes:
        if reference in self._shared:
            return SHARED + self._shared[reference].encode() + END
        return REFERENCE + str(self.number(reference)).encode() + END


def _unmarked(content: bytes) -> bytes:
    if _MARKS.search(content):
        message = "a control character"
        raise NotAsExpected(message)
    return content


def plain(items: list[Any]) -> bytes:
    """What a stream of these items says, uncompressed."""
    return bytes(pydyf.Stream(items, {}).data.partition(b"stream\n")[2].removesuffix(b"\nendstream"))
