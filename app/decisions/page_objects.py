"""Typed page objects: what templates of decisions show."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.decisions.access import Reopening
from app.portable.compare import Comparison, CriterionChange, Kind, StandardChange
from app.portable.model import PortableAction
from app.portable.words import Run
from app.reports.model_approval import Approval


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A line of the list of revisions, with the stored scorecard's headline worked out from what was approved."""

    approval: Approval
    reopening: Reopening | None
    verdict: str
    index: float | None
    low: float | None
    high: float | None
    blockers: int


@dataclass(frozen=True, slots=True)
class RevisionsPage:
    """Every revision, the latest first; `is_open` is whether the assessment can be changed now."""

    rows: tuple[RevisionRow, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text of an answer word by word; `label` says which."""

    label: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class ChangedCriterion:
    """A criterion that differs, in the reader's words."""

    change: CriterionChange
    code: str
    question: str
    texts: tuple[TextChange, ...]


@dataclass(frozen=True, slots=True)
class ChangedStandard:
    """A standard that differs, with the labels of its bands; None without one."""

    change: StandardChange
    number: str
    title: str
    band_before: str | None
    band_after: str | None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What changed from one state to another. `until` is None for now; `show` is the filter, None for everything."""

    since: int
    until: int | None
    others: tuple[int, ...]
    comparison: Comparison
    standards: tuple[ChangedStandard, ...]
    criteria: tuple[ChangedCriterion, ...]
    show: Kind | None
    counts: Mapping[Kind, int]
    gained: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]
    """(code, question) of blockers."""
    plan: tuple[tuple[str, tuple[tuple[str, PortableAction], ...]], ...]
    """(what happened, its actions each with the criterion's code); what did not happen is left out."""


@dataclass(frozen=True, slots=True)
class RevisionsPanel:
    """What the first page of an assessment says of its revisions."""

    assessment_id: int
    latest: int
    is_open: bool
