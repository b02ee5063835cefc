"""The part of a report on what its action plan is worth. Pure; figures come from the core."""

from collections.abc import Iterable, Iterator

from app.portable.model import PortableAction
from app.reports.build_parts import Sources
from app.reports.model_worth import MovedStandard, PlanWorth, Standing
from app.scoring.answers import Assessed
from app.scoring.scorecard import Scorecard
from app.scoring.whatif import Expected, Step
from app.scoring.worth import worth


def plan_worth(sources: Sources, assessed: Assessed, card: Scorecard) -> PlanWorth:
    """What the live actions of the file would give together."""
    live = {str(number): one for number, one in enumerate(sources.portable.actions, start=1) if one.is_live}
    steps = [_step(sources, key, one) for key, one in live.items()]
    found = worth(assessed, card, steps, [one.effort for one in live.values()])
    return PlanWorth(
        live=len(live),
        before=standing(found.before),
        after=standing(found.after),
        moved=tuple(_moved(sources, assessed, found.before, found.after)),
        removed=_named(sources, found.removed),
        closed={int(key): tuple(sources.criterion(one).code for one in names) for key, names in found.closed.items()},
        left=_named(sources, found.after.blockers),
        effort=found.effort,
        without_effort=found.without_effort,
    )


def standing(card: Scorecard) -> Standing:
    """The figures of a whole assessment."""
    return Standing(card.verdict, card.index, card.index_low, card.index_high, len(card.blockers), len(card.gaps))


def _step(sources: Sources, key: str, action: PortableAction) -> Step:
    natures = frozenset(sources.nature(one.kind) for one in action.expected_evidence) or None
    return Step(key, tuple(Expected(name, action.expected_level, natures) for name in action.every_criterion))


def _named(sources: Sources, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    found = [sources.criterion(name) for name in names]
    return tuple((one.code, sources.text(one.question)) for one in found)


def _moved(sources: Sources, assessed: Assessed, before: Scorecard, after: Scorecard) -> Iterator[MovedStandard]:
    labels = {band.id: sources.text(band.label) for band in assessed.scale.bands}
    for rubric, old, new in zip(assessed.rubrics, before.rubrics, after.rubrics, strict=True):
        for standard, one, two in zip(rubric.standards, old.standards, new.standards, strict=True):
            if one.figures != two.figures:
                yield MovedStandard(
                    rubric=sources.text(rubric.of.title),
                    number=standard.number,
                    title=sources.text(standard.title),
                    before=one.figures.score,
                    after=two.figures.score,
                    band_before=labels.get(one.figures.band or ""),
                    band_after=labels.get(two.figures.band or ""),
                )
