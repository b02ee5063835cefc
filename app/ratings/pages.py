"""Fills the page objects of ratings. Figures come from `app.scoring.agreement`."""

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.policy import Permission
from app.assessments import access as assessments
from app.assessments.answers import rubrics_of
from app.assessments.linked import links_of
from app.assessments.models import Assessment
from app.assessments.panels import Asked
from app.i18n import current
from app.i18n import gettext as _
from app.ratings import access
from app.ratings.access import Seat
from app.ratings.models import RatingRound, RoundRater
from app.ratings.page_objects import Figures, MyPage, Rated, RatePage, RaterLine, RatersPage, Side, Step
from app.rubrics.model import Criterion, Rubric, in_language
from app.rubrics.registry import Library
from app.scoring.agreement import agreement, ranked, spread_of, units_of


def _criteria(session: Session, library: Library, assessment: Assessment) -> dict[str, tuple[Rubric, Criterion]]:
    rubrics = rubrics_of(session, library, assessment)
    return {f"{rubric.id}:{one.id}": (rubric, one) for rubric in rubrics for one in rubric.criteria()}


def _lines(session: Session, round_: RatingRound) -> tuple[RaterLine, ...]:
    raters, counts = access.raters_of(session, round_), access.counts_of(session, round_)
    names = accounts.names_of(session, [one.person_id for one in raters if one.person_id is not None])
    return tuple(_line(one, names, counts) for one in raters)


def _line(rater: RoundRater, names: dict[int, str], counts: dict[int, int]) -> RaterLine:
    name = names.get(rater.person_id or 0) or _("erased person {number}").format(number=rater.person_id or 0)
    return RaterLine(rater.id, name, rater.rater_role, counts.get(rater.id, 0), rater.finished_at)


def raters_page(
    session: Session,
    library: Library,
    actor: Actor,
    assessment: Assessment,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> RatersPage:
    """Who rates, and the latest closed round side by side for who may see it."""
    now_open, closed = access.open_round(session, assessment), access.last_closed(session, actor, assessment)
    raters = access.raters_of(session, now_open) if now_open else []
    manages = assessments.may(session, actor, assessment, Permission.MANAGE_RATERS)
    house = assessments.may(session, actor, assessment, Permission.READ_RATINGS)
    rates = any(one.person_id == actor.id for one in raters)
    lines = _lines(session, now_open) if now_open else ()
    mine = {one.id for one in raters if one.person_id == actor.id}
    return RatersPage(
        id=assessment.id,
        title=in_language(assessment.title, current()),
        institution=in_language(assessment.institution["name"], current()),
        manages=manages,
        rates=rates,
        blind=assessments.is_withheld(session, actor, assessment),
        open=now_open.number if now_open else None,
        # A guest sees themself: who else rates is the house's to know.
        raters=lines if house else tuple(one for one in lines if one.id in mine),
        total=len(_criteria(session, library, assessment)),
        candidates=tuple(access.of_house(session, assessment)) if manages and now_open else (),
        side=_side(session, library, assessment, closed) if closed else None,
        typed=typed or {},
        errors=errors or {},
    )


def _side(session: Session, library: Library, assessment: Assessment, round_: RatingRound) -> Side:
    raters, language = _lines(session, round_), current()
    levels: dict[int, dict[str, int]] = {one.id: {} for one in raters}
    notes: dict[str, list[tuple[str, str]]] = {}
    names = {one.id: one.name for one in raters}
    for rating in access.ratings_of(session, round_):
        levels[rating.rater_id][rating.criterion] = rating.level
        if rating.note:
            notes.setdefault(rating.criterion, []).append((names[rating.rater_id], rating.note))
    table = {str(number): given for number, given in levels.items()}
    criteria = _criteria(session, library, assessment)
    spreads = {one: spread_of(one, rated) for one, rated in units_of(table, criteria).items()}
    first = [one.criterion for one in ranked(spreads.values())]
    order = [*first, *(one for one in criteria if one not in set(first) and spreads[one].raters)]
    rated = tuple(
        Rated(
            reference=one,
            code=criteria[one][1].code,
            question=in_language(criteria[one][1].question, language),
            levels=tuple(levels[rater.id].get(one) for rater in raters),
            notes=tuple(notes.get(one, ())),
            spread=spreads[one],
        )
        for one in order
    )
    figures = _figures(rubrics_of(session, library, assessment), table)
    return Side(round_.number, round_.closed_at, raters, rated, figures)


def _figures(rubrics: tuple[Rubric, ...] | list[Rubric], table: dict[str, dict[str, int]]) -> tuple[Figures, ...]:
    found = []
    for rubric in rubrics:
        whole = agreement(table, [f"{rubric.id}:{one.id}" for one in rubric.criteria()])
        found.append(Figures(in_language(rubric.of.title, current()), whole=True, agreement=whole))
        for standard in rubric.standards:
            part = agreement(table, [f"{rubric.id}:{one.id}" for one in standard.criteria])
            title = f"{standard.number} {in_language(standard.title, current())}"
            found.append(Figures(title, whole=False, agreement=part))
    return tuple(one for one in found if one.agreement.raters)


def my_page(session: Session, library: Library, seat: Seat) -> MyPage:
    """A rater's own progress."""
    own, language = access.own_ratings(session, seat.rater), current()
    steps = tuple(
        Step(
            reference=reference,
            code=criterion.code,
            question=in_language(criterion.question, language),
            standard=in_language(rubric.standard_of[criterion.id].title, language),
            level=own[reference].level if reference in own else None,
        )
        for reference, (rubric, criterion) in _criteria(session, library, seat.assessment).items()
    )
    return MyPage(
        id=seat.assessment.id,
        title=in_language(seat.assessment.title, language),
        institution=in_language(seat.assessment.institution["name"], language),
        role=seat.rater.rater_role,
        finished_at=seat.rater.finished_at,
        steps=steps,
    )


def rate_page(
    session: Session,
    library: Library,
    actor: Actor,
    seat: Seat,
    reference: str,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> RatePage:
    """One criterion to rate, as stored or as typed. The criterion exists: routes look first."""
    mine, language = my_page(session, library, seat), current()
    rubric, criterion = _criteria(session, library, seat.assessment)[reference]
    place = next(index for index, one in enumerate(mine.steps) if one.reference == reference)
    answer = assessments.find_answer(session, seat.assessment, reference)
    stored = access.own_ratings(session, seat.rater).get(reference)
    shown = {"level": str(stored.level), "note": stored.note or ""} if stored else {}
    return RatePage(
        mine=mine,
        step=mine.steps[place],
        guidance=in_language(criterion.guidance, language),
        levels=tuple((level, in_language(text, language)) for level, text in enumerate(criterion.levels)),
        text_language=language if language in rubric.languages else "en",
        comment=answer.comment if answer else None,
        evidence=links_of(session, library, actor, seat.assessment, answer),
        links_evidence=assessments.may(session, actor, seat.assessment, Permission.READ_RATINGS),
        previous=mine.steps[place - 1].reference if place else None,
        next=mine.steps[place + 1].reference if place + 1 < len(mine.steps) else None,
        typed=typed if typed is not None else shown,
        errors=errors or {},
    )


@dataclass(frozen=True, slots=True)
class CriterionPanel:
    """What raters said of a criterion."""

    assessment_id: int
    raters: tuple[tuple[str, int | None], ...]
    """(whom they speak for, level)."""
    median: Fraction | None
    range: int | None


def criterion_panel(asked: Asked) -> CriterionPanel | None:
    """The raters' levels of the latest closed round beside the answer."""
    round_ = access.last_closed(asked.session, asked.actor, asked.assessment)
    if round_ is None or asked.reference is None:
        return None
    given = {one.rater_id: one.level for one in access.ratings_of(asked.session, round_, asked.reference)}
    if not given:
        return None
    raters = access.raters_of(asked.session, round_)
    spread = spread_of(asked.reference, list(given.values()))
    lines = tuple((one.rater_role, given.get(one.id)) for one in raters)
    return CriterionPanel(asked.assessment.id, lines, spread.median, spread.range)


@dataclass(frozen=True, slots=True)
class OverviewPanel:
    """The way to the raters of an assessment."""

    assessment_id: int
    open: bool


def overview_panel(asked: Asked) -> OverviewPanel | None:
    """A link for the house, and for who rated in a closed round."""
    now_open = access.open_round(asked.session, asked.assessment)
    if not assessments.may(asked.session, asked.actor, asked.assessment, Permission.READ_RATINGS):
        return OverviewPanel(asked.assessment.id, open=False) if access.last_closed(*_of(asked)) else None
    return OverviewPanel(asked.assessment.id, open=now_open is not None)


def _of(asked: Asked) -> tuple[Session, Actor, Assessment]:
    return asked.session, asked.actor, asked.assessment
