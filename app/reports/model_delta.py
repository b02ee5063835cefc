"""The report's objects of what changed between two states of an assessment: two cycles, or two approvals."""

from dataclasses import dataclass
from datetime import date as day
from fractions import Fraction

from app.reports.model_worth import Standing


@dataclass(frozen=True, slots=True)
class DeltaSide:
    """One of the two states: what it is called, of when it is, its digest and its figures."""

    name: str
    date: day
    digest: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class EditionRow:
    """A rubric's edition on each side; None where it is not assessed there."""

    title: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class LevelBetween:
    """A criterion on one side: its state, "not_asked" where it has no counterpart, and its levels."""

    state: str
    claimed: int | None
    substantiated: int | None


@dataclass(frozen=True, slots=True)
class DeltaCriterion:
    """A criterion that changed; `kind` says how, evidence is named by its code with the place."""

    kind: str
    code: str
    question: str
    before: LevelBetween
    after: LevelBetween
    evidence_gained: tuple[str, ...]
    evidence_lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeltaGroup:
    """Criteria that changed in the same way."""

    kind: str
    criteria: tuple[DeltaCriterion, ...]


@dataclass(frozen=True, slots=True)
class DeltaStandard:
    """A standard whose score or band differs; a score of None with `asked` False is a standard that was not there."""

    number: str
    title: str
    before: Fraction | None
    after: Fraction | None
    band_before: str | None
    band_after: str | None
    asked_before: bool
    asked_after: bool


@dataclass(frozen=True, slots=True)
class DeltaActions:
    """What became of actions: `fate` is done, added, removed or undone; each is (code of its criterion, words)."""

    fate: str
    actions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DeltaSection:
    """Everything that differs. Lists of blockers and gaps are (code, question)."""

    before: DeltaSide
    after: DeltaSide
    editions: tuple[EditionRow, ...]
    nothing: bool
    blockers_lost: tuple[tuple[str, str], ...]
    blockers_gained: tuple[tuple[str, str], ...]
    gaps_closed: tuple[tuple[str, str], ...]
    gaps_opened: tuple[tuple[str, str], ...]
    standards: tuple[DeltaStandard, ...]
    groups: tuple[DeltaGroup, ...]
    actions: tuple[DeltaActions, ...]

    @property
    def other_editions(self) -> bool:
        """Whether the two were measured with different editions, so that a figure may differ for that reason alone."""
        return any(one.before != one.after for one in self.editions)

    def count(self, kind: str) -> int:
        """How many criteria changed in this way."""
        return sum(len(one.criteria) for one in self.groups if one.kind == kind)
