"""Fills the page objects of reports that somebody waits for."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments.models import Assessment
from app.assessments.panels import Asked
from app.i18n import gettext as _
from app.jobs import alive
from app.report_jobs import access
from app.report_jobs.models import JobState, ReportJob
from app.report_jobs.words import part_words, state_word
from app.reports.kinds import kind_of, name_of
from app.reports.progress import Part
from app.web.templates import LANGUAGE_NAMES

_ENDINGS = {"docx": "Word", "xlsx": "Excel"}


@dataclass(frozen=True, slots=True)
class Step:
    """Where it is: the how-manieth step of how many, and which chapter of how many where that is told."""

    number: int
    of: int
    words: str
    chapter: int | None
    chapters: int | None


@dataclass(frozen=True, slots=True)
class JobPage:
    """A report that the person asked for, how far it is, and what can be done now."""

    id: int
    door: str
    """Where reports of the assessment are asked for."""
    address: str
    title: str
    state: JobState
    word: str
    step: Step | None
    problem: str | None
    attempts: int
    asked_at: datetime
    finished_at: datetime | None
    is_open: bool
    is_worker_missing: bool
    direct: str
    """Where the same can be had without a worker."""
    again: tuple[tuple[str, str], ...]
    """The fields of a form that asks for the same."""

    @property
    def version(self) -> str:
        """Changes when there is something new to show."""
        step = f"{self.step.number}.{self.step.chapter}" if self.step else ""
        return f"{self.state}-{step}-{self.attempts}-{bool(self.problem)}-{self.is_worker_missing}".lower()


@dataclass(frozen=True, slots=True)
class LatestPanel:
    """What the person asked for lately, the newest first."""

    jobs: tuple[JobPage, ...]


def job_page(session: Session, assessment: Assessment, job: ReportJob, *, now: datetime) -> JobPage:
    """A job as its page shows it."""
    return _page(assessment, job, is_worker_missing=job.is_open and not alive.is_alive(session, now=now))


def latest_panel(asked: Asked) -> LatestPanel | None:
    """What the page of downloads shows of what the person asked for; nothing before they did."""
    return latest_of(asked.session, asked.actor, asked.assessment)


def latest_of(session: Session, actor: Actor, assessment: Assessment) -> LatestPanel | None:
    """The person's reports of an assessment."""
    jobs = access.latest(session, actor, assessment)
    return LatestPanel(tuple(_page(assessment, one, is_worker_missing=False) for one in jobs)) if jobs else None


def _page(assessment: Assessment, job: ReportJob, *, is_worker_missing: bool) -> JobPage:
    state = JobState(job.state)
    return JobPage(
        id=job.id,
        door=f"/assessments/{assessment.id}/reports",
        address=f"/assessments/{assessment.id}/reports/{job.id}",
        title=_title(job),
        state=state,
        word=state_word(job.state),
        step=_step(assessment, job) if state is JobState.RUNNING else None,
        problem=job.problem,
        attempts=job.attempts,
        asked_at=job.asked_at,
        finished_at=job.finished_at,
        is_open=job.is_open,
        is_worker_missing=is_worker_missing,
        direct=_direct(job),
        again=_again(job),
    )


def _title(job: ReportJob) -> str:
    parts = [_("Site-visit binder")] if job.is_binder else []
    parts += [name_of(kind_of(job.kind))] if not job.is_binder or job.kind != "full" else []
    parts += [_("Revision %(number)s") % {"number": job.revision}] if job.revision is not None else []
    parts += [_("For the screen of a phone")] if job.page == "phone" else []
    return ", ".join([*parts, LANGUAGE_NAMES[job.language], _ENDINGS.get(job.ending, job.ending.upper())])


def _step(assessment: Assessment, job: ReportJob) -> Step:
    """The step it is at. What stands in chapters is laid out as pages."""
    is_signed = assessment.frozen_at is not None or job.revision is not None
    is_pdf = access.asked_of(job).ending == "pdf"
    steps = [Part.DATA, *([Part.PAGES] if is_pdf else [Part.FILE])]
    steps += [Part.SIGNATURE] if is_pdf and is_signed else []
    part = Part(job.part or Part.DATA)
    at = Part.PAGES if part is Part.CHAPTERS else part
    number = steps.index(at) + 1 if at in steps else len(steps)
    return Step(number, len(steps), part_words(part), job.part_done, job.part_of)


def _again(job: ReportJob) -> tuple[tuple[str, str], ...]:
    said = {
        "kind": job.kind,
        "lang": job.language,
        "ending": job.ending,
        "page": job.page,
        "against": job.against,
        "revision": job.revision,
    }
    return tuple((name, str(value)) for name, value in said.items() if value is not None)


def _direct(job: ReportJob) -> str:
    if job.is_binder:
        return f"/assessments/{job.assessment_id}/binder.zip?{urlencode({'lang': job.language, 'kind': job.kind})}"
    of = f"/revisions/{job.revision}" if job.revision is not None else ""
    said = {name: value for name, value in _again(job) if name not in ("ending", "revision")}
    return f"/assessments/{job.assessment_id}{of}/report.{job.ending}?{urlencode(said)}"
