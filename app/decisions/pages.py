"""Fills the page objects of decisions. Figures come from scorecards; nothing is computed here."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.assessments.answers import headline
from app.assessments.models import Assessment
from app.assessments.page_objects import Standing
from app.assessments.panels import Asked
from app.decisions import access
from app.decisions.access import Revision
from app.decisions.page_objects import (
    ChangedCriterion,
    ChangedStandard,
    ChangesPage,
    RevisionRow,
    RevisionsPage,
    RevisionsPanel,
    TextChange,
)
from app.i18n import current
from app.i18n import gettext as _
from app.portable.compare import Comparison, CriterionChange, Kind, Side, StandardChange, compare
from app.portable.model import PortableAction
from app.portable.read import assessed
from app.portable.words import word_diff
from app.rubrics.model import Criterion, Standard, in_language
from app.rubrics.registry import Library
from app.scoring.score import score
from app.scoring.scorecard import Figures, Scorecard


def revisions_page(session: Session, library: Library, assessment: Assessment) -> RevisionsPage:
    """Every revision with its figures."""
    rows = (_row(one, score(assessed(one.portable, library))) for one in access.revisions(session, assessment))
    return RevisionsPage(tuple(rows), assessment.frozen_at is None)


def standing_of(card: Scorecard) -> Standing:
    """The figures of what was approved, as the head of a page shows them."""
    told = headline(card)
    return Standing(**{name.removeprefix("index_"): value for name, value in told.items()})


def _row(one: Revision, card: Scorecard) -> RevisionRow:
    standing = standing_of(card)
    return RevisionRow(
        approval=one.approval,
        reopening=one.reopening,
        verdict=standing.verdict,
        index=standing.index,
        low=standing.low,
        high=standing.high,
        blockers=standing.blockers,
    )


def panel(asked: Asked) -> RevisionsPanel | None:
    """What the first page of an assessment says of its revisions; nothing before the first and to guests."""
    if not access.may_read(asked.session, asked.actor, asked.assessment):
        return None
    latest = access.latest_number(asked.session, asked.assessment)
    return None if latest is None else RevisionsPanel(asked.assessment.id, latest, asked.assessment.frozen_at is None)


class _Words:
    """Codes, questions, titles and labels of both sides in the reader's language."""

    def __init__(self, before: Side, after: Side, library: Library) -> None:
        rubrics = [*before.rubrics, *after.rubrics]
        self.language = current()
        self.criteria: dict[str, Criterion] = {f"{one.id}:{each.id}": each for one in rubrics for each in one.criteria()}
        self.standards: dict[str, Standard] = {f"{one.id}:{each.id}": each for one in rubrics for each in one.standards}
        scale = library.scale_of(library.profile(after.portable.profile))
        self.bands = {band.id: in_language(band.label, self.language) for band in scale.bands}

    def named(self, reference: str) -> tuple[str, str]:
        """(code, question)."""
        found = self.criteria[reference]
        return found.code, in_language(found.question, self.language)

    def standard(self, change: StandardChange) -> ChangedStandard:
        found = self.standards[change.after or change.before or ""]
        bands = (self._band(change.figures_before), self._band(change.figures_after))
        return ChangedStandard(change, found.number, in_language(found.title, self.language), *bands)

    def _band(self, figures: Figures | None) -> str | None:
        return self.bands.get(figures.band or "") if figures else None

    def criterion(self, change: CriterionChange) -> ChangedCriterion:
        code, question = self.named(change.after or change.before or "")
        return ChangedCriterion(change, code, question, tuple(_texts(change)))


def _texts(change: CriterionChange) -> Iterator[TextChange]:
    first, second = change.answer_before, change.answer_after
    for label, before, after in (
        (_("Answer"), first.comment, second.comment),
        (_("Strengths"), first.strengths, second.strengths),
        (_("Why it does not apply"), first.not_applicable, second.not_applicable),
    ):
        if before != after:
            yield TextChange(label, word_diff(before, after))


def changes_page(
    before: Side, after: Side, library: Library, *, since: int, until: int | None, others: tuple[int, ...], show: Kind | None
) -> ChangesPage:
    """What changed, with only the criteria that the filter leaves."""
    found = compare(before, after)
    words = _Words(before, after, library)
    return ChangesPage(
        since=since,
        until=until,
        others=others,
        comparison=found,
        standards=tuple(words.standard(one) for one in found.standards),
        criteria=tuple(words.criterion(one) for one in found.criteria if show is None or one.kind is show),
        show=show,
        counts={kind: count for kind in Kind if (count := found.count(kind))},
        gained=tuple(words.named(one) for one in found.blockers_gained),
        lost=tuple(words.named(one) for one in found.blockers_lost),
        plan=tuple(_plan(found, words)),
    )


def _plan(found: Comparison, words: _Words) -> Iterator[tuple[str, tuple[tuple[str, PortableAction], ...]]]:
    for told, actions in (
        (_("Done"), found.actions.done),
        (_("Added to the plan"), found.actions.added),
        (_("Taken out of the plan"), found.actions.removed),
        (_("Done before, open again"), found.actions.undone),
    ):
        if actions:
            yield told, tuple((words.named(one.criterion)[0], one) for one in actions)
