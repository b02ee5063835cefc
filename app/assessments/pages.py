"""Typed page objects: what templates of assessments show. Figures come from the scorecard; nothing is computed here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.assessments import access
from app.assessments.answers import rubrics_of
from app.assessments.models import Answer, Assessment, EvidenceLink, StoredScore
from app.evidence.models import EvidenceItem
from app.i18n import current
from app.rubrics.model import Criterion, Rubric, Standard, in_language
from app.rubrics.registry import Library
from app.scoring.answers import Evidence, EvidenceStatus


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
    """One assessment with its tree."""

    id: int
    title: str
    institution: str
    date: Any
    may_edit: bool
    standing: Standing
    rubrics: tuple[TreeRubric, ...]
    section: str = "overview"


@dataclass(frozen=True, slots=True)
class LevelChoice:
    """A level to choose, by its description."""

    level: int
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class LinkedEvidence:
    """An item linked to the answer; `problem` says why it does not count."""

    link_id: int
    item_id: int
    code: str
    title: str
    kind: str
    nature: str
    where: str | None
    proves: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of evidence to choose."""

    id: str
    label: str
    nature: str


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
    basis: tuple[tuple[str, str], ...]
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
    saved_at: Any = None
    conflict: "Conflicting | None" = None
    offered: str | None = None


@dataclass(frozen=True, slots=True)
class Conflicting:
    """What somebody else saved meanwhile."""

    level: int | None
    comment: str | None
    strengths: str | None
    not_applicable: str | None
    saved_at: Any


def standing_of(stored: StoredScore) -> Standing:
    """The figures of the stored score."""
    return Standing(
        verdict=stored.verdict,
        index=stored.index,
        low=stored.index_low,
        high=stored.index_high,
        answered=stored.answered,
        applicable=stored.applicable,
        blockers=stored.blockers,
    )


def assessment_page(
    session: Session,
    library: Library,
    assessment: Assessment,
    *,
    may_edit: bool,
    section: str = "overview",
    here: str | None = None,
) -> AssessmentPage:
    """The page of an assessment; `here` is the criterion that is open."""
    stored = session.get_one(StoredScore, assessment.id)
    language = current()
    rubrics = rubrics_of(session, library, assessment)
    return AssessmentPage(
        id=assessment.id,
        title=in_language(assessment.title, language),
        institution=in_language(assessment.institution["name"], language),
        date=assessment.date,
        may_edit=may_edit,
        standing=standing_of(stored),
        rubrics=tuple(
            _tree_rubric(rubric, scored, language, here)
            for rubric, scored in zip(rubrics, stored.scorecard["rubrics"], strict=True)
        ),
        section=section,
    )


def _tree_rubric(rubric: Rubric, scored: dict[str, Any], language: str, here: str | None) -> TreeRubric:
    return TreeRubric(
        title=in_language(rubric.of.title, language),
        reference=rubric.reference,
        score=scored["score"],
        low=scored["low"],
        high=scored["high"],
        answered=scored["answered"],
        applicable=scored["applicable"],
        standards=tuple(
            _tree_standard(rubric.id, standard, one, language, here)
            for standard, one in zip(rubric.standards, scored["standards"], strict=True)
        ),
    )


def _tree_standard(rubric_id: str, standard: Standard, scored: dict[str, Any], language: str, here: str | None) -> TreeStandard:
    criteria = tuple(
        tree_criterion(f"{rubric_id}:{criterion.id}", criterion, one, language, here)
        for criterion, one in zip(standard.criteria, scored["criteria"], strict=True)
    )
    return TreeStandard(
        number=standard.number,
        title=in_language(standard.title, language),
        score=scored["score"],
        answered=scored["answered"],
        applicable=scored["applicable"],
        is_open=any(one.current for one in criteria),
        criteria=criteria,
    )


def tree_criterion(
    reference: str, criterion: Criterion, scored: dict[str, Any], language: str, here: str | None
) -> TreeCriterion:
    """A criterion of the tree from its stored score."""
    return TreeCriterion(
        reference=reference,
        code=criterion.code,
        question=in_language(criterion.question, language),
        state=scored["state"],
        claimed=scored["claimed"],
        substantiated=scored["substantiated"],
        blocker=scored["blocker"],
        gap=scored["gap"],
        cause=scored["cause"],
        current=reference == here,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """How a criterion is shown beyond what is stored: what was typed, what is wrong with it, who else was there."""

    typed: Mapping[str, str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: Conflicting | None = None
    offered: str | None = None


def criterion_page(
    session: Session, library: Library, assessment: Assessment, reference: str, *, may_edit: bool, shown: Shown = Shown()
) -> CriterionPage:
    """The page of a criterion as it stands now. Raises KeyError for a criterion that does not exist: routes look first."""
    page = assessment_page(session, library, assessment, may_edit=may_edit, section="answers", here=reference)
    rubric_id, _colon, criterion_id = reference.partition(":")
    rubric = next(one for one in rubrics_of(session, library, assessment) if one.id == rubric_id)
    criterion = rubric.by_id[criterion_id]
    standard = rubric.standard_of[criterion_id]
    answer = access.find_answer(session, assessment, reference)
    language = current()
    typed = shown.typed if shown.typed is not None else _typed(answer)
    order = [one.reference for tree in page.rubrics for part in tree.standards for one in part.criteria]
    place = order.index(reference)
    state = next(one for tree in page.rubrics for part in tree.standards for one in part.criteria if one.current)
    labels = {kind.id: kind for kind in library.kinds.kinds}
    return CriterionPage(
        assessment=page,
        reference=reference,
        code=criterion.code,
        standard=f"{standard.number} {in_language(standard.title, language)}",
        question=state.question,
        guidance=in_language(criterion.guidance, language),
        why_mandatory=in_language(criterion.why_mandatory, language) if criterion.why_mandatory else None,
        mandatory=criterion.mandatory,
        minimum=criterion.minimum,
        excludable=criterion.excludable,
        levels=tuple(
            LevelChoice(level, in_language(text, language), typed.get("choice") == str(level))
            for level, text in enumerate(criterion.levels)
        ),
        expected=tuple(
            (in_language(labels[one.kind].label, language), labels[one.kind].nature.value, in_language(one.note, language))
            for one in criterion.evidence
        ),
        basis=tuple((one.ref, one.confidence) for one in criterion.basis),
        text_language=language if language in rubric.languages else "en",
        typed=typed,
        errors=shown.errors,
        version=answer.version if answer else 0,
        state=state,
        links=tuple(linked(link, library, assessment) for link in answer.links) if answer else (),
        library=access.library_codes(session, assessment),
        kinds=kind_choices(library),
        previous=order[place - 1] if place else None,
        next=order[place + 1] if place + 1 < len(order) else None,
        saved_at=answer.updated_at if answer else None,
        conflict=shown.conflict,
        offered=shown.offered,
    )


def _typed(answer: Answer | None) -> dict[str, str]:
    """The stored answer as the form shows it. Nothing is chosen where nothing was answered."""
    if answer is None:
        return {}
    choice = "na" if answer.not_applicable is not None else "" if answer.level is None else str(answer.level)
    return {
        "choice": choice,
        "comment": answer.comment or "",
        "strengths": answer.strengths or "",
        "not_applicable": answer.not_applicable or "",
        "to_confirm": "true" if answer.to_confirm else "",
    }


def linked(link: EvidenceLink, library: Library, assessment: Assessment) -> LinkedEvidence:
    """A link as the page shows it."""
    kind = next(one for one in library.kinds.kinds if one.id == link.item.kind)
    return LinkedEvidence(
        link_id=link.id,
        item_id=link.item.id,
        code=link.item.code,
        title=link.item.title,
        kind=in_language(kind.label, current()),
        nature=kind.nature.value,
        where=link.where,
        proves=link.proves,
        problem=problem_of(link.item, library, assessment.date),
    )


def problem_of(item: EvidenceItem, library: Library, day: Any) -> str | None:
    """Why an item does not count on a day; None when it does."""
    seen = Evidence(library.natures()[item.kind], EvidenceStatus(item.status), item.valid_from, item.valid_until)
    return seen.problem_on(day)


def kind_choices(library: Library) -> tuple[KindChoice, ...]:
    """The kinds of evidence to choose from."""
    return tuple(KindChoice(one.id, in_language(one.label, current()), one.nature.value) for one in library.kinds.kinds)


def conflicting(answer: Answer) -> Conflicting:
    """What somebody else saved."""
    return Conflicting(answer.level, answer.comment, answer.strengths, answer.not_applicable, answer.updated_at)
