"""The only door to reports that were asked for: one's own, of what one may still read. Everything else is NotFound."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.assessments import access as assessments
from app.assessments import cited
from app.assessments.models import Assessment
from app.decisions import access as decisions
from app.errors import Conflict, NotFound
from app.i18n import gettext as _
from app.report_jobs.models import BINDER, OPEN_STATES, JobState, ReportJob
from app.reports import comparing
from app.reports.prepared import Asked

LATEST = 10
"""How many of a person's reports a page shows."""


class SightChanged(Conflict):
    """The report shows what its reader may not see any more, or hides what they may see now."""


def get_askable(session: Session, actor: Actor, assessment_id: int, asked: Asked, revision: int | None) -> Assessment:
    """The assessment, when the person may have this report of it. Raises as the direct address of the file would.

    That is NotFound, Forbidden, and NothingToCompare.
    """
    if revision is not None:
        assessment = decisions.get_decided(session, actor, assessment_id)
        for number in (revision, asked.against if asked.kind == "delta" else None):
            if number is not None and decisions.snapshot_of(session, assessment, number) is None:
                raise NotFound(_("There is no such revision."))
        return assessment
    assessment = assessments.get_readable(session, actor, assessment_id)
    if asked.kind == "delta":
        comparing.get_other(session, actor, assessment, asked.against)
    return assessment


def sight_of(session: Session, actor: Actor, assessment: Assessment, asked: Asked, revision: int | None) -> str:
    """Names the evidence that is kept from the person in this report: it changes when they may see more or less."""
    hidden = {assessment.id: sorted(cited.hidden_codes(session, actor, assessment))}
    if asked.kind == "delta" and revision is None:
        other = comparing.get_other(session, actor, assessment, asked.against)
        hidden[other.id] = sorted(cited.hidden_codes(session, actor, other))
    return hashlib.sha256(str(sorted(hidden.items())).encode()).hexdigest()


def asked_of(job: ReportJob) -> Asked:
    """What report a job was asked to make."""
    return Asked("pdf" if job.is_binder else job.ending, job.kind, job.language, job.page, job.against)  # type: ignore[arg-type]  # checked when it was asked


def file_name(job: ReportJob) -> str:
    """What its file is called, without the ending: as at the direct address."""
    of = f"-revision-{job.revision}" if job.revision is not None else ""
    return f"sapa-{job.kind}-{job.assessment_id}{of}-{job.language}"


def get_job(session: Session, actor: Actor, assessment_id: int, job_id: int) -> tuple[Assessment, ReportJob]:
    """The person's own job, and what it is about. Raises NotFound, also for a colleague's."""
    query = select(ReportJob).where(ReportJob.assessment_id == assessment_id, ReportJob.person_id == actor.id)
    job = session.scalar(query.where(ReportJob.id == job_id))
    assessment = assessments.get_readable(session, actor, assessment_id)
    if job is None:
        raise NotFound(_("There is no such report. It may have been deleted since: ask for it again."))
    if job.revision is not None:
        decisions.get_decided(session, actor, assessment_id)
    return assessment, job


def get_finished(session: Session, actor: Actor, assessment_id: int, job_id: int) -> tuple[Assessment, ReportJob]:
    """As `get_job`, for taking its file. Raises NotFound while there is none, and SightChanged."""
    assessment, job = get_job(session, actor, assessment_id, job_id)
    if job.state != JobState.DONE.value or job.sha256 is None:
        raise NotFound(_("This report is not ready."))
    if job.sight != sight_of(session, actor, assessment, asked_of(job), job.revision):
        raise SightChanged(_("You may see other evidence now than when this report was made. Ask for it again."))
    return assessment, job


def latest(session: Session, actor: Actor, assessment: Assessment) -> Sequence[ReportJob]:
    """What the person asked for of an assessment that they may read, the newest first."""
    query = select(ReportJob).where(ReportJob.assessment_id == assessment.id, ReportJob.person_id == actor.id)
    return session.scalars(query.order_by(ReportJob.id.desc()).limit(LATEST)).all()


def open_jobs(session: Session, actor: Actor) -> int:
    """For how many reports the person waits, of whatever assessment."""
    query = select(func.count()).where(ReportJob.person_id == actor.id, ReportJob.state.in_(OPEN_STATES))
    return session.scalar(query) or 0


def find_same_open(
    session: Session, actor: Actor, assessment: Assessment, asked: Asked, revision: int | None, *, binder: bool
) -> ReportJob | None:
    """The job that the person waits for already and that makes the same."""
    query = select(ReportJob).where(
        ReportJob.assessment_id == assessment.id,
        ReportJob.person_id == actor.id,
        ReportJob.only_organisation_id.is_not_distinct_from(actor.only),
        ReportJob.state.in_(OPEN_STATES),
        ReportJob.revision.is_not_distinct_from(revision),
        ReportJob.kind == asked.kind,
        ReportJob.ending == (BINDER if binder else asked.ending),
        ReportJob.language == asked.language,
        ReportJob.page == asked.page,
        ReportJob.against.is_not_distinct_from(asked.against),
    )
    return session.scalar(query.order_by(ReportJob.id).limit(1))


def reader_of(session: Session, person_id: int, only_organisation_id: int | None, *, now: datetime) -> Actor | None:
    """Who a report is made for, bound as the session was that asked; None when the account is closed."""
    query = select(Person).where(Person.id == person_id, Person.disabled_at.is_(None), Person.erased_at.is_(None))
    person = session.scalar(query)
    return replace(Actor.of(person, at=now), only=only_organisation_id, is_operator=False) if person else None
