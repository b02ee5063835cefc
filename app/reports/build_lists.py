"""The report's lists: actions, blockers, moves, gaps, the evidence index, traceability. Pure; figures come from the scorecard."""

from collections.abc import Iterable, Mapping

from app.portable.model import PortableAction
from app.reports.build_parts import Sources, anchor_of, problem_of
from app.reports.model import BlockerRow, CriterionSection, EvidenceRow, GapRow, MoveRow
from app.reports.model_plan import ActionRow
from app.reports.model_traceability import Traceability
from app.rubrics.model import Criterion
from app.scoring.confidence import Backing, confidence, share_of
from app.scoring.moves import Move
from app.scoring.scorecard import Scorecard, State

HIGH_CLAIM = 3
"""A claim from this level on says that something is done, which a reader will want to see proven."""


def action_rows(sources: Sources, card: Scorecard) -> tuple[ActionRow, ...]:
    """The action plan in the file's order."""
    rows, blockers = [], frozenset(card.blockers)
    for number, action in enumerate(sources.portable.actions, start=1):
        criterion = sources.criterion(action.criterion)
        rows.append(
            ActionRow(
                number=number,
                criterion=action.criterion,
                code=criterion.code,
                question=sources.text(criterion.question),
                what=action.what,
                owner=action.owner,
                due=action.due,
                indicator=action.indicator,
                status=action.status,
                reason=action.reason,
                further=tuple((anchor_of(name), sources.criterion(name).code) for name in action.criteria),
                criteria=action.every_criterion,
                expected=_expected(sources, action, criterion),
                expected_level=action.expected_level,
                effort=action.effort,
                is_live=action.is_live,
                answers_blocker=not blockers.isdisjoint(action.every_criterion)
                and action.is_live
                and bool(action.owner and action.due),
                overdue=action.is_live and action.due is not None and action.due < sources.portable.date,
            )
        )
    return tuple(rows)


def _expected(sources: Sources, action: PortableAction, criterion: Criterion) -> tuple[str, ...]:
    """The evidence that an action says it will bring; where it says none, the kinds that usually prove its criterion."""
    said = [
        f"{sources.kind_label(one.kind)}: {one.note}" if one.note else sources.kind_label(one.kind)
        for one in action.expected_evidence
    ]
    return tuple(dict.fromkeys(said or (sources.kind_label(one.kind) for one in criterion.evidence)))


def _title_of_rubric(sources: Sources, reference: str) -> str:
    rubric_id = reference.partition(":")[0]
    edition = next(one for one in sources.portable.rubrics if one.partition("@")[0] == rubric_id)
    return sources.text(sources.library.rubric(edition).of.title)


def blocker_rows(sources: Sources, card: Scorecard, criteria: Mapping[str, CriterionSection]) -> tuple[BlockerRow, ...]:
    """Every blocker, those of components first, with the action that answers it."""
    components = {one.rubric for one in card.rubrics if one.component_weight}
    rows = []
    for reference in card.blockers:
        one = criteria[reference]
        why = sources.criterion(reference).why_mandatory
        rows.append(
            BlockerRow(
                reference=reference,
                anchor=one.anchor,
                rubric=_title_of_rubric(sources, reference),
                code=one.code,
                question=one.question,
                why=sources.text(why) if why else None,
                claimed=one.claimed,
                substantiated=one.substantiated,
                minimum=one.minimum,
                decides=reference.partition(":")[0] in components,
                action=_best_action(one),
            )
        )
    return tuple(rows)


def _best_action(one: CriterionSection) -> ActionRow | None:
    """The open action to show: one with owner and due date before one without."""
    open_ones = [action for action in one.actions if action.is_live]
    return min(open_ones, key=lambda action: (action.owner is None, action.due is None, action.number), default=None)


def move_rows(sources: Sources, moves: Iterable[Move], criteria: Mapping[str, CriterionSection]) -> tuple[MoveRow, ...]:
    """The steps that would change most, with the action that stands for each in the plan."""
    return tuple(
        MoveRow(
            reference=move.criterion,
            anchor=criteria[move.criterion].anchor,
            code=criteria[move.criterion].code,
            question=criteria[move.criterion].question,
            target=move.target,
            target_text=sources.text(sources.criterion(move.criterion).levels[move.target]),
            gain_low=move.gain_low,
            gain=move.gain,
            removes_blocker=move.removes_blocker,
            verdict=move.verdict,
            action=_best_action(criteria[move.criterion]),
        )
        for move in moves
    )


def gap_rows(sources: Sources, card: Scorecard, criteria: Mapping[str, CriterionSection]) -> tuple[GapRow, ...]:
    """The gap register, highest priority first."""
    rows = []
    for rank, gap in enumerate(card.gaps, start=1):
        one = criteria[gap.criterion]
        rows.append(
            GapRow(
                rank=rank,
                reference=gap.criterion,
                anchor=one.anchor,
                rubric=_title_of_rubric(sources, gap.criterion),
                code=one.code,
                question=one.question,
                substantiated=one.substantiated,
                target=one.target or 0,
                gap=gap.gap,
                cause=gap.cause,
                mandatory=one.mandatory,
                blocker=one.blocker,
                priority=gap.priority,
                leverage=gap.leverage,
                action=_best_action(one),
            )
        )
    return tuple(rows)


def evidence_rows(sources: Sources, criteria: Iterable[CriterionSection]) -> tuple[EvidenceRow, ...]:
    """The evidence index in the assessment's order, each item with the criteria that use it."""
    used: dict[str, dict[str, str]] = {}
    for one in criteria:
        for citation in one.evidence:
            used.setdefault(citation.id, {})[one.anchor] = one.code
    rows = []
    for name, item in sources.portable.evidence.items():
        problem = problem_of(sources, item)
        rows.append(
            EvidenceRow(
                id=name,
                anchor=anchor_of(name, "e"),
                title=item.title,
                kind=sources.kind_label(item.kind),
                nature=sources.nature(item.kind).value,
                date=item.date,
                valid_from=item.valid_from,
                valid_until=item.valid_until,
                status=item.status,
                valid=problem is None,
                problem=problem,
                because=item.withdrawn_because,
                seen_on=item.seen_on,
                language=item.language,
                url=item.url,
                sha256=item.sha256,
                used_by=tuple(used.get(name, {}).items()),
            )
        )
    return tuple(rows)


def traceability(criteria: Iterable[CriterionSection], items: Iterable[EvidenceRow]) -> Traceability:
    """How far the answered criteria rest on evidence."""
    by_id = {one.id: one for one in items}
    answered = [one for one in criteria if one.state is State.ANSWERED]
    backings = [_backing(one, by_id) for one in answered]
    high = [one for one in answered if (one.claimed or 0) >= HIGH_CLAIM]
    unproven = sum(not any(item.valid for item in one.evidence) for one in high)
    to_confirm = sum(one.to_confirm for one in answered)
    return Traceability(
        answered=len(answered),
        with_evidence=sum(one.cited for one in backings),
        with_dated_evidence=sum(one.dated for one in backings),
        with_valid_evidence=sum(one.valid for one in backings),
        with_place=sum(one.placed for one in backings),
        high_claims=len(high),
        high_claims_without_evidence=unproven,
        to_confirm=to_confirm,
        shares=confidence(backings),
        high_unproven=share_of(unproven, len(high)),
        unconfirmed=share_of(to_confirm, len(answered)),
    )


def _backing(criterion: CriterionSection, items: Mapping[str, EvidenceRow]) -> Backing:
    return Backing(
        level=criterion.substantiated or 0,
        cited=bool(criterion.evidence),
        valid=any(one.valid for one in criterion.evidence),
        dated=any(items[one.id].date is not None for one in criterion.evidence),
        placed=any(one.where for one in criterion.evidence),
    )
