"""The report's objects: everything a reader sees, in one language, in order, with every figure already computed.

Renderers format these and compute nothing. Levels are 0 to 4; percentages are exact fractions in 0..100; None means that
a thing does not exist (a level that was not given, a score of nothing), which is not zero.
"""

from dataclasses import dataclass
from datetime import date as day
from fractions import Fraction

from app.reports.model_agreement import AgreementSection
from app.reports.model_approval import Approval
from app.reports.model_coverage import CoverageSection
from app.reports.model_delta import DeltaSection
from app.reports.model_lacking import NOTHING, Lacking
from app.reports.model_look import Look
from app.reports.model_plan import ActionRow
from app.reports.model_traceability import Traceability
from app.reports.model_verification import Verification
from app.reports.model_views import Views
from app.reports.model_worth import PlanWorth
from app.scoring.answers import EvidenceStatus
from app.scoring.gaps import Cause
from app.scoring.scorecard import Figures, State, Verdict


@dataclass(frozen=True, slots=True)
class LevelText:
    """A level and what it looks like for one criterion."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class CitedEvidence:
    """An evidence item where an answer cites it; `valid` is on the reference date."""

    id: str
    title: str
    kind: str
    nature: str
    where: str | None
    proves: str | None
    valid: bool
    problem: str | None
    """Why it does not count: expired, not_yet_valid, withdrawn or rejected; None when it counts."""
    version: int | None = None
    sha256: str | None = None
    """Which version of its file is meant; None where only one was ever kept, or none."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next about a gap: the level to reach and what it looks like, or the proof that is missing."""

    level: int
    text: str
    missing_natures: tuple[str, ...]
    """Natures of evidence, any one of which would let more of the claim count; empty when proof is not what is missing."""


@dataclass(frozen=True, slots=True)
class CriterionSection:
    """One criterion as the report shows it."""

    reference: str
    anchor: str
    code: str
    question: str
    state: State
    claimed: int | None
    substantiated: int | None
    cap: int | None
    target: int | None
    gap: int | None
    cause: Cause | None
    mandatory: bool
    minimum: int
    blocker: bool
    required: str | None
    descriptor: LevelText | None
    comment: str | None
    strengths: str | None
    planned_step: str | None
    justification: str | None
    to_confirm: bool
    change: str | None
    second_hand: bool
    evidence: tuple[CitedEvidence, ...]
    next_step: NextStep | None
    actions: tuple[ActionRow, ...]


@dataclass(frozen=True, slots=True)
class StandardSection:
    """A standard with its figures and criteria."""

    id: str
    anchor: str
    number: str
    title: str
    intent: str
    figures: Figures
    band: str | None
    criteria: tuple[CriterionSection, ...]


@dataclass(frozen=True, slots=True)
class RubricSection:
    """A rubric with its figures and standards. `weight` is its share of the index, 0..1; 0 when it does not count."""

    id: str
    reference: str
    anchor: str
    title: str
    publisher: str
    year: int
    status: str
    wording: str
    generic: bool
    """Whether criteria have the general descriptors, because the rubric came without its own."""
    digest: str
    weight: Fraction
    figures: Figures
    band: str | None
    standards: tuple[StandardSection, ...]


@dataclass(frozen=True, slots=True)
class GapRow:
    """A line of the gap register."""

    rank: int
    reference: str
    anchor: str
    rubric: str
    code: str
    question: str
    substantiated: int | None
    target: int
    gap: int
    cause: Cause
    mandatory: bool
    blocker: bool
    priority: Fraction
    leverage: Fraction
    action: ActionRow | None
    """The live action for it, None when nothing is planned."""


@dataclass(frozen=True, slots=True)
class BlockerRow:
    """A mandatory criterion below its minimum, why it is mandatory, and the action that answers it."""

    reference: str
    anchor: str
    rubric: str
    code: str
    question: str
    why: str | None
    claimed: int | None
    substantiated: int | None
    minimum: int
    decides: bool
    """False when its rubric is no component of the profile: then it is listed but does not decide the verdict."""
    action: ActionRow | None


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One of the few steps that would change most; gains are points of the index (and of its lower end)."""

    reference: str
    anchor: str
    code: str
    question: str
    target: int
    target_text: str
    gain_low: Fraction | None
    gain: Fraction | None
    removes_blocker: bool
    verdict: Verdict
    action: ActionRow | None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A line of the evidence index, with every criterion that uses it."""

    id: str
    anchor: str
    title: str
    kind: str
    nature: str
    date: day | None
    valid_from: day | None
    valid_until: day | None
    status: EvidenceStatus
    valid: bool
    problem: str | None
    because: str | None
    """Why it was withdrawn."""
    seen_on: day | None
    language: str | None
    url: str | None
    sha256: str | None
    used_by: tuple[tuple[str, str], ...]
    """(anchor, code) of each criterion, in the report's order."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who, what, when, and the digests by which a copy can be told from the original."""

    title: str
    institution: str
    country: str
    deqar_id: str | None
    eter_id: str | None
    programme: str | None
    programme_level: str | None
    partners: tuple[tuple[str, str], ...]
    date: day
    profile: str
    assessment_digest: str
    draft: bool
    approval: Approval | None
    audit_head: str | None
    """Where the organisation's trail ended when the report was made, "3:128:ab12…"; None when it was made from a file."""
    verification: Verification | None = None
    """The code that leads to the page that says what was issued; None for what was not approved."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything there is to show, in `language`. Built by `app.reports.build.build`; formatted by renderers."""

    language: str
    identity: Identity
    verdict: Verdict
    index: Fraction | None
    index_low: Fraction | None
    index_high: Fraction | None
    target: int
    ready_from: int
    conditional_from: int
    scale: str
    bands: tuple[tuple[str, int, str], ...]
    """(id, from percent, label), lowest first."""
    indicative_of: str | None
    rubrics: tuple[RubricSection, ...]
    blockers: tuple[BlockerRow, ...]
    moves: tuple[MoveRow, ...]
    gaps: tuple[GapRow, ...]
    actions: tuple[ActionRow, ...]
    coverage: tuple[CoverageSection, ...]
    evidence: tuple[EvidenceRow, ...]
    traceability: Traceability
    worth: PlanWorth
    delta: DeltaSection | None
    """What changed since an earlier state, when one was given to compare with."""
    look: Look
    agreement: AgreementSection
    views: Views
    unverified_views: Views
    lacking: Lacking = NOTHING

    def criteria(self) -> tuple[CriterionSection, ...]:
        """Every criterion in order."""
        return tuple(c for rubric in self.rubrics for standard in rubric.standards for c in standard.criteria)

    def from_iso(self) -> tuple[CoverageSection, ...]:
        """What ISO 9001 gives for each other rubric; nothing where no edition of it is assessed beside them."""
        return tuple(one for one in self.coverage if one.from_iso)

    def not_applicable(self) -> tuple[CriterionSection, ...]:
        """Criteria declared not applicable, with their justifications."""
        return tuple(one for one in self.criteria() if one.state is State.NOT_APPLICABLE)

    def unanswered(self) -> tuple[CriterionSection, ...]:
        """Applicable criteria without an answer."""
        return tuple(one for one in self.criteria() if one.state is State.UNANSWERED)
