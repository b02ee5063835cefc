"""What an assessment says, in the form the method needs. No files, no rows: readers and doors make these."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.rubrics.crosswalk import Crosswalk
from app.rubrics.model import Nature, Profile, Rubric, Scale


class EvidenceStatus(StrEnum):
    """Whether an evidence item still stands; a reviewer rejects, an owner withdraws."""

    VALID = "valid"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What of an evidence item decides whether, and what, it can prove."""

    nature: Nature
    status: EvidenceStatus = EvidenceStatus.VALID
    valid_from: date | None = None
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the item counts on the reference date: an open end is no limit, both ends are included."""
        return self.problem_on(day) is None

    def problem_on(self, day: date) -> str | None:
        """Why the item does not count: withdrawn, rejected, not_yet_valid or expired; None when it does."""
        if self.status is not EvidenceStatus.VALID:
            return self.status.value
        if self.valid_from is not None and self.valid_from > day:
            return "not_yet_valid"
        return "expired" if self.valid_until is not None and self.valid_until < day else None


@dataclass(frozen=True, slots=True)
class Answer:
    """A level 0 to 4, or not applicable (`level` is then None), with the natures of the valid evidence linked to it.

    A missing answer is no `Answer` at all: not applicable and not answered are states, never numbers.
    """

    level: int | None
    natures: frozenset[Nature] = frozenset()

    @property
    def not_applicable(self) -> bool:
        """True when the criterion was declared not applicable."""
        return self.level is None


LIVE = ("open", "in_progress")
"""The statuses of an action that is still going to be done, or is being done."""


@dataclass(frozen=True, slots=True)
class Action:
    """What of an action decides whether it answers a blocker: is it open, does somebody own it, is it due some day."""

    criterion: str
    has_owner: bool
    has_due: bool
    is_open: bool

    @property
    def answers_a_blocker(self) -> bool:
        """An open action with an owner and a due date."""
        return self.is_open and self.has_owner and self.has_due


@dataclass(frozen=True)
class Assessed:
    """Everything the method needs of one assessment. Criteria are named `rubric:criterion`."""

    date: date
    profile: Profile
    scale: Scale
    rubrics: tuple[Rubric, ...]
    answers: Mapping[str, Answer]
    digests: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, int] = field(default_factory=dict)
    crosswalks: tuple[Crosswalk, ...] = ()
    actions: tuple[Action, ...] = ()


def natures_of(items: Iterable[Evidence], day: date) -> frozenset[Nature]:
    """The natures among the items that are valid on `day`."""
    return frozenset(item.nature for item in items if item.valid_on(day))


def cap(natures: frozenset[Nature]) -> int:
    """The highest level that evidence of these natures supports, 1 to 4 (the table "Substantiated level")."""
    if not natures:
        return 1
    if natures == {Nature.DOCUMENT}:
        return 2
    return 4 if Nature.RESULT in natures and len(natures) > 1 else 3


def component_weights(profile: Profile, rubrics: Iterable[Rubric]) -> dict[str, Fraction]:
    """The weight of each rubric that is a component, in the profile's order: of alternatives the first that is assessed."""
    assessed = {rubric.id for rubric in rubrics}
    chosen: dict[str, Fraction] = {}
    for component in profile.components:
        taking_part = next((name for name in component.alternatives if name in assessed), None)
        if taking_part is not None:
            chosen[taking_part] = component.weight
    return chosen
