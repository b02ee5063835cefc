"""What the what-if page shows: steps to tick, and what would be if they were done. Every figure comes from `app.scoring`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import urlencode

from app.assessments.models import PlannedAction
from app.assessments.page_objects import AssessmentPage, TreeCriterion
from app.assessments.plan import effort_of
from app.i18n import current, ngettext
from app.rubrics.model import Nature, Scale, in_language
from app.scoring.answers import Assessed
from app.scoring.moves import leading
from app.scoring.score import score
from app.scoring.scorecard import RubricScore, Scorecard
from app.scoring.whatif import Expected, Gain, Step, gains, what_if
from app.web.formats import number

BEST = 5
"""How many of the steps that change most are told."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A step to tick: an action of the plan (`name` is "action") or a gap without one ("gap").

    `says_level` and `says_evidence` are whether an action says what it leads to; what it does not say is assumed.
    """

    name: str
    value: str
    text: str
    criteria: tuple[TreeCriterion, ...]
    expected_level: int | None
    says_evidence: bool
    effort: int | None
    ticked: bool


@dataclass(frozen=True, slots=True)
class Best:
    """A step that would change much on its own; `href` is this page with it ticked too."""

    tick: Tick
    href: str
    gain_low: Fraction | None
    removes: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A standard, or a whole rubric when `number` is empty, whose score or band would be another."""

    number: str
    title: str
    before: Fraction | None
    after: Fraction | None
    band_before: str | None
    band_after: str | None


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """The assessment as it is and as it would be. `after` is the present card while nothing is ticked."""

    actions: tuple[Tick, ...]
    gaps: tuple[Tick, ...]
    ticked: int
    sentence: str
    before: Scorecard
    after: Scorecard
    moved: tuple[Moved, ...]
    removed: tuple[TreeCriterion, ...]
    effort: int
    without_effort: int
    best: tuple[Best, ...]


def what_if_page(
    page: AssessmentPage,
    assessed: Assessed,
    actions: Sequence[PlannedAction],
    natures: Mapping[str, Nature],
    asked: Sequence[tuple[str, str]],
) -> WhatIfPage:
    """The page for the steps that are asked for as (name, value); names of what is not there are passed over."""
    card = score(assessed)
    tree = {one.reference: one for rubric in page.rubrics for standard in rubric.standards for one in standard.criteria}
    live = [one for one in actions if one.is_live]
    served = {name for one in live for name in one.every_criterion}
    wanted = frozenset(asked)
    ticks = [
        *_actions(live, tree, wanted),
        *(_gap(tree[one.criterion], wanted) for one in card.gaps if one.criterion not in served),
    ]
    steps = {(one.name, one.value): _step(one, live, natures) for one in ticks}
    chosen = [one for one in ticks if one.ticked]
    after = what_if(assessed, [steps[one.name, one.value] for one in chosen]) if chosen else card
    removed = tuple(tree[name] for name in card.blockers if name not in after.blockers)
    effort, without = effort_of(one.effort for one in chosen if one.name == "action")
    return WhatIfPage(
        actions=tuple(one for one in ticks if one.name == "action"),
        gaps=tuple(one for one in ticks if one.name == "gap"),
        ticked=len(chosen),
        sentence=sentence(chosen, card, after, len(removed)) if chosen else "",
        before=card,
        after=after,
        moved=tuple(_moved(page, card, after, assessed.scale)),
        removed=removed,
        effort=effort,
        without_effort=without,
        best=_best(assessed, card, ticks, steps),
    )


def _actions(live: Iterable[PlannedAction], tree: Mapping[str, TreeCriterion], wanted: frozenset[tuple[str, str]]) -> list[Tick]:
    return [
        Tick(
            name="action",
            value=str(one.id),
            text=one.what,
            criteria=tuple(tree[name] for name in one.every_criterion),
            expected_level=one.expected_level,
            says_evidence=bool(one.expected_evidence),
            effort=one.effort,
            ticked=("action", str(one.id)) in wanted,
        )
        for one in live
    ]


def _gap(criterion: TreeCriterion, wanted: frozenset[tuple[str, str]]) -> Tick:
    ticked = ("gap", criterion.reference) in wanted
    return Tick(
        "gap", criterion.reference, criterion.question, (criterion,), None, says_evidence=False, effort=None, ticked=ticked
    )


def _step(tick: Tick, live: Iterable[PlannedAction], natures: Mapping[str, Nature]) -> Step:
    key = f"{tick.name}:{tick.value}"
    if tick.name == "gap":
        return Step(key, (Expected(tick.value),))
    action = next(one for one in live if str(one.id) == tick.value)
    proof = frozenset(natures[one["kind"]] for one in action.expected_evidence) or None
    return Step(key, tuple(Expected(name, action.expected_level, proof) for name in action.every_criterion))


def sentence(chosen: Sequence[Tick], card: Scorecard, after: Scorecard, removed: int) -> str:
    """What the steps do together, in one sentence."""
    before, later = number(card.index), number(after.index)
    many, blockers = len(chosen), len(card.blockers)
    only_actions = all(one.name == "action" for one in chosen)
    if not removed:
        if only_actions:
            told = ngettext(
                "%(num)s action takes the index from %(before)s to %(later)s.",
                "These %(num)s actions take the index from %(before)s to %(later)s.",
                many,
            )
        else:
            told = ngettext(
                "%(num)s step takes the index from %(before)s to %(later)s.",
                "These %(num)s steps take the index from %(before)s to %(later)s.",
                many,
            )
        return told % {"num": many, "before": before, "later": later}
    if only_actions:
        told = ngettext(
            "%(num)s action takes the index from %(before)s to %(later)s and removes %(blockers)s.",
            "These %(num)s actions take the index from %(before)s to %(later)s and remove %(blockers)s.",
            many,
        )
    else:
        told = ngettext(
            "%(num)s step takes the index from %(before)s to %(later)s and removes %(blockers)s.",
            "These %(num)s steps take the index from %(before)s to %(later)s and remove %(blockers)s.",
            many,
        )
    # Translators: the end of "These 5 actions take the index from 48 to 63 and remove ...".
    gone = ngettext("%(removed)s of %(num)s blocker", "%(removed)s of %(num)s blockers", blockers)
    words = gone % {"removed": removed, "num": blockers}
    return told % {"num": many, "before": before, "later": later, "blockers": words}


def _moved(page: AssessmentPage, card: Scorecard, after: Scorecard, scale: Scale) -> Iterable[Moved]:
    labels = {band.id: in_language(band.label, current()) for band in scale.bands}

    def line(number_: str, title: str, old: RubricScore, new: RubricScore) -> Moved:
        one, two = old.figures, new.figures
        return Moved(number_, title, one.score, two.score, labels.get(one.band or ""), labels.get(two.band or ""))

    for tree, old, new in zip(page.rubrics, card.rubrics, after.rubrics, strict=True):
        if old.figures != new.figures:
            yield line("", tree.title, old, new)
        for branch, one, two in zip(tree.standards, old.standards, new.standards, strict=True):
            if one.figures != two.figures:
                yield line(branch.number, branch.title, one, two)  # type: ignore[arg-type]  # both have figures


def _best(assessed: Assessed, card: Scorecard, ticks: Sequence[Tick], steps: Mapping[tuple[str, str], Step]) -> tuple[Best, ...]:
    """The steps that are not ticked and would change most, each alone, from where the assessment stands now."""
    worth = frozenset(leading(card))
    tried = [one for one in ticks if not one.ticked and (one.name == "action" or one.value in worth)]
    by_key = {steps[one.name, one.value].key: one for one in tried}
    found = gains(assessed, card, [steps[one.name, one.value] for one in tried])
    useful = [one for one in found if one.removes or (one.gain_low or 0) > 0]
    chosen = [(one.name, one.value) for one in ticks if one.ticked]
    return tuple(_told(gain, by_key[gain.key], chosen) for gain in useful[:BEST])


def _told(gain: Gain, tick: Tick, chosen: Sequence[tuple[str, str]]) -> Best:
    href = "?" + urlencode([*chosen, (tick.name, tick.value)])
    return Best(tick, href, gain.gain_low, len(gain.removes))
