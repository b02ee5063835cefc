"""Fills the page objects of assessments. Figures come from the stored scorecard; nothing is computed here."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.policy import HOUSE, Permission, allows
from app.assessments import access
from app.assessments.answers import headline, rubrics_of
from app.assessments.linked import links_of
from app.assessments.models import UNTOUCHED, Answer, Assessment, StoredScore
from app.assessments.page_objects import (
    AS_STORED,
    EVERYTHING,
    AssessmentPage,
    Conflicting,
    CriterionPage,
    KindChoice,
    LevelChoice,
    Narrowed,
    SavedPage,
    Shown,
    Standing,
    TreeCriterion,
    TreeRubric,
    TreeStandard,
    Wording,
)
from app.i18n import current
from app.rubrics.model import Change, Criterion, Rubric, Standard, in_language
from app.rubrics.registry import Library
from app.scoring.scorecard import Scorecard
from app.scoring.scorecard_json import criterion_to_json


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
    actor: Actor,
    assessment: Assessment,
    *,
    section: str = "overview",
    here: str | None = None,
    narrowed: Narrowed = EVERYTHING,
) -> AssessmentPage:
    """The page of an assessment; `here` is the criterion that is open, which no filter takes away."""
    stored = session.get_one(StoredScore, assessment.id)
    language = current()
    rubrics = rubrics_of(session, library, assessment)
    roles, state = access.roles_on(session, actor, assessment), access.state_of(assessment)
    return AssessmentPage(
        id=assessment.id,
        title=in_language(assessment.title, language),
        institution=in_language(assessment.institution["name"], language),
        date=assessment.date,
        allowed=frozenset(one.value for one in Permission if allows(roles, one, state)),
        guest=not roles & HOUSE,
        frozen_at=assessment.frozen_at,
        standing=standing_of(stored),
        rubrics=tuple(
            _tree_rubric(rubric, scored, language, here, narrowed.left)
            for rubric, scored in zip(rubrics, stored.scorecard["rubrics"], strict=True)
        ),
        untouched=assessment.version == UNTOUCHED,
        section=section,
        query=narrowed.query,
        chips=narrowed.chips,
    )


def _tree_rubric(
    rubric: Rubric, scored: dict[str, Any], language: str, here: str | None, left: frozenset[str] | None
) -> TreeRubric:
    return TreeRubric(
        title=in_language(rubric.of.title, language),
        reference=rubric.reference,
        score=scored["score"],
        low=scored["low"],
        high=scored["high"],
        answered=scored["answered"],
        applicable=scored["applicable"],
        standards=tuple(
            _tree_standard(rubric.id, standard, one, language, here, left)
            for standard, one in zip(rubric.standards, scored["standards"], strict=True)
        ),
    )


def _tree_standard(
    rubric_id: str, standard: Standard, scored: dict[str, Any], language: str, here: str | None, left: frozenset[str] | None
) -> TreeStandard:
    every = (
        (f"{rubric_id}:{criterion.id}", criterion, one)
        for criterion, one in zip(standard.criteria, scored["criteria"], strict=True)
    )
    criteria = tuple(
        tree_criterion(name, criterion, one, language, here)
        for name, criterion, one in every
        if left is None or name in left or name == here
    )
    return TreeStandard(
        number=standard.number,
        title=in_language(standard.title, language),
        score=scored["score"],
        answered=scored["answered"],
        applicable=scored["applicable"],
        is_open=left is not None or any(one.current for one in criteria),
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


def criterion_page(  # noqa: PLR0913 - whose view of what, and how much of it
    session: Session,
    library: Library,
    actor: Actor,
    assessment: Assessment,
    reference: str,
    shown: Shown = AS_STORED,
    *,
    narrowed: Narrowed = EVERYTHING,
    form_alone: bool = False,
) -> CriterionPage:
    """The page of a criterion as it stands now. Raises KeyError for a criterion that does not exist: routes look first.

    With `form_alone` what stands around the form of the answer is left out.
    """
    page = assessment_page(session, library, actor, assessment, section="answers", here=reference, narrowed=narrowed)
    rubric, criterion, standard = _placed(rubrics_of(session, library, assessment), reference)
    answer = access.find_answer(session, assessment, reference)
    language = current()
    typed = shown.typed if shown.typed is not None else _typed(answer)
    order = page.criteria()
    place = next(index for index, one in enumerate(order) if one.current)
    return CriterionPage(
        assessment=page,
        reference=reference,
        code=criterion.code,
        standard=f"{standard.number} {in_language(standard.title, language)}",
        question=order[place].question,
        guidance=in_language(criterion.guidance, language),
        why_mandatory=in_language(criterion.why_mandatory, language) if criterion.why_mandatory else None,
        mandatory=criterion.mandatory,
        minimum=criterion.minimum,
        excludable=criterion.excludable,
        levels=_levels(criterion, typed.get("choice")),
        expected=_expected(criterion, library),
        wording=_wording(rubric, criterion),
        text_language=language if language in rubric.languages else "en",
        typed=typed,
        errors=shown.errors,
        version=answer.version if answer else 0,
        state=order[place],
        links=() if form_alone else links_of(session, library, actor, assessment, answer),
        library=access.library_codes(session, actor, assessment) if page.may_edit and not form_alone else (),
        kinds=() if form_alone else kind_choices(library),
        previous=order[place - 1].reference if place else None,
        next=order[place + 1].reference if place + 1 < len(order) else None,
        others=len(order) > 1,
        saved_at=answer.updated_at if answer else None,
        conflict=shown.conflict,
        beside=shown.beside,
    )


def _wording(rubric: Rubric, criterion: Criterion) -> Wording:
    return Wording(
        basis=tuple((one.ref, one.confidence) for one in criterion.basis),
        second_hand=criterion.second_hand,
        change=None if criterion.change is Change.SAME else criterion.change.value,
        draft=rubric.of.status == "draft",
        generic_levels=criterion.generic_levels,
    )


def saved_page(session: Session, library: Library, assessment: Assessment, answer: Answer, card: Scorecard) -> SavedPage:
    """What changed with a saved answer."""
    rubric, criterion, _standard = _placed(rubrics_of(session, library, assessment), answer.criterion)
    scored = next(one for one in card.rubrics if one.rubric == rubric.id)
    found = criterion_to_json(next(one for one in scored.criteria() if one.id == criterion.id))
    state = tree_criterion(answer.criterion, criterion, found, current(), answer.criterion)
    whole = headline(card)
    standing = Standing(low=whole.pop("index_low"), high=whole.pop("index_high"), **whole)
    return SavedPage(state, standing, answer.version, answer.updated_at)


def _placed(rubrics: Sequence[Rubric], reference: str) -> tuple[Rubric, Criterion, Standard]:
    rubric_id, _colon, criterion_id = reference.partition(":")
    rubric = next(one for one in rubrics if one.id == rubric_id)
    return rubric, rubric.by_id[criterion_id], rubric.standard_of[criterion_id]


def _levels(criterion: Criterion, choice: str | None) -> tuple[LevelChoice, ...]:
    texts = enumerate(criterion.levels)
    return tuple(LevelChoice(level, in_language(text, current()), choice == str(level)) for level, text in texts)


def _expected(criterion: Criterion, library: Library) -> tuple[tuple[str, str, str], ...]:
    kinds = {kind.id: kind for kind in library.kinds.kinds}
    return tuple(
        (in_language(kinds[one.kind].label, current()), kinds[one.kind].nature.value, in_language(one.note, current()))
        for one in criterion.evidence
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
        "next_step": answer.next_step or "",
        "not_applicable": answer.not_applicable or "",
        "to_confirm": "true" if answer.to_confirm else "",
    }


def kind_choices(library: Library) -> tuple[KindChoice, ...]:
    """The kinds of evidence to choose from."""
    return tuple(KindChoice(one.id, in_language(one.label, current()), one.nature.value) for one in library.kinds.kinds)


def conflicting(answer: Answer) -> Conflicting:
    """What somebody else saved."""
    texts = (answer.comment, answer.strengths, answer.next_step, answer.not_applicable)
    return Conflicting(answer.level, *texts, answer.updated_at)
