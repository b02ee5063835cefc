"""Handing out a binder: noted in the trail with every file in it, then sent while it is made."""

from fastapi.responses import Response

from app.accounts.actor import Actor
from app.accounts.exports import note_export
from app.assessments import trail
from app.assessments.models import Assessment
from app.binder.service import Binder
from app.web.downloads import streamed_download
from app.web.session import Aside


def answer(aside: Aside, actor: Actor, assessment: Assessment, made: Binder, language: str) -> Response:
    """The binder as a file."""
    trail.note_export(aside, assessment, "report.binder_made", actor, {"language": language, "files": len(made.files)})
    for one in made.files:
        data = {"number": one.number, "sha256": one.sha256}
        subject = f"evidence:{one.item_id}"
        note_export(aside, actor, "evidence.downloaded", of_chain=one.organisation_id, subject=subject, data=data)
    return streamed_download(iter(made), f"sapa-binder-{assessment.id}-{language}.zip", "application/zip", size=made.size)
