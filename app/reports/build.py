"""From a portable assessment to the frozen report. Pure: no clock, no database, no template; figures come from the scorecard."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from app.portable.compare import Side
from app.portable.model import Portable, PortableAnswer
from app.portable.read import assessed as to_assessed
from app.portable.write import digest_of
from app.reports.build_agreement import agreement_section
from app.reports.build_delta import Against, delta_section, earlier_side
from app.reports.build_lacking import unprintable
from app.reports.build_lists import action_rows, blocker_rows, evidence_rows, gap_rows, move_rows, traceability
from app.reports.build_parts import Sources, anchor_of, cited, next_step
from app.reports.build_worth import plan_worth
from app.reports.coverage import coverage_sections
from app.reports.model import CriterionSection, Identity, LevelText, Report, RubricSection, StandardSection
from app.reports.model_approval import Approval
from app.reports.model_lacking import Lacking
from app.reports.model_look import PLAIN, Look
from app.reports.model_plan import ActionRow
from app.reports.views import views
from app.rubrics.model import Change, Criterion, Rubric, Standard
from app.rubrics.registry import Library
from app.scoring.answers import Assessed
from app.scoring.moves import best_moves
from app.scoring.score import score
from app.scoring.scorecard import CriterionScore, RubricScore, Scorecard, StandardScore, State


@dataclass(frozen=True, slots=True)
class Built:
    """A report with what it was made from: the scorecard and the portable assessment go with it as attachments.

    `earlier` is the state that a report on what changed compares with: it goes with it too.
    """

    report: Report
    card: Scorecard
    portable: Portable
    earlier: Side | None = None


def build(  # noqa: PLR0913 - what it is made from, and what is said of it
    portable: Portable,
    library: Library,
    language: str,
    *,
    draft: bool = False,
    approval: Approval | None = None,
    audit_head: str | None = None,
    against: Against | None = None,
    look: Look = PLAIN,
    gone: frozenset[str] = frozenset(),
) -> Built:
    """Score an assessment and lay out everything a reader sees, in `language` (English where a text lacks it).

    `approval` is who signed it off. `audit_head` says where the trail of what happened ends: printed, it is a witness that nobody
    can change any more. `against` is an earlier state to compare with, `look` the organisation's own cover. `gone` are codes of
    evidence whose file should be kept and is not there.
    """
    assessed = to_assessed(portable, library)
    card = score(assessed)
    sources = Sources(portable, library, language)
    identity = _identity(sources, assessed, draft=draft, approval=approval, audit_head=audit_head)
    report = _report(sources, assessed, card, identity)
    earlier = earlier_side(against) if against else None
    delta = delta_section(against, earlier, portable, library, language) if against and earlier else None
    lacking = Lacking(unprintable(sources), gone)
    return Built(replace(report, delta=delta, look=look, lacking=lacking), card, portable, earlier)


def _report(sources: Sources, assessed: Assessed, card: Scorecard, identity: Identity) -> Report:
    actions = action_rows(sources, card)
    rubrics = _rubrics(sources, assessed, card, actions)
    criteria = {c.reference: c for rubric in rubrics for standard in rubric.standards for c in standard.criteria}
    return Report(
        language=sources.language,
        identity=identity,
        verdict=card.verdict,
        index=card.index,
        index_low=card.index_low,
        index_high=card.index_high,
        target=assessed.profile.target,
        ready_from=assessed.profile.ready_from,
        conditional_from=assessed.profile.conditional_from,
        scale=sources.text(assessed.scale.title),
        bands=tuple((band.id, band.start, sources.text(band.label)) for band in assessed.scale.bands),
        indicative_of=assessed.scale.indicative_of,
        rubrics=rubrics,
        blockers=blocker_rows(sources, card, criteria),
        moves=move_rows(sources, best_moves(assessed, card), criteria),
        gaps=gap_rows(sources, card, criteria),
        actions=actions,
        coverage=coverage_sections(sources, card),
        evidence=(evidence := evidence_rows(sources, criteria.values())),
        traceability=traceability(criteria.values(), evidence),
        worth=plan_worth(sources, assessed, card),
        delta=None,
        look=PLAIN,
        agreement=agreement_section(sources.portable, assessed.rubrics, sources.text),
        views=views(sources, card, verified=True),
        unverified_views=views(sources, card, verified=False),
    )


def _identity(
    sources: Sources, assessed: Assessed, *, draft: bool, approval: Approval | None, audit_head: str | None
) -> Identity:
    portable = sources.portable
    programme = portable.programme
    return Identity(
        title=sources.text(portable.title),
        institution=sources.text(portable.institution.name),
        country=portable.institution.country,
        deqar_id=portable.institution.deqar_id,
        eter_id=portable.institution.eter_id,
        programme=sources.text(programme.name) if programme else None,
        programme_level=programme.level if programme else None,
        partners=tuple((partner.name, partner.country) for partner in programme.partners) if programme else (),
        date=portable.date,
        profile=sources.text(assessed.profile.title),
        assessment_digest=digest_of(portable),
        draft=draft,
        approval=approval,
        audit_head=audit_head,
    )


def _rubrics(sources: Sources, assessed: Assessed, card: Scorecard, actions: Iterable[ActionRow]) -> tuple[RubricSection, ...]:
    total = sum((one.component_weight for one in card.rubrics if not one.figures.excluded), Fraction(0))
    labels = {band.id: sources.text(band.label) for band in assessed.scale.bands}
    planned: dict[str, list[ActionRow]] = {}
    for action in actions:
        for reference in action.criteria:
            planned.setdefault(reference, []).append(action)
    return tuple(
        _rubric(sources, rubric, scored, scored.component_weight / total if total else Fraction(0), labels, planned)
        for rubric, scored in zip(assessed.rubrics, card.rubrics, strict=True)
    )


def _rubric(
    sources: Sources,
    rubric: Rubric,
    scored: RubricScore,
    weight: Fraction,
    labels: Mapping[str, str],
    planned: Mapping[str, list[ActionRow]],
) -> RubricSection:
    standards = tuple(
        _standard(sources, rubric, standard, one, labels, planned)
        for standard, one in zip(rubric.standards, scored.standards, strict=True)
    )
    return RubricSection(
        id=rubric.id,
        reference=rubric.reference,
        anchor=anchor_of(rubric.id),
        title=sources.text(rubric.of.title),
        publisher=rubric.of.publisher,
        year=rubric.of.year,
        status=rubric.of.status,
        wording=sources.text(rubric.of.wording),
        generic=any(one.generic_levels for one in rubric.criteria()),
        digest=scored.digest,
        weight=weight,
        figures=scored.figures,
        band=labels.get(scored.figures.band or ""),
        standards=standards,
    )


def _standard(
    sources: Sources,
    rubric: Rubric,
    standard: Standard,
    scored: StandardScore,
    labels: Mapping[str, str],
    planned: Mapping[str, list[ActionRow]],
) -> StandardSection:
    criteria = tuple(
        _criterion(sources, f"{rubric.id}:{criterion.id}", criterion, one, planned)
        for criterion, one in zip(standard.criteria, scored.criteria, strict=True)
    )
    return StandardSection(
        id=standard.id,
        anchor=anchor_of(f"{rubric.id}-{standard.id}", "standard"),
        number=standard.number,
        title=sources.text(standard.title),
        intent=sources.text(standard.intent),
        figures=scored.figures,
        band=labels.get(scored.figures.band or ""),
        criteria=criteria,
    )


def _criterion(
    sources: Sources,
    reference: str,
    criterion: Criterion,
    scored: CriterionScore,
    planned: Mapping[str, list[ActionRow]],
) -> CriterionSection:
    answer = sources.portable.answers.get(reference, PortableAnswer())
    levels = tuple(sources.text(level) for level in criterion.levels)
    reached = scored.substantiated
    return CriterionSection(
        reference=reference,
        anchor=anchor_of(reference),
        code=criterion.code,
        question=sources.text(criterion.question),
        state=scored.state,
        claimed=scored.claimed,
        substantiated=reached,
        cap=scored.cap,
        target=scored.target,
        gap=scored.gap,
        cause=scored.cause,
        mandatory=scored.mandatory,
        minimum=scored.minimum,
        blocker=scored.blocker,
        required=levels[scored.target] if scored.target is not None else None,
        descriptor=LevelText(reached, levels[reached]) if scored.state is State.ANSWERED and reached is not None else None,
        comment=answer.comment,
        strengths=answer.strengths,
        planned_step=answer.next_step,
        justification=answer.not_applicable,
        to_confirm=answer.to_confirm,
        change=None if criterion.change is Change.SAME else criterion.change.value,
        second_hand=criterion.second_hand,
        evidence=cited(sources, answer),
        next_step=next_step(scored, levels),
        actions=tuple(planned.get(reference, ())),
    )
