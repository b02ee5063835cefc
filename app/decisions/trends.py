"""Trends: the figures of an assessment over the cycles that it continues, and over the revisions of each."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments.answers import library_for, rubrics_of
from app.assessments.models import Assessment
from app.assessments.transfer import as_it_stands
from app.cycles import access as cycles
from app.decisions import access
from app.i18n import current
from app.portable.model import Portable
from app.portable.read import assessed
from app.reports.trend_chart import TrendChart, trend_chart
from app.rubrics.model import Rubric, in_language
from app.rubrics.registry import Library
from app.scoring import trend
from app.scoring.score import score
from app.scoring.scorecard import Figures
from app.scoring.trend import Moment

MOST = 24
"""States that are shown at most, the latest."""


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A state of an assessment: a revision, or how it stands now (`revision` None). `number` names it in charts."""

    number: int
    assessment_id: int
    title: str
    revision: int | None
    at: datetime | None
    moment: Moment
    profile: str
    editions: tuple[str, ...]
    breaks: bool
    """Whether it cannot be compared with the state before."""


@dataclass(frozen=True, slots=True)
class StandardTrend:
    """A standard over all states: None where the edition was not used."""

    number: str
    title: str
    figures: tuple[Figures | None, ...]


@dataclass(frozen=True, slots=True)
class EditionTrend:
    """An edition with its standards over all states."""

    reference: str
    title: str
    standards: tuple[StandardTrend, ...]


@dataclass(frozen=True, slots=True)
class TrendsPage:
    """States from the earliest to the latest; `left_out` are earlier ones that are not shown."""

    rows: tuple[TrendRow, ...]
    chart: TrendChart
    editions: tuple[EditionTrend, ...]
    left_out: int

    @property
    def breaks(self) -> bool:
        """Whether states stand side by side that cannot be compared."""
        return any(one.breaks for one in self.rows)


def chain(session: Session, actor: Actor, assessment: Assessment) -> list[Assessment]:
    """The assessment and those it continues, the earliest first, as far as the person may read their revisions."""
    found, seen = [assessment], {assessment.id}
    while (before := cycles.find_previous(session, actor, found[0])) is not None:
        if before.id in seen or not access.may_read(session, actor, before):
            break
        seen.add(before.id)
        found.insert(0, before)
    return found


@dataclass(frozen=True, slots=True)
class _State:
    of: Assessment
    revision: int | None
    at: datetime | None
    portable: Portable


def _states(session: Session, assessment: Assessment) -> Iterator[_State]:
    """The revisions of one assessment, the earliest first, and how it stands now when it is open."""
    for one in reversed(access.revisions(session, assessment)):
        yield _State(assessment, one.number, one.approval.at, one.portable)
    if assessment.frozen_at is None:
        yield _State(assessment, None, None, as_it_stands(session, assessment))


def trends_page(session: Session, library: Library, actor: Actor, assessment: Assessment) -> TrendsPage:
    """The figures of every state. The caller may read the revisions of the assessment."""
    assessments = chain(session, actor, assessment)
    every = [state for one in assessments for state in _states(session, one)]
    states = every[-MOST:]
    known = {one.id: library_for(session, library, one) for one in assessments}
    moments = [_moment(state.portable, known[state.of.id]) for state in states]
    apart = trend.breaks(moments)
    indexes = [one.index for one in moments]
    chart = trend_chart(
        [str(number) for number in range(1, len(states) + 1)],
        [(one.index, one.low, one.high) for one in moments],
        trend.runs(moments, indexes),
        apart,
    )
    rubrics = {rubric.reference: rubric for one in assessments for rubric in rubrics_of(session, library, one)}
    numbered = enumerate(zip(states, moments, strict=True), 1)
    return TrendsPage(
        rows=tuple(_row(number, state, moment, known[state.of.id], apart) for number, (state, moment) in numbered),
        chart=chart,
        editions=tuple(_edition(rubrics[one], moments) for one in trend.editions(moments)),
        left_out=len(every) - len(states),
    )


def _moment(portable: Portable, library: Library) -> Moment:
    known = assessed(portable, library)
    return trend.moment(known, score(known))


def _row(number: int, state: _State, moment: Moment, library: Library, apart: Collection[int]) -> TrendRow:
    return TrendRow(
        number=number,
        assessment_id=state.of.id,
        title=in_language(state.of.title, current()),
        revision=state.revision,
        at=state.at,
        moment=moment,
        profile=in_language(library.profile(state.portable.profile).title, current()),
        editions=tuple(moment.standards),
        breaks=number - 1 in apart,
    )


def _edition(rubric: Rubric, moments: Sequence[Moment]) -> EditionTrend:
    language = current()
    return EditionTrend(
        reference=rubric.reference,
        title=in_language(rubric.of.title, language),
        standards=tuple(
            StandardTrend(
                number=standard.number,
                title=in_language(standard.title, language),
                figures=tuple(one.standards.get(rubric.reference, {}).get(standard.id) for one in moments),
            )
            for standard in rubric.standards
        ),
    )
