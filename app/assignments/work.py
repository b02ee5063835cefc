"""“My work”: what waits for a person in the organisation they work in. A few queries, however much there is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, exists, false, func, null, or_, select

from app.accounts import access as accounts
from app.accounts.policy import Permission
from app.assessments.models import Answer, Assessment, EvidenceLink
from app.assessments.work_sections import AskedWork, WorkItem, WorkList, WorkSection
from app.assignments import access, words
from app.assignments.labels import labels_of
from app.assignments.models import Assignment, StatedAnswer
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


def _open_here(asked: AskedWork, permission: Permission) -> dict[int, dict[str, str]]:
    """The titles of the organisation's open assessments in which the person may do this, by id.

    Asked first and by itself: as a condition of the queries below it would be answered anew for each of thousands of criteria.
    """
    key = f"open.{permission.value}"
    if key not in asked.found:
        query = select(Assessment.id, Assessment.title).where(
            Assessment.deleted_at.is_(None),
            Assessment.frozen_at.is_(None),
            Assessment.organisation_id == asked.organisation_id,
            accounts.holding(asked.actor, permission, Assessment.organisation_id, Assessment.unit_id),
        )
        asked.found[key] = {row.id: row.title for row in asked.session.execute(query)}
    found: dict[int, dict[str, str]] = asked.found[key]
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """A criterion of mine as the database finds it. `bare` is answered above the lowest level and backed by nothing."""

    assessment_id: int
    criterion: str
    due: date | None
    state: str | None
    reason: str | None
    answered: bool = False
    bare: bool = False


def _mine(asked: AskedWork) -> list[Found]:
    """Every criterion that is assigned to the person in an open assessment, the earliest due date first: one query for all."""
    if "mine" not in asked.found:
        asked.found["mine"] = _ask_for_mine(asked)
    found: list[Found] = asked.found["mine"]
    return found


def _ask_for_mine(asked: AskedWork) -> list[Found]:
    ids = sorted(_open_here(asked, Permission.ANSWER))
    if not ids:
        return []
    mine = access.assigned_to(asked.actor).where(Assignment.assessment_id.in_(ids)).subquery("mine")
    linked = exists(select(1).where(EvidenceLink.answer_id == Answer.id))
    query = (
        select(
            mine.c.assessment_id,
            mine.c.criterion,
            mine.c.due,
            case((Answer.id.is_(None), None), else_=func.coalesce(StatedAnswer.state, DRAFT)),
            StatedAnswer.reason,
            func.coalesce(or_(Answer.level.is_not(None), Answer.not_applicable.is_not(None)), false()),
            func.coalesce(and_(Answer.level > 0, ~linked), false()),
        )
        .select_from(mine)
        .outerjoin(Answer, and_(Answer.assessment_id == mine.c.assessment_id, Answer.criterion == mine.c.criterion))
        .outerjoin(StatedAnswer, STATED)
        .order_by(mine.c.due.is_(None), mine.c.due, mine.c.assessment_id, mine.c.criterion)
    )
    return [Found(*row) for row in asked.session.execute(query)]


def _of_mine(condition: Callable[[Found, date], bool]) -> Callable[[AskedWork], WorkList]:
    def build(asked: AskedWork) -> WorkList:
        found = [one for one in _mine(asked) if condition(one, asked.today)]
        shown = found[asked.offset : asked.offset + asked.limit]
        return WorkList(len(found), _items(asked, shown, _open_here(asked, Permission.ANSWER)))

    return build


def _with_state(asked: AskedWork, permission: Permission, states: Iterable[AnswerState]) -> Any:
    """Answers in one of these states, of open assessments in which the person may do this."""
    ids = sorted(_open_here(asked, permission))
    return (
        select(Answer.assessment_id, Answer.criterion)
        .join(StatedAnswer, STATED)
        .where(Answer.assessment_id.in_(ids), StatedAnswer.state.in_([one.value for one in states]))
    )


def _returned(asked: AskedWork) -> WorkList:
    """What was returned to the person: assigned to them, or saved by them last."""
    mine = access.assigned_to(asked.actor).subquery("mine")
    join = and_(mine.c.assessment_id == Answer.assessment_id, mine.c.criterion == Answer.criterion)
    query = _with_state(asked, Permission.ANSWER, [AnswerState.RETURNED]).outerjoin(mine, join)
    query = query.where(or_(mine.c.criterion.is_not(None), Answer.updated_by == asked.actor.id)).add_columns(mine.c.due)
    return _listed(asked, query, Permission.ANSWER, mine.c.due)


def _to_review(asked: AskedWork) -> WorkList:
    query = _with_state(asked, Permission.REVIEW, WAITING).add_columns(null())
    return _listed(asked, query, Permission.REVIEW, StatedAnswer.stated_at)


def _listed(asked: AskedWork, query: Any, permission: Permission, first: Any) -> WorkList:
    """How many rows there are, and the page of them that was asked for."""
    count = asked.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    if not count:
        return WorkList()
    page = query.add_columns(StatedAnswer.state, StatedAnswer.reason)
    page = page.order_by(first.is_(None), first, Answer.assessment_id, Answer.criterion).limit(asked.limit).offset(asked.offset)
    found = [Found(*row) for row in asked.session.execute(page)]
    return WorkList(count, _items(asked, found, _open_here(asked, permission)))


def _items(asked: AskedWork, found: list[Found], titles: Mapping[int, dict[str, str]]) -> tuple[WorkItem, ...]:
    labels = labels_of(asked.session, asked.library, {one.assessment_id for one in found})
    return tuple(
        _item(
            one,
            labels.get((one.assessment_id, False, one.criterion), ("", one.criterion)),
            titles[one.assessment_id],
            asked.today,
        )
        for one in found
    )


def _item(one: Found, label: tuple[str, str], title: dict[str, str], today: date) -> WorkItem:
    state = AnswerState(one.state) if one.state else None
    return WorkItem(
        path=f"/assessments/{one.assessment_id}/criteria/{one.criterion}",
        code=label[0],
        text=label[1],
        detail=in_language(title, current()),
        due=one.due,
        left=words.time_left(one.due, today) if one.due and state not in READY else "",
        late=is_late(state, one.due, today),
        note=one.reason or "" if state is AnswerState.RETURNED else "",
    )


def _overdue(one: Found, today: date) -> bool:
    return is_late(AnswerState(one.state) if one.state else None, one.due, today)


SECTIONS = (
    WorkSection("overdue", lambda: _("Overdue"), _of_mine(_overdue)),
    WorkSection("returned", lambda: _("Returned to me"), _returned),
    WorkSection("unanswered", lambda: _("Not answered yet"), _of_mine(lambda one, _today: not one.answered)),
    WorkSection("without_evidence", lambda: _("Answered, without evidence"), _of_mine(lambda one, _today: one.bare)),
    WorkSection(
        "undeclared",
        lambda: _("Answered, not declared ready"),
        _of_mine(lambda one, _today: one.state == DRAFT and one.answered),
    ),
    WorkSection("to_review", lambda: _("To review"), _to_review),
)
"""The sections that this room fills, the most urgent first."""
