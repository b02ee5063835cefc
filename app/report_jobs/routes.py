"""Pages of reports that workers make: asking, looking how far it is, taking the file, cancelling."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts.exports import Counted
from app.accounts.signed_in import CurrentActor
from app.assessments import pages as assessment_pages
from app.errors import Problem
from app.report_jobs import access, pages, service, taking
from app.report_jobs.forms import AskForm
from app.web.forms import FormDep, fill
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import AsideDep, SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(prefix="/assessments/{assessment_id}/reports", include_in_schema=False)


class NotOffered(Problem):
    """There is no such report, language or format."""


@router.post("", name="ask_report")
def ask(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int, data: FormDep) -> Response:
    """Ask for a report; its page says how far it is."""
    form = fill(AskForm, data)
    # Whether the assessment is there comes first: nobody learns of another organisation's by sending nonsense.
    asked = (form.value or AskForm()).asked()
    number = form.value.revision if form.value else None
    assessment = access.get_askable(session, actor, assessment_id, asked, number)
    if form.value is None:
        raise NotOffered(" ".join(form.errors.values()))
    job = service.ask(session, actor, assessment, asked, number, binder=form.value.is_binder, now=clock.now())
    return see_other(request, "report_job", assessment_id=assessment_id, job_id=job.id)


@router.get("/{job_id}", name="report_job")
def show(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    job_id: int,
    seen: str = "",
) -> Response:
    """How far a report is; a page that is open asks again, and is answered with nothing when nothing is new."""
    assessment, job = access.get_job(session, actor, assessment_id, job_id)
    shown = pages.job_page(session, assessment, job, now=clock.now())
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204) if seen == shown.version else render(request, "report_jobs/_job.html", job=shown)
    page = assessment_pages.assessment_page(session, library, actor, assessment, section="downloads")
    return render(request, "report_jobs/job.html", page, job=shown)


@router.post("/{job_id}/cancel", name="cancel_report")
def cancel(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int, job_id: int) -> Response:
    """Do not make it, or stop making it."""
    _assessment, job = access.get_job(session, actor, assessment_id, job_id)
    service.cancel(session, job, now=clock.now())
    return see_other(request, "report_job", assessment_id=assessment_id, job_id=job_id)


@router.get("/{job_id}/file", name="report_job_file", dependencies=[Counted])
def take(
    session: SessionDep, aside: AsideDep, settings: SettingsDep, actor: CurrentActor, assessment_id: int, job_id: int
) -> Response:
    """The file, noted in the trail each time, as at its direct address."""
    return taking.file_of(session, aside, settings, actor, assessment_id, job_id)
