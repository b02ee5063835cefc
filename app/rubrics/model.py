"""The library's objects: rubric, standard, criterion; crosswalk, scale, profile, kind. Frozen; fractions are exact."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from app.i18n import gettext as _

TOP_LEVEL = 4
"""L in the method: the highest level."""

Language = Literal["en", "kk", "ru"]


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain_text(value: Any) -> Any:
    """Text as it is; raises for numbers read where text is meant, and for control characters, which no database takes."""
    if not isinstance(value, str):
        found = type(value).__name__
        message = _("this must be text, but was read as {found}").format(found=found)
        raise PydanticCustomError("sapa", "{problem}", {"problem": message, "remedy": _("put it in quotes")})
    if hidden := _CONTROL.search(value):
        message = _("the text contains the control character U+{code}").format(code=f"{ord(hidden[0]):04X}")
        remedy = _("remove it; it often comes along when text is copied from a PDF")
        raise PydanticCustomError("sapa", "{problem}", {"problem": message, "remedy": remedy})
    return value


def _exact(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)) or value <= 0:
        context = {"problem": _("a weight must be a number above 0"), "remedy": _("write for example 1 or 0.5")}
        raise PydanticCustomError("sapa", "{problem}", context)
    return value if isinstance(value, Fraction) else Fraction(str(value))


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)


def _real_date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        # fromisoformat alone would also take 20261101 and 2026-W44-7.
        if isinstance(value, str) and len(value) == len("2026-11-01"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    context = {"problem": _("this is not a date"), "remedy": _("write year-month-day, for example 2026-11-01")}
    raise PydanticCustomError("sapa", "{problem}", context)


def _thaw(value: Mapping[str, str]) -> dict[str, str]:
    return dict(value)


Word = Annotated[str, BeforeValidator(plain_text), StringConstraints(min_length=1, max_length=4000)]
Id = Annotated[str, BeforeValidator(plain_text), StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Text = Annotated[
    Mapping[Language, Word],
    Field(min_length=1),
    AfterValidator(lambda value: MappingProxyType(dict(value))),
    PlainSerializer(_thaw),
]
"""A text in the languages of its file; see `in_language`."""
Weight = Annotated[Fraction, BeforeValidator(_exact), PlainSerializer(_number)]
Day = Annotated[date, BeforeValidator(_real_date)]
StrictLevel = Annotated[int, Field(strict=True, ge=0, le=TOP_LEVEL)]


def in_language(text: Mapping[Any, str], language: str) -> str:
    """The text in `language`; where that is missing, in English, else in the first language it has."""
    return text.get(language) or text.get("en") or next(iter(text.values()))


class Frozen(BaseModel):
    """A part of a library file: it does not change, and knows no other keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Nature(StrEnum):
    """What a piece of evidence can prove: a document says what should happen, a record that it did, a result what came of it."""

    DOCUMENT = "document"
    RECORD = "record"
    RESULT = "result"


class Basis(Frozen):
    """Where a criterion comes from, and how far that was checked: seen at the source, second-hand, or our own analysis."""

    ref: Word
    confidence: Literal["verified", "secondary", "own"]


class ExpectedEvidence(Frozen):
    """A kind of evidence that usually proves a criterion."""

    kind: Id
    note: Text


class Change(StrEnum):
    """What became of a criterion in an edition that extends another."""

    SAME = "same"
    REWORDED = "reworded"
    EXTENDED = "extended"
    MERGED = "merged"
    SPLIT = "split"
    NEW = "new"


class Criterion(Frozen):
    """One thing that is asked, with what each of the five levels looks like for it.

    In an edition that extends another, `change` says what became of it and `origin` (in YAML: from) which criteria of the base
    it continues. A split criterion whose own id is among them is the first half. `generic_levels` says that the descriptors are
    the general ones, because the rubric was brought in without its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    id: Id
    code: Word
    question: Text
    guidance: Text
    basis: tuple[Basis, ...] = Field(min_length=1)
    mandatory: Annotated[bool, Field(strict=True)] = False
    why_mandatory: Text | None = None
    minimum: Annotated[int, Field(strict=True, ge=1, le=TOP_LEVEL)] = 2
    excludable: Annotated[bool, Field(strict=True)] = False
    weight: Weight = Fraction(1)
    levels: tuple[Text, Text, Text, Text, Text]
    generic_levels: Annotated[bool, Field(strict=True)] = False
    evidence: tuple[ExpectedEvidence, ...] = ()
    change: Change = Change.SAME
    origin: Annotated[tuple[Id, ...], Field(alias="from")] = ()

    @property
    def second_hand(self) -> bool:
        """Whether its wording rests on second-hand sources, and on none that was verified."""
        confidences = {one.confidence for one in self.basis}
        return "secondary" in confidences and "verified" not in confidences


class Standard(Frozen):
    """A group of criteria that serve one purpose; `number` is how the standard prints it and may change between editions."""

    id: Id
    number: Word
    title: Text
    intent: Text
    weight: Weight = Fraction(1)
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class Source(Frozen):
    """The standard a rubric words in our own way."""

    title: Text
    publisher: Word
    year: Annotated[int, Field(strict=True, ge=1900, le=2200)]
    status: Literal["in_force", "draft", "superseded"]
    url: Word | None = None
    checked: Day
    wording: Text


class Rubric(Frozen):
    """One edition of one rubric, resolved: every standard and criterion in order.

    `changes` is the title of a rubric of only what changed against the edition that it extends; without it none is made.
    """

    format: Literal["sapa-rubric/1"]
    id: Id
    edition: Id
    languages: tuple[Language, ...] = Field(min_length=1)
    of: Source
    extends: Word | None = None
    changes: Text | None = None
    standards: tuple[Standard, ...] = Field(min_length=1)

    @property
    def reference(self) -> str:
        """`id@edition`, as assessments name it."""
        return f"{self.id}@{self.edition}"

    def criteria(self) -> Iterator[Criterion]:
        """Every criterion in the rubric's order."""
        for standard in self.standards:
            yield from standard.criteria

    @cached_property
    def by_id(self) -> Mapping[str, Criterion]:
        """Criteria by their id."""
        return MappingProxyType({criterion.id: criterion for criterion in self.criteria()})

    @cached_property
    def standard_of(self) -> Mapping[str, Standard]:
        """The standard of each criterion, by the criterion's id."""
        return MappingProxyType({criterion.id: standard for standard in self.standards for criterion in standard.criteria})


class Band(Frozen):
    """A named range of a scale, from `start` percent up to the next band."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    id: Id
    start: Annotated[int, Field(strict=True, ge=0, le=100, alias="from")]
    label: Text


class Scale(Frozen):
    """Bands, lowest first. `indicative_of` names whose labels they are; None for our own.

    `verified` is False while nobody has compared borrowed labels with their source: such a scale is shown only on request.
    `boundary` says which band a value that equals `from` belongs to; below is the rule of ISO/IEC 33020 (N is 0 to 15 %).
    """

    format: Literal["sapa-scale/1"]
    id: Id
    languages: tuple[Language, ...] = ("en",)
    title: Text
    indicative_of: Word | None
    verified: Annotated[bool, Field(strict=True)] = True
    boundary: Literal["above", "below"] = "above"
    cap_when_mandatory_fails: Id
    bands: tuple[Band, ...] = Field(min_length=2)


class Component(Frozen):
    """A rubric that counts towards a profile; of several alternatives the first that is assessed counts."""

    rubric: Id | tuple[Id, ...]
    weight: Weight

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The rubric ids in order of preference."""
        return (self.rubric,) if isinstance(self.rubric, str) else self.rubric


class Profile(Frozen):
    """How rubrics combine into one readiness verdict. Thresholds are percent of the index."""

    format: Literal["sapa-profile/1"]
    id: Id
    languages: tuple[Language, ...] = ("en",)
    title: Text
    components: tuple[Component, ...] = Field(min_length=1)
    target: StrictLevel
    scale: Id
    ready_from: Annotated[int, Field(strict=True, ge=0, le=100)]
    conditional_from: Annotated[int, Field(strict=True, ge=0, le=100)]


class Kind(Frozen):
    """A kind of evidence and its nature."""

    id: Id
    nature: Nature
    label: Text


class Kinds(Frozen):
    """The controlled list of evidence kinds."""

    format: Literal["sapa-kinds/1"] = "sapa-kinds/1"
    languages: tuple[Language, ...] = ("en",)
    kinds: tuple[Kind, ...] = Field(min_length=1)
