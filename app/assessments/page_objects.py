"""Typed page objects: what templates of assessments show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.assessments.chips import ShownChip


@dataclass(frozen=True, slots=True)
class TreeCriterion:
    """A criterion in the tree; levels None when not answered or not applicable."""

    reference: str
    code: str
    question: str
    state: str
    claimed: int | None
    substantiated: int | None
    blocker: bool
    gap: int | None
    cause: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class TreeStandard:
    """A standard in the tree: progress (answered of applicable) apart from the result (score, percent)."""

    number: str
    title: str
    score: float | None
    answered: int
    applicable: int
    is_open: bool
    criteria: tuple[TreeCriterion, ...]


@dataclass(frozen=True, slots=True)
class TreeRubric:
    """A rubric in the tree."""

    title: str
    reference: str
    score: float | None
    low: float | None
    high: float | None
    answered: int
    applicable: int
    standards: tuple[TreeStandard, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole assessment's figures, as stored beside it."""

    verdict: str
    index: float | None
    low: float | None
    high: float | None
    answered: int
    applicable: int
    blockers: int


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """One assessment with its tree. `allowed` are the names of what the person may do with it as it is now.

    `frozen_at` is when it was approved, None while it is open; `guest` is whether it is only shared with the person.
    """

    id: int
    title: str
    institution: str
    date: Any
    allowed: frozenset[str]
    guest: bool
    frozen_at: datetime | None
    standing: Standing
    rubrics: tuple[TreeRubric, ...]
    untouched: bool
    """Nobody has worked on it since it was made: it can be taken back."""
    section: str = "overview"
    query: str = ""
    """What links to criteria carry along: the chosen filters."""
    chips: tuple[ShownChip, ...] = ()

    def criteria(self) -> tuple[TreeCriterion, ...]:
        """Every criterion that the filters leave, in order."""
        return tuple(one for rubric in self.rubrics for standard in rubric.standards for one in standard.criteria)

    def may(self, permission: str) -> bool:
        """Whether the person may do this."""
        return permission in self.allowed

    @property
    def may_edit(self) -> bool:
        """Whether the person may change answers."""
        return self.may("answer")


@dataclass(frozen=True, slots=True)
class LevelChoice:
    """A level to choose, by its description."""

    level: int
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class LinkedEvidence:
    """An item linked to the answer; `problem` says why it does not count, `because` why it was withdrawn.

    `cited` is the version of its file that is meant and `newest` the newest one, None without files. `hidden` when the reader
    may know no more than that it is there.
    """

    link_id: int
    item_id: int
    code: str
    title: str
    kind: str
    nature: str
    where: str | None
    proves: str | None
    problem: str | None
    because: str | None
    cited: int | None
    newest: int | None
    hidden: bool
    file: int | None = None
    """The number of the newest file, if it has a preview."""
    page: int = 1
    """The page that `where` names."""


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of evidence to choose."""

    id: str
    label: str
    nature: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Where the words of a criterion come from, and how far they can be relied on."""

    basis: tuple[tuple[str, str], ...]
    """(reference, confidence)."""
    second_hand: bool
    change: str | None
    """What became of it in an edition that extends another; None when it is as it was."""
    draft: bool
    generic_levels: bool


@dataclass(frozen=True, slots=True)
class CriterionPage:
    """One criterion: the answer in the middle, the tree and the guidance beside it."""

    assessment: AssessmentPage
    reference: str
    code: str
    standard: str
    question: str
    guidance: str
    why_mandatory: str | None
    mandatory: bool
    minimum: int
    excludable: bool
    levels: tuple[LevelChoice, ...]
    expected: tuple[tuple[str, str, str], ...]
    """(label, nature, note) of what usually proves it."""
    wording: Wording
    text_language: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    version: int
    state: TreeCriterion
    links: tuple[LinkedEvidence, ...]
    library: tuple[tuple[str, str], ...]
    """(code, title) of the items that can be linked."""
    kinds: tuple[KindChoice, ...]
    previous: str | None
    next: str | None
    others: bool = True
    """Whether the tree has other criteria than this one: filters may leave none."""
    saved_at: Any = None
    conflict: "Conflicting | None" = None
    beside: Mapping[str, str] = field(default_factory=dict)
    """What was typed into the forms for evidence, by field id, for example `upload_title`."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What a page shows anew after an answer was saved."""

    state: TreeCriterion
    standing: Standing
    version: int
    saved_at: Any


@dataclass(frozen=True, slots=True)
class Conflicting:
    """What somebody else saved meanwhile."""

    level: int | None
    comment: str | None
    strengths: str | None
    next_step: str | None
    not_applicable: str | None
    saved_at: Any


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The filters of a page: what they leave (None: everything), what links carry along, and the chips to turn them."""

    left: frozenset[str] | None = None
    query: str = ""
    chips: tuple[ShownChip, ...] = ()


EVERYTHING = Narrowed()


@dataclass(frozen=True, slots=True)
class Shown:
    """How a criterion is shown beyond what is stored: what was typed, what is wrong with it, who else was there."""

    typed: Mapping[str, str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: Conflicting | None = None
    beside: Mapping[str, str] = field(default_factory=dict)


AS_STORED = Shown()
"""Nothing was typed, nothing is wrong."""
