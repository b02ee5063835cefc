"""A report of an assessment as an answer: whoever asks, on a page, through the API or in a binder, gets the same bytes."""

from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import access, trail
from app.assessments.answers import library_for
from app.assessments.models import Assessment
from app.assessments.transfer import to_portable_for
from app.audit import chain
from app.config import Settings
from app.keys.service import signer_of
from app.reports import comparing, issuing, looks, service
from app.reports.approved import approval_in_force
from app.reports.gone import gone
from app.reports.prepared import Asked, Made, Prepared
from app.rubrics.registry import Library
from app.web.downloads import download
from app.web.session import Aside


def prepare(
    session: Session, settings: Settings, library: Library, actor: Actor, assessment: Assessment, asked: Asked
) -> Prepared:
    """Read what the report for this reader is made from.

    An approved assessment is read from what was frozen: that is no draft, and a PDF of it is signed.
    Raises NotFound for an earlier assessment that the person may not read, and NothingToCompare.
    """
    pinned, draft = library_for(session, library, assessment), assessment.frozen_at is None
    earlier = comparing.against(session, library, actor, assessment, asked.against) if asked.kind == "delta" else None
    told: dict[str, str | int] = {"format": asked.ending, "kind": asked.kind, "language": asked.language}
    portable = to_portable_for(session, actor, assessment)
    return Prepared(
        asked,
        portable=portable,
        library=pinned,
        draft=draft,
        approval=approval_in_force(session, assessment),
        audit_head=chain.head_of(session, assessment.organisation_id),
        verification=None if draft else issuing.address_of(settings, access.last_snapshot(session, assessment)),
        against=earlier.found if earlier else None,
        look=looks.look_of(session, assessment, asked.language),
        gone=gone(session, settings, actor, assessment, portable),
        signer=signer_of(session, settings, assessment.organisation_id) if asked.ending == "pdf" and not draft else None,
        told=told | ({"against": earlier.assessment_id} if earlier else {}),
    )


def make(session: Session, settings: Settings, library: Library, actor: Actor, assessment: Assessment, asked: Asked) -> Made:
    """The report for this reader. Raises as `prepare`, and as `Prepared.make`."""
    return prepare(session, settings, library, actor, assessment, asked).make(settings)


def make_file(
    session: Session, aside: Aside, settings: Settings, library: Library, actor: Actor, assessment_id: int, asked: Asked
) -> Response:
    """The report as a file, noted in the trail. Raises NotFound for what the person may not read, on either side."""
    assessment = access.get_readable(session, actor, assessment_id)
    made = make(session, settings, library, actor, assessment, asked)
    trail.note_export(aside, assessment, "report.made", actor, made.told)
    return answer(made.content, asked, f"sapa-{asked.kind}-{assessment_id}-{asked.language}")


def answer(content: bytes, asked: Asked, name: str) -> Response:
    """A report as a file of this name."""
    return download(content, f"{name}.{asked.ending}", service.MEDIA_TYPES[asked.ending])
