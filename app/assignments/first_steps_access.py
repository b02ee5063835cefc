"""How far an organisation's assessments have come, as far as a person manages them: a few rows, never their content."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.policy import Permission
from app.assessments import access as assessments
from app.assessments.models import Answer, Assessment, EvidenceLink, PlannedAction, Snapshot
from app.assessments.trail import subject_of
from app.audit.models import AuditEvent

MOST = 100
"""Of so many assessments, the newest, is asked: who has more is past their first steps."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What exists. `assessment_id` is the newest that is open; `bare_criterion` is answered there and has no evidence."""

    assessment_id: int | None = None
    answered: bool = False
    linked: bool = False
    planned: bool = False
    reported: bool = False
    bare_criterion: str = ""


def find_begun(session: Session, actor: Actor, organisation_id: int) -> Begun | None:
    """What exists in the organisation's assessments that the person manages; None for who manages none and can begin none."""
    managed = accounts.holding(actor, Permission.MANAGE, Assessment.organisation_id, Assessment.unit_id)
    query = assessments.readable_by(actor).where(Assessment.organisation_id == organisation_id, managed)
    rows = session.execute(
        query.with_only_columns(Assessment.id, Assessment.frozen_at).order_by(Assessment.id.desc()).limit(MOST)
    ).all()
    ids = [row.id for row in rows]
    if not ids:
        return Begun() if _may_begin(session, actor, organisation_id) else None
    there = session.execute(
        select(
            exists().where(Answer.assessment_id.in_(ids)),
            exists().where(EvidenceLink.answer_id == Answer.id, Answer.assessment_id.in_(ids)),
            exists().where(PlannedAction.assessment_id.in_(ids)),
            exists().where(Snapshot.assessment_id.in_(ids)),
            exists().where(AuditEvent.subject.in_([subject_of(one) for one in ids]), AuditEvent.kind == "report.made"),
        )
    ).one()
    newest = next((row.id for row in rows if row.frozen_at is None), ids[0])
    reported = bool(there[3] or there[4])
    bare = "" if reported or there[1] else _bare(session, newest)
    return Begun(newest, bool(there[0]), bool(there[1]), bool(there[2]), reported, bare)


def _may_begin(session: Session, actor: Actor, organisation_id: int) -> bool:
    return accounts.permits(session, actor, Permission.MANAGE, organisation_id) or bool(
        accounts.units_where(session, actor, organisation_id, Permission.MANAGE)
    )


def _bare(session: Session, assessment_id: int) -> str:
    """A criterion that is answered and has no evidence; empty when there is none."""
    linked = exists().where(EvidenceLink.answer_id == Answer.id)
    query = select(Answer.criterion).where(Answer.assessment_id == assessment_id, ~linked).order_by(Answer.id).limit(1)
    return session.scalar(query) or ""
