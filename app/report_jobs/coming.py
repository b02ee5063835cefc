"""Which assessments were worked on since their parts were drawn ahead, and for whom that is worth it.

A row of `report_ahead` says what was seen when a worker took the assessment: nothing is noted when an answer is saved, so that
saving costs nothing more. A worker that dies draws nothing, and loses nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.assessments import access as assessments
from app.assessments.models import Answer, Assessment
from app.errors import Forbidden, NotFound
from app.report_jobs import access
from app.report_jobs.models import ReportAhead, ReportJob

EVERY = timedelta(seconds=30)
"""How often it is drawn at most while people go on working."""
LATELY = timedelta(hours=1)
"""What was worked on longer ago is left until somebody asks: a worker that was away has more to do."""
READERS = 2
"""For how many of those who asked last, each in the language they asked in."""


def _due(now: datetime) -> Select[Assessment, ReportAhead]:
    worked_on = and_(Assessment.updated_at > now - LATELY, Assessment.deleted_at.is_(None))
    new = or_(ReportAhead.seen_at.is_(None), ReportAhead.seen_at < Assessment.updated_at)
    rested = or_(ReportAhead.taken_at.is_(None), ReportAhead.taken_at <= now - EVERY)
    joined = select(Assessment, ReportAhead).outerjoin(ReportAhead, ReportAhead.assessment_id == Assessment.id)
    return joined.where(worked_on, new, rested)


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether there is something to draw. Reads only."""
    return bool(session.scalar(select(exists(_due(now).subquery()))))


def take(session: Session, *, now: datetime) -> ReportAhead | None:
    """The assessment that was worked on longest ago, this worker's from now on; None when there is none."""
    # PostgreSQL: what another worker takes in this moment is passed over. SQLite has one writer anyway.
    oldest = _due(now).order_by(Assessment.updated_at, Assessment.id).limit(1)
    found = session.execute(oldest.with_for_update(of=Assessment, skip_locked=True)).first()
    if found is None:
        return None
    assessment, before = found
    taken = before or ReportAhead(assessment_id=assessment.id)
    taken.seen_at, taken.taken_at = assessment.updated_at, now
    session.add(taken)
    session.flush()
    return taken


def put_back(session: Session, taken: ReportAhead) -> None:
    """It was not finished: another time, or another worker."""
    row = session.get(ReportAhead, taken.assessment_id)
    if row is not None and row.taken_at == taken.taken_at:
        session.delete(row)


def readers(session: Session, assessment_id: int, *, now: datetime) -> list[tuple[Actor, Assessment, str]]:
    """Who is likely to ask for the full report, each with the language: those who asked last, or who saved last.

    Whoever may not read it any more is left out.
    """
    found = []
    for person_id, only, language in _likely(session, assessment_id):
        actor = access.reader_of(session, person_id, only, now=now)
        try:
            if actor is not None:
                found.append((actor, assessments.get_readable(session, actor, assessment_id), language))
        except (NotFound, Forbidden):
            continue
    return found


def _likely(session: Session, assessment_id: int) -> list[tuple[int, int | None, str]]:
    columns = ReportJob.person_id, ReportJob.only_organisation_id, ReportJob.language
    full = and_(ReportJob.kind == "full", ReportJob.ending == "pdf", ReportJob.revision.is_(None))
    asked = (
        select(*columns).where(ReportJob.assessment_id == assessment_id, full).order_by(ReportJob.id.desc()).limit(READERS * 10)
    )
    latest = list(dict.fromkeys((one[0], one[1], one[2]) for one in session.execute(asked)))[:READERS]
    if latest:
        return latest
    saved = select(Answer.updated_by, Assessment.organisation_id, Person.language).join(Person, Person.id == Answer.updated_by)
    of_this = saved.join(Assessment, Assessment.id == Answer.assessment_id).where(Assessment.id == assessment_id)
    last = session.execute(of_this.order_by(Answer.updated_at.desc(), Answer.id.desc()).limit(1)).first()
    return [(last[0], last[1], last[2])] if last and last[0] else []
