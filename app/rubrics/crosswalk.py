"""Crosswalks: what evidence for one rubric already gives for another."""

from enum import StrEnum
from fractions import Fraction
from typing import Literal

from pydantic import Field

from app.rubrics.model import Frozen, Id, Language, Text, Word


class Strength(StrEnum):
    """How far the source criteria of a crosswalk entry serve its target."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"

    @property
    def share(self) -> Fraction:
        """1 for full, 1/2 for partial, 0 for none."""
        return Fraction(self.halves, 2)

    @property
    def halves(self) -> int:
        """The share in halves: 2, 1 or 0."""
        return _HALVES[self.value]


_HALVES = {"full": 2, "partial": 1, "none": 0}


class CrosswalkBasis(Frozen):
    """Whose analysis a crosswalk is; `reviewed_by` is None until somebody outside has reviewed it."""

    ref: Word
    reviewed_by: Word | None


class CrosswalkEntry(Frozen):
    """One target criterion and the source criteria that serve it together; `residual` says what remains to be shown."""

    target: Id
    sources: tuple[Id, ...]
    strength: Strength
    residual: Text
    element: Word | None = None


class Crosswalk(Frozen):
    """What evidence for one rubric already gives for another."""

    format: Literal["sapa-crosswalk/1"]
    languages: tuple[Language, ...] = ("en",)
    source: Id
    target: Id
    basis: CrosswalkBasis
    entries: tuple[CrosswalkEntry, ...] = Field(min_length=1)
