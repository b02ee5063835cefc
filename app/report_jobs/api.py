"""The JSON API for reports that workers make: ask, look, take the file, cancel."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app import clock
from app.accounts.exports import Counted
from app.accounts.signed_in import CurrentActor
from app.report_jobs import access, service, taking
from app.report_jobs.forms import AskForm, Ending, refuse_what_is_not_offered
from app.report_jobs.models import JobState, ReportJob
from app.reports.api import CONTENT
from app.reports.kinds import Kind, Page
from app.web.forms import Number
from app.web.if_match import PROBLEMS
from app.web.session import AsideDep, SessionDep, SettingsDep

_FILE: dict[int | str, dict[str, Any]] = {200: {**CONTENT[200], "content": {**CONTENT[200]["content"], "application/zip": {}}}}
router = APIRouter(prefix="/api/v1/assessments/{assessment_id}/reports", tags=["reports"])


class AskIn(BaseModel):
    """A report. `against` is what `kind` delta compares with: another assessment, or of a `revision` an earlier one.

    The format zip is a binder: the report as PDF, every cited file that you may see, an index and hashes.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"kind": "summary", "format": "pdf", "lang": "kk"}})

    kind: Kind = "full"
    ending: Annotated[Ending, Field(alias="format")] = "pdf"
    lang: Literal["kk", "ru", "en"] | None = None
    page: Page = "a4"
    against: Number | None = None
    revision: Number | None = None

    @model_validator(mode="after")
    def _offered(self) -> Self:
        refuse_what_is_not_offered(self.kind, self.ending, self.page, self.revision)
        return self


class JobOut(BaseModel):
    """A report that was asked for. `part` is what is being done, the `part_done`-th of `part_of` where that is counted.

    `problem` says why the last try failed; in the state queued it is tried again. `file` is where the file is when it is done.
    """

    id: int
    state: JobState
    kind: str
    format: str
    lang: str
    page: str
    against: int | None
    revision: int | None
    part: str | None
    part_done: int | None
    part_of: int | None
    attempts: int
    problem: str | None
    asked_at: datetime
    finished_at: datetime | None
    file: str | None


def _out(job: ReportJob) -> JobOut:
    same = ("id", "kind", "page", "against", "revision", "part", "part_done", "part_of", "attempts", "problem")
    is_done = job.state == JobState.DONE.value
    return JobOut(
        **{name: getattr(job, name) for name in same},
        state=JobState(job.state),
        format=job.ending,
        lang=job.language,
        asked_at=job.asked_at,
        finished_at=job.finished_at,
        file=f"{_address(job)}/file" if is_done else None,
    )


def _address(job: ReportJob) -> str:
    return f"/api/v1/assessments/{job.assessment_id}/reports/{job.id}"


@router.post("", status_code=202, responses={**PROBLEMS, 429: {"description": "Waiting for many already"}})
def ask_for_report(session: SessionDep, actor: CurrentActor, response: Response, assessment_id: int, body: AskIn) -> JobOut:
    """Ask for a report. `Location` is where to look how far it is; who waits for the same already gets that job."""
    form = AskForm.model_validate(body.model_dump())
    asked, number = form.asked(), form.revision
    assessment = access.get_askable(session, actor, assessment_id, asked, number)
    job = service.ask(session, actor, assessment, asked, number, binder=form.is_binder, now=clock.now())
    response.headers["location"] = _address(job)
    return _out(job)


@router.get("/{job_id}", responses=PROBLEMS)
def get_report_job(session: SessionDep, actor: CurrentActor, assessment_id: int, job_id: int) -> JobOut:
    """How far a report is that you asked for."""
    _assessment, job = access.get_job(session, actor, assessment_id, job_id)
    return _out(job)


@router.get("/{job_id}/file", response_class=Response, responses={**PROBLEMS, **_FILE}, dependencies=[Counted])
def get_report_file(
    session: SessionDep, aside: AsideDep, settings: SettingsDep, actor: CurrentActor, assessment_id: int, job_id: int
) -> Response:
    """The file of a report that is done."""
    return taking.file_of(session, aside, settings, actor, assessment_id, job_id)


@router.delete("/{job_id}", status_code=204, responses=PROBLEMS)
def cancel_report_job(session: SessionDep, actor: CurrentActor, assessment_id: int, job_id: int) -> None:
    """Cancel a report, also while it is being made; one that has ended stays as it is."""
    _assessment, job = access.get_job(session, actor, assessment_id, job_id)
    service.cancel(session, job, now=clock.now())
