"""The table of reports as a queue: which worker makes which, how far it is, and what came of it.

A worker takes a job by moving its `due_at` past the next time it will move it: what a killed worker had taken falls due again by
itself. Whatever a worker notes, it notes for its own try: one that comes late changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.i18n import gettext as _
from app.i18n import use
from app.report_jobs.models import JobState, ReportJob
from app.reports.progress import Part

LEASE = timedelta(seconds=30)
"""How long a job belongs to the worker that took it and does not say again that it is at work."""
PAUSES = (timedelta(seconds=5), timedelta(seconds=30))
"""What is waited after the first and the second failure that may pass; after the next the job has failed."""
TAKEN_AT_MOST = 8
"""A job that was taken so often and never came to an end takes its workers along: it has failed."""
WAIT_FOR_OTHER = timedelta(seconds=1)
"""When to look again while another job of the same content is being made."""
_LONGEST_PROBLEM = 500


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether a job can be begun now. Reads only, so that looking does not hold up those who write."""
    return bool(session.scalar(select(exists().where(ReportJob.due_at <= now))))


def take(session: Session, *, now: datetime) -> ReportJob | None:
    """The job that has been due longest, now this worker's for `LEASE`; None when there is none. Counts the try."""
    # PostgreSQL: another worker's row, locked until its taking is committed, is passed over. SQLite has one writer anyway.
    oldest = (
        select(ReportJob)
        .where(ReportJob.due_at <= now)
        .order_by(ReportJob.due_at, ReportJob.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.scalar(oldest)
    if found is None:
        return None
    if found.attempts >= TAKEN_AT_MOST:
        with use(found.reader):
            told = _("The process that made it ended again and again before the report was ready.")
        _end(found, JobState.FAILED, now, problem=told)
        return None
    if found.state == JobState.RUNNING.value:
        with use(found.reader):
            found.problem = _("The process that made it ended before the report was ready.")
    found.state, found.due_at, found.attempts = JobState.RUNNING.value, now + LEASE, found.attempts + 1
    found.key, found.part, found.part_done, found.part_of = None, None, None, None
    session.flush()
    return found


def _ours(taken: ReportJob) -> ColumnElement[bool]:
    """The condition that the job is still this try's: nobody cancelled it, and no other worker took it."""
    return and_(ReportJob.id == taken.id, ReportJob.attempts == taken.attempts, ReportJob.state == JobState.RUNNING.value)


def is_ours(session: Session, taken: ReportJob) -> bool:
    """Whether it is worth going on."""
    return bool(session.scalar(select(exists().where(_ours(taken)))))


def _change(session: Session, taken: ReportJob, **values: Any) -> bool:
    query = update(ReportJob).where(_ours(taken)).values(**values).returning(ReportJob.id)
    return session.scalar(query.execution_options(synchronize_session=False)) is not None


def keep(session: Session, taken: ReportJob, *, now: datetime) -> bool:
    """Say that the worker is at work; False when the job is not this try's any more."""
    return _change(session, taken, due_at=now + LEASE)


def note_part(session: Session, taken: ReportJob, part: Part, done: int | None, of: int | None, *, now: datetime) -> bool:
    """Note how far it is, which is a sign of life too."""
    return _change(session, taken, part=part.value, part_done=done, part_of=of, due_at=now + LEASE)


def claim(session: Session, taken: ReportJob, key: str, sight: str) -> bool:
    """Note which content the job is. False when it is not this try's any more, or another job makes that content now."""
    try:
        with session.begin_nested():
            return _change(session, taken, key=key, sight=sight)
    except IntegrityError:
        return False


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was made before, and what the trail says of it."""

    sha256: str
    told: dict[str, str | int]


def find_kept(session: Session, key: str) -> Kept | None:
    """The file that was made of this content before; None when there is none."""
    query = select(ReportJob.sha256, ReportJob.told).where(ReportJob.key == key, ReportJob.state == JobState.DONE.value)
    found = session.execute(query.order_by(ReportJob.id.desc()).limit(1)).first()
    return Kept(found[0], dict(found[1] or {})) if found and found[0] else None


def wait_for_other(session: Session, taken: ReportJob, *, now: datetime) -> bool:
    """Put it back for a moment: the same content is being made. The try does not count."""
    again = {"due_at": now + WAIT_FOR_OTHER, "attempts": taken.attempts - 1, "key": None}
    return _change(session, taken, state=JobState.QUEUED.value, **again)


def put_back(session: Session, taken: ReportJob, *, now: datetime) -> bool:
    """Put it back at once, for another worker: this one stops. The try does not count."""
    return _change(session, taken, state=JobState.QUEUED.value, due_at=now, attempts=taken.attempts - 1, key=None)


def note_done(
    session: Session, taken: ReportJob, sha256: str, told: Mapping[str, Any], key: str, sight: str, *, now: datetime
) -> bool:
    """It is ready; False when the job is not this try's any more."""
    ended = {"state": JobState.DONE.value, "due_at": None, "finished_at": now, "problem": None}
    return _change(session, taken, sha256=sha256, told=dict(told), key=key, sight=sight, part=None, **ended)


def note_problem(session: Session, taken: ReportJob, problem: str, *, may_pass: bool, now: datetime) -> bool:
    """It could not be made. What may pass is tried again after a pause; the rest, and the last try, has failed."""
    told = " ".join(problem.split())[:_LONGEST_PROBLEM]
    if may_pass and taken.attempts <= len(PAUSES):
        due = now + PAUSES[taken.attempts - 1]
        return _change(session, taken, state=JobState.QUEUED.value, problem=told, due_at=due, key=None, part=None)
    ended = {"state": JobState.FAILED.value, "due_at": None, "finished_at": now}
    return _change(session, taken, problem=told, part=None, **ended)


def _end(found: ReportJob, state: JobState, now: datetime, *, problem: str | None = None) -> None:
    found.state, found.due_at, found.finished_at, found.problem = state.value, None, now, problem
