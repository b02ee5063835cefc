"""Asking for a report and taking that back. Neither is noted in the trail: nothing leaves the service until it is downloaded."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments.models import Assessment
from app.errors import TooManyRequests
from app.i18n import current
from app.i18n import gettext as _
from app.report_jobs import access
from app.report_jobs.models import BINDER, OPEN_STATES, JobState, ReportJob
from app.reports.prepared import Asked

AT_ONCE = 20
"""For how many reports one person may wait."""


class WaitingForMany(TooManyRequests):
    """The person waits for so many reports that others would wait for theirs."""


def ask(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    asked: Asked,
    revision: int | None = None,
    *,
    binder: bool = False,
    now: datetime,
) -> ReportJob:
    """A job for a worker: the report, or a `binder` with it. It begins if the caller's transaction commits, and never otherwise.

    Who waits for the same already gets that job. Raises WaitingForMany.
    """
    if (same := access.find_same_open(session, actor, assessment, asked, revision, binder=binder)) is not None:
        return same
    if access.open_jobs(session, actor) >= AT_ONCE:
        message = _("You wait for {count} reports already. Ask again when some of them are ready.")
        raise WaitingForMany(message.format(count=AT_ONCE))
    job = ReportJob(
        assessment_id=assessment.id,
        person_id=actor.id,
        only_organisation_id=actor.only,
        reader=current(),
        revision=revision,
        kind=asked.kind,
        ending=BINDER if binder else asked.ending,
        language=asked.language,
        page=asked.page,
        against=asked.against,
        state=JobState.QUEUED.value,
        attempts=0,
        asked_at=now,
        due_at=now,
    )
    session.add(job)
    session.flush()
    return job


def cancel(session: Session, job: ReportJob, *, now: datetime) -> None:
    """End a job that is waited for, also while it is being made; one that has ended stays as it is."""
    ended = {"state": JobState.CANCELLED.value, "due_at": None, "finished_at": now, "part": None}
    query = update(ReportJob).where(ReportJob.id == job.id, ReportJob.state.in_(OPEN_STATES)).values(**ended)
    session.execute(query.execution_options(synchronize_session=False))
