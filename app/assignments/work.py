"""“My work”: what waits for a person in the organisation they work in. Counted and cut to a page by the database."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from app.accounts import access as accounts
from app.accounts.policy import Permission
from app.assessments.models import Answer, Assessment, EvidenceLink
from app.assessments.work_sections import AskedWork, WorkItem, WorkList, WorkSection
from app.assignments import access, words
from app.assignments.labels import labels_of
from app.assignments.models import StatedAnswer
from app.assignments.progress import is_late
from app.assignments.states import READY, WAITING, AnswerState
from app.i18n import current
from app.i18n import gettext as _
from app.rubrics.model import in_language

DRAFT = AnswerState.DRAFT.value
STATED = and_(
    StatedAnswer.assessment_id == Answer.assessment_id,
    StatedAnswer.criterion == Answer.criterion,
    StatedAnswer.answer_version == Answer.version,
)
"""The state that the present version of an answer was given."""


def _open_here(asked: AskedWork, permission: Permission) -> ColumnElement[bool]:
    """The condition for an open assessment of the organisation in which the person may do this."""
    return and_(
        Assessment.deleted_at.is_(None),
        Assessment.frozen_at.is_(None),
        Assessment.organisation_id == asked.organisation_id,
        accounts.holding(asked.actor, permission, Assessment.organisation_id, Assessment.unit_id),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A criterion that something is to be done about, as the database finds it."""

    assessment_id: int
    title: dict[str, str]
    criterion: str
    due: date | None
    state: str | None
    reason: str | None = None


def _mine(asked: AskedWork) -> Any:
    """Every criterion that is assigned to the person in an open assessment, with its answer and state."""
    mine = access.assigned_to(asked.actor).subquery("mine")
    linked = exists(select(1).where(EvidenceLink.answer_id == Answer.id))
    columns = (
        Assessment.id.label("assessment_id"),
        Assessment.title.label("title"),
        mine.c.criterion.label("criterion"),
        mine.c.due.label("due"),
        case((Answer.id.is_(None), None), else_=func.coalesce(StatedAnswer.state, DRAFT)).label("state"),
        StatedAnswer.reason.label("reason"),
        or_(Answer.level.is_not(None), Answer.not_applicable.is_not(None)).label("answered"),
        and_(Answer.level > 0, ~linked).label("bare"),
    )
    return (
        select(*columns)
        .select_from(mine)
        .join(Assessment, Assessment.id == mine.c.assessment_id)
        .outerjoin(Answer, and_(Answer.assessment_id == mine.c.assessment_id, Answer.criterion == mine.c.criterion))
        .outerjoin(StatedAnswer, STATED)
        .where(_open_here(asked, Permission.ANSWER))
        .subquery("work")
    )


def _of_mine(condition: Callable[[Any, date], ColumnElement[bool]]) -> Callable[[AskedWork], WorkList]:
    def build(asked: AskedWork) -> WorkList:
        work = _mine(asked)
        names = ("assessment_id", "title", "criterion", "due", "state", "reason")
        query = select(*(work.c[name] for name in names)).where(condition(work, asked.today))
        return _listed(asked, query, work.c.due, work.c.assessment_id, work.c.criterion)

    return build


def _with_state(asked: AskedWork, permission: Permission, states: Iterable[AnswerState]) -> Any:
    """Answers in one of these states, of open assessments in which the person may do this."""
    return (
        select(Answer.assessment_id, Assessment.title, Answer.criterion, StatedAnswer.state, StatedAnswer.reason)
        .join(Assessment, Assessment.id == Answer.assessment_id)
        .join(StatedAnswer, STATED)
        .where(_open_here(asked, permission), StatedAnswer.state.in_([one.value for one in states]))
    )


def _returned(asked: AskedWork) -> WorkList:
    """What was returned to the person: assigned to them, or saved by them last."""
    mine = access.assigned_to(asked.actor).subquery("mine")
    join = and_(mine.c.assessment_id == Answer.assessment_id, mine.c.criterion == Answer.criterion)
    query = _with_state(asked, Permission.ANSWER, [AnswerState.RETURNED]).outerjoin(mine, join)
    query = query.where(or_(mine.c.criterion.is_not(None), Answer.updated_by == asked.actor.id)).add_columns(mine.c.due)
    return _listed(asked, query, mine.c.due, Answer.assessment_id, Answer.criterion)


def _to_review(asked: AskedWork) -> WorkList:
    query = _with_state(asked, Permission.REVIEW, WAITING)
    return _listed(asked, query, StatedAnswer.stated_at, Answer.assessment_id, Answer.criterion)


def _listed(asked: AskedWork, query: Any, first: Any, *order: Any) -> WorkList:
    """How many rows there are, and the page of them that was asked for."""
    session = asked.session
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if not count or not asked.limit:
        return WorkList(count)
    page = query.order_by(first.is_(None), first, *order).limit(asked.limit).offset(asked.offset)
    return WorkList(count, _items(asked, [_found(row._mapping) for row in session.execute(page)]))  # noqa: SLF001 - SQLAlchemy's public name for it


def _found(row: Any) -> Found:
    return Found(row["assessment_id"], row["title"], row["criterion"], row.get("due"), row["state"], row["reason"])


def _items(asked: AskedWork, found: list[Found]) -> tuple[WorkItem, ...]:
    labels = labels_of(asked.session, asked.library, {one.assessment_id for one in found})
    return tuple(_item(asked, one, *labels.get((one.assessment_id, False, one.criterion), ("", one.criterion))) for one in found)


def _item(asked: AskedWork, one: Found, code: str, text: str) -> WorkItem:
    state = AnswerState(one.state) if one.state else None
    return WorkItem(
        path=f"/assessments/{one.assessment_id}/criteria/{one.criterion}",
        code=code,
        text=text,
        detail=in_language(one.title, current()),
        due=one.due,
        late=is_late(state, one.due, asked.today),
        left=words.time_left(one.due, asked.today) if one.due and state not in READY else "",
        note=one.reason or "" if state is AnswerState.RETURNED else "",
    )


def _ready() -> list[str]:
    return [one.value for one in READY]


SECTIONS = (
    WorkSection(
        "overdue",
        lambda: _("Overdue"),
        _of_mine(lambda work, today: and_(work.c.due < today, or_(work.c.state.is_(None), work.c.state.not_in(_ready())))),
    ),
    WorkSection("returned", lambda: _("Returned to me"), _returned),
    WorkSection(
        "unanswered",
        lambda: _("Not answered yet"),
        _of_mine(lambda work, _today: func.coalesce(work.c.answered, False).is_(False)),
    ),
    WorkSection(
        "without_evidence", lambda: _("Answered, without evidence"), _of_mine(lambda work, _today: work.c.bare.is_(True))
    ),
    WorkSection(
        "undeclared",
        lambda: _("Answered, not declared ready"),
        _of_mine(lambda work, _today: and_(work.c.state == DRAFT, work.c.answered.is_(True))),
    ),
    WorkSection("to_review", lambda: _("To review"), _to_review),
)
"""The sections that this room fills, the most urgent first."""
