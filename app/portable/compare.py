"""What differs between two states of an assessment: two approvals, or an approval and now. Pure.

Reading it the other way round gives its mirror: what was gained is lost, what went up goes down.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from app.portable.model import Citation, Portable, PortableAction, PortableAnswer
from app.portable.read import assessed
from app.rubrics.meeting import continued, same_standards
from app.rubrics.model import Rubric
from app.rubrics.registry import Library
from app.scoring.score import score
from app.scoring.scorecard import CriterionScore, Figures, Scorecard, State, Verdict


class Kind(StrEnum):
    """What happened to a criterion, in the order in which it is decided."""

    NEW = "new"
    """Answered now and not before, or asked now and not before."""
    GONE = "gone"
    """The answer, or the criterion, is no longer there."""
    APPLIES = "applies"
    """Not applicable before and asked now, or the other way round."""
    UP = "up"
    DOWN = "down"
    TEXT = "text"
    """The level is the same: words or evidence differ."""


@dataclass(frozen=True)
class Side:
    """An assessment at one time, with its figures and its rubrics."""

    portable: Portable
    card: Scorecard
    rubrics: tuple[Rubric, ...]

    @cached_property
    def scores(self) -> Mapping[str, CriterionScore]:
        """Every criterion's score by its name."""
        return {f"{one.rubric}:{criterion.id}": criterion for one in self.card.rubrics for criterion in one.criteria()}


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """A criterion that differs. A side is None where the criterion has no counterpart."""

    kind: Kind
    before: str | None
    after: str | None
    scored_before: CriterionScore | None
    scored_after: CriterionScore | None
    answer_before: PortableAnswer
    answer_after: PortableAnswer
    evidence_gained: tuple[Citation, ...]
    evidence_lost: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class StandardChange:
    """A standard whose figures or band differ; names are `rubric:standard`, None without a counterpart."""

    before: str | None
    after: str | None
    figures_before: Figures | None
    figures_after: Figures | None


@dataclass(frozen=True, slots=True)
class ActionChanges:
    """What became of the plan. An action is the same one when its criterion and its words are."""

    added: tuple[PortableAction, ...]
    removed: tuple[PortableAction, ...]
    done: tuple[PortableAction, ...]
    undone: tuple[PortableAction, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """The figures of a whole assessment; None where there is no number, which is not zero."""

    date: date
    verdict: Verdict
    index: Fraction | None
    low: Fraction | None
    high: Fraction | None
    blockers: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs. Blockers are named as their side names them."""

    before: Whole
    after: Whole
    standards: tuple[StandardChange, ...]
    criteria: tuple[CriterionChange, ...]
    blockers_gained: tuple[str, ...]
    blockers_lost: tuple[str, ...]
    actions: ActionChanges

    @property
    def nothing(self) -> bool:
        """Whether the two are the same in everything that is compared."""
        lists = (self.standards, self.criteria, self.blockers_gained, self.blockers_lost)
        plan = (self.actions.added, self.actions.removed, self.actions.done, self.actions.undone)
        return self.before == self.after and not any(lists) and not any(plan)

    def count(self, kind: Kind) -> int:
        """How many criteria changed in this way."""
        return sum(one.kind is kind for one in self.criteria)


@dataclass(frozen=True, slots=True)
class GapChanges:
    """Gaps that are new, and gaps that are closed: named as their side names them. What is no longer asked closes nothing."""

    opened: tuple[str, ...]
    closed: tuple[str, ...]


def gaps_between(before: Side, after: Side) -> GapChanges:
    """Which gaps appeared and which disappeared, in the order of the later one."""
    pairs = tuple(_pairs(before, after))
    older, newer = ({one.criterion for one in each.card.gaps} for each in (before, after))
    kept = {new for old, new in pairs if old in older}
    still = {old for old, new in pairs if new in newer}
    return GapChanges(
        opened=tuple(dict.fromkeys(new for _old, new in pairs if new is not None and new in newer and new not in kept)),
        closed=tuple(
            dict.fromkeys(old for old, new in pairs if old is not None and new is not None and old in older and old not in still)
        ),
    )


def side(portable: Portable, library: Library) -> Side:
    """An assessment with what is compared of it. Raises NotFound for a rubric that the library lacks."""
    made = assessed(portable, library)
    return Side(portable, score(made), made.rubrics)


def compare(before: Side, after: Side) -> Comparison:
    """What differs between two states, in the order of the later one; what has no counterpart there comes last."""
    pairs = tuple(_pairs(before, after))
    criteria = tuple(change for old, new in pairs if (change := _criterion(before, after, old, new)) is not None)
    older, newer = set(before.card.blockers), set(after.card.blockers)
    kept_old = {old for old, new in pairs if old in older and new in newer}
    kept_new = {new for old, new in pairs if old in older and new in newer}
    return Comparison(
        before=_whole(before),
        after=_whole(after),
        standards=tuple(_standards(before, after)),
        criteria=criteria,
        blockers_gained=tuple(one for one in after.card.blockers if one not in kept_new),
        blockers_lost=tuple(one for one in before.card.blockers if one not in kept_old),
        actions=_actions(before.portable, after.portable),
    )


def _whole(one: Side) -> Whole:
    card = one.card
    return Whole(card.date, card.verdict, card.index, card.index_low, card.index_high, len(card.blockers))


def _pairs(before: Side, after: Side) -> Iterator[tuple[str | None, str | None]]:
    met = [
        (f"{old.id}:{one}", f"{new.id}:{other}")
        for new in after.rubrics
        for old in before.rubrics
        for one, other in continued(old, new)
    ]
    by_new: dict[str, list[str]] = {}
    for one, other in met:
        by_new.setdefault(other, []).append(one)
    for name in after.scores:
        yield from ((old, name) for old in by_new.get(name, [None]))
    gone_on = {one for one, _other in met}
    yield from ((name, None) for name in before.scores if name not in gone_on)


def _criterion(before: Side, after: Side, old: str | None, new: str | None) -> CriterionChange | None:
    """What differs in a criterion; None when nothing does."""
    first, second = _answer(before, old), _answer(after, new)
    scored = (before.scores[old] if old else None, after.scores[new] if new else None)
    kind = _kind(scored[0], scored[1])
    if kind is None and _told(first) == _told(second):
        return None
    return CriterionChange(
        kind=kind or Kind.TEXT,
        before=old,
        after=new,
        scored_before=scored[0],
        scored_after=scored[1],
        answer_before=first,
        answer_after=second,
        evidence_gained=_without(second.evidence, first.evidence),
        evidence_lost=_without(first.evidence, second.evidence),
    )


def _answer(one: Side, name: str | None) -> PortableAnswer:
    return one.portable.answers.get(name, PortableAnswer()) if name else PortableAnswer()


def _told(answer: PortableAnswer) -> tuple[object, ...]:
    """What is written in an answer; the order in which evidence was linked says nothing."""
    cited = Counter((one.id, one.where, one.proves) for one in answer.evidence)
    return (answer.comment, answer.strengths, answer.not_applicable, cited)


def _without(these: tuple[Citation, ...], those: tuple[Citation, ...]) -> tuple[Citation, ...]:
    return tuple(one for one in these if one not in those)


def _kind(before: CriterionScore | None, after: CriterionScore | None) -> Kind | None:
    """What happened to the level; None when it is the same."""
    if before is None or after is None:
        return Kind.NEW if before is None else Kind.GONE
    if before.state is not after.state:
        if State.NOT_APPLICABLE in {before.state, after.state}:
            return Kind.APPLIES
        return Kind.NEW if before.state is State.UNANSWERED else Kind.GONE
    # What is proven weighs before what is only claimed.
    first, second = (before.substantiated, before.claimed), (after.substantiated, after.claimed)
    if first == second:
        return None
    return Kind.UP if tuple(one or 0 for one in second) > tuple(one or 0 for one in first) else Kind.DOWN


def _standards(before: Side, after: Side) -> Iterator[StandardChange]:
    older, newer = _figures(before), _figures(after)
    met = _met(before, after)
    pairs = [(met.get(name), name) for name in newer]
    found = set(met.values())
    for old, new in [*pairs, *((name, None) for name in older if name not in found)]:
        first, second = older.get(old or ""), newer.get(new or "")
        if first != second:
            yield StandardChange(old, new, first, second)


def _met(before: Side, after: Side) -> dict[str, str]:
    """Each standard of the later state with its counterpart in the earlier one, where it has one."""
    # A rubric that is on both sides meets itself and no other edition.
    both = {one.reference for one in before.rubrics} & {one.reference for one in after.rubrics}
    found: dict[str, str] = {}
    for new in after.rubrics:
        for old in before.rubrics:
            if old.reference != new.reference and not both.isdisjoint((old.reference, new.reference)):
                continue
            for one, other in same_standards(old, new):
                found.setdefault(f"{new.id}:{other}", f"{old.id}:{one}")
    return found


def _figures(one: Side) -> dict[str, Figures]:
    return {f"{rubric.rubric}:{standard.id}": standard.figures for rubric in one.card.rubrics for standard in rubric.standards}


def _actions(before: Portable, after: Portable) -> ActionChanges:
    older, newer = _named(before), _named(after)
    both = [name for name in newer if name in older]
    return ActionChanges(
        added=tuple(one for name, one in newer.items() if name not in older),
        removed=tuple(one for name, one in older.items() if name not in newer),
        done=tuple(newer[name] for name in both if newer[name].status == "done" != older[name].status),
        undone=tuple(older[name] for name in both if older[name].status == "done" != newer[name].status),
    )


def _named(portable: Portable) -> dict[tuple[str, str, int], PortableAction]:
    """Actions by criterion and words; of two with the same words the first is the first."""
    found: dict[tuple[str, str, int], PortableAction] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for one in portable.actions:
        key = (one.criterion, one.what)
        seen[key] += 1
        found[*key, seen[key]] = one
    return found
