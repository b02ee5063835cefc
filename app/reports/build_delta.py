"""The part of a report on what changed since an earlier state. Pure; figures come from the scorecards of both sides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.portable.compare import Comparison, CriterionChange, Kind, Side, StandardChange, compare, gaps_between, side
from app.portable.model import Citation, Portable, PortableAction
from app.portable.write import digest_of
from app.reports.build_worth import standing
from app.reports.model_delta import (
    DeltaActions,
    DeltaCriterion,
    DeltaGroup,
    DeltaSection,
    DeltaSide,
    DeltaStandard,
    EditionRow,
    LevelBetween,
)
from app.rubrics.model import Criterion, Rubric, Standard, in_language
from app.rubrics.registry import Library
from app.scoring.scorecard import CriterionScore, Figures

NOT_ASKED = "not_asked"
ORDER = (Kind.DOWN, Kind.GONE, Kind.UP, Kind.NEW, Kind.APPLIES, Kind.TEXT)
"""What got worse stands first: it is what a reader must not miss."""


@dataclass(frozen=True, slots=True)
class Against:
    """The earlier state that a report compares with, and what readers call the two; None is an assessment's own title."""

    portable: Portable
    library: Library
    name: str | None = None
    name_after: str | None = None


def earlier_side(against: Against) -> Side:
    """The earlier state with its figures. Raises NotFound for a rubric that its library lacks."""
    return side(against.portable, against.library)


def delta_section(against: Against, before: Side, portable: Portable, library: Library, language: str) -> DeltaSection:
    """What changed from `before`, the side that `against` names, to `portable`. Raises NotFound for a rubric that is lacking."""
    after = side(portable, library)
    found, words = compare(before, after), _Words(before, after, library, language)
    gaps = gaps_between(before, after)
    return DeltaSection(
        before=_side(before, against.name, language),
        after=_side(after, against.name_after, language),
        editions=tuple(_editions(before, after, language)),
        nothing=found.nothing,
        blockers_lost=words.named(found.blockers_lost),
        blockers_gained=words.named(found.blockers_gained),
        gaps_closed=words.named(gaps.closed),
        gaps_opened=words.named(gaps.opened),
        standards=tuple(words.standard(one) for one in found.standards),
        groups=tuple(_groups(found, words)),
        actions=tuple(_actions(found, words)),
    )


class _Words:
    """Codes, questions, titles and labels of both sides in one language; where both have a name, the later one's."""

    def __init__(self, before: Side, after: Side, library: Library, language: str) -> None:
        rubrics = [*before.rubrics, *after.rubrics]
        self.language = language
        self.criteria: dict[str, Criterion] = {f"{one.id}:{each.id}": each for one in rubrics for each in one.criteria()}
        self.standards: dict[str, Standard] = {f"{one.id}:{each.id}": each for one in rubrics for each in one.standards}
        scale = library.scale_of(library.profile(after.portable.profile))
        self.bands = {band.id: in_language(band.label, language) for band in scale.bands}

    def code(self, name: str) -> str:
        return self.criteria[name].code

    def named(self, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple((self.criteria[one].code, in_language(self.criteria[one].question, self.language)) for one in names)

    def standard(self, change: StandardChange) -> DeltaStandard:
        found, one, two = self.standards[change.after or change.before or ""], change.figures_before, change.figures_after
        return DeltaStandard(
            number=found.number,
            title=in_language(found.title, self.language),
            before=one.score if one else None,
            after=two.score if two else None,
            band_before=self._band(one),
            band_after=self._band(two),
            asked_before=one is not None,
            asked_after=two is not None,
        )

    def _band(self, figures: Figures | None) -> str | None:
        return self.bands.get(figures.band or "") if figures else None

    def criterion(self, change: CriterionChange) -> DeltaCriterion:
        [(code, question)] = self.named([change.after or change.before or ""])
        return DeltaCriterion(
            kind=change.kind.value,
            code=code,
            question=question,
            before=_level(change.scored_before),
            after=_level(change.scored_after),
            evidence_gained=_cited(change.evidence_gained),
            evidence_lost=_cited(change.evidence_lost),
        )


def _side(one: Side, name: str | None, language: str) -> DeltaSide:
    portable = one.portable
    return DeltaSide(name or in_language(portable.title, language), portable.date, digest_of(portable), standing(one.card))


def _editions(before: Side, after: Side, language: str) -> Iterator[EditionRow]:
    """Rubrics of the later side in their order, each beside the edition that came before it, then what is no longer assessed."""
    left = list(before.rubrics)
    for new in after.rubrics:
        old = next((one for one in left if _same(one, new)), None)
        if old is not None:
            left.remove(old)
        yield EditionRow(in_language(new.of.title, language), old.reference if old else None, new.reference)
    for old in left:
        yield EditionRow(in_language(old.of.title, language), old.reference, None)


def _same(older: Rubric, newer: Rubric) -> bool:
    return older.id == newer.id or older.reference == newer.extends or newer.reference == older.extends


def _level(scored: CriterionScore | None) -> LevelBetween:
    if scored is None:
        return LevelBetween(NOT_ASKED, None, None)
    return LevelBetween(scored.state.value, scored.claimed, scored.substantiated)


def _cited(items: Iterable[Citation]) -> tuple[str, ...]:
    return tuple(f"{one.id} ({one.where})" if one.where else one.id for one in items)


def _groups(found: Comparison, words: _Words) -> Iterator[DeltaGroup]:
    for kind in ORDER:
        if criteria := tuple(words.criterion(one) for one in found.criteria if one.kind is kind):
            yield DeltaGroup(kind.value, criteria)


def _actions(found: Comparison, words: _Words) -> Iterator[DeltaActions]:
    def told(actions: Iterable[PortableAction]) -> tuple[tuple[str, str], ...]:
        return tuple((words.code(one.criterion), one.what) for one in actions)

    changes = found.actions
    for fate, actions in (
        ("done", changes.done),
        ("added", changes.added),
        ("removed", changes.removed),
        ("undone", changes.undone),
    ):
        if actions:
            yield DeltaActions(fate, told(actions))
