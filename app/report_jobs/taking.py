"""Handing out what a worker made: noted in the trail each time, as at its direct address."""

from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import trail
from app.binder import handing
from app.binder import service as binders
from app.config import Settings
from app.report_jobs import access, results
from app.reports import files
from app.web.session import Aside


def file_of(session: Session, aside: Aside, settings: Settings, actor: Actor, assessment_id: int, job_id: int) -> Response:
    """The file of a job that is done. Raises NotFound, SightChanged, Gone, and FilesChanged for a binder."""
    assessment, job = access.get_finished(session, actor, assessment_id, job_id)
    content = results.read(settings, job.sha256 or "")
    if job.is_binder:
        return handing.answer(
            aside, actor, assessment, binders.open_again(session, settings, actor, assessment, content), job.language
        )
    trail.note_export(aside, assessment, "report.made", actor, job.told or {})
    return files.answer(content, access.asked_of(job), access.file_name(job))
