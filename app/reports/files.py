"""A report of an assessment as an answer: whoever asks, on a page or through the API, gets the same bytes."""

from dataclasses import dataclass

from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import access, trail
from app.assessments.answers import library_for
from app.assessments.transfer import to_portable_for
from app.audit import chain
from app.reports import comparing, looks, service
from app.reports.kinds import Kind, Page
from app.rubrics.registry import Library
from app.web.session import Aside


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `against` is the assessment that a report on changes compares with."""

    ending: service.Format
    kind: Kind
    language: str
    page: Page = "a4"
    against: int | None = None


def make_file(session: Session, aside: Aside, library: Library, actor: Actor, assessment_id: int, asked: Asked) -> Response:
    """The report as a file, noted in the trail. Raises NotFound for what the person may not read, on either side."""
    assessment = access.get_readable(session, actor, assessment_id)
    pinned = library_for(session, library, assessment)
    earlier = comparing.against(session, library, actor, assessment, asked.against) if asked.kind == "delta" else None
    content = service.make(
        to_portable_for(session, actor, assessment),
        pinned,
        language=asked.language,
        kind=asked.kind,
        wanted=asked.ending,
        # An approved assessment is read from what was frozen: that is no draft.
        draft=assessment.frozen_at is None,
        audit_head=chain.head_of(session, assessment.organisation_id),
        against=earlier.found if earlier else None,
        look=looks.look_of(session, assessment, asked.language),
        page=asked.page,
    )
    told = {"format": asked.ending, "kind": asked.kind, "language": asked.language}
    told_against = {"against": earlier.assessment_id} if earlier else {}
    trail.note_export(aside, assessment, "report.made", actor, {**told, **told_against})
    name = f"sapa-{asked.kind}-{assessment_id}-{asked.language}.{asked.ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=service.MEDIA_TYPES[asked.ending], headers=headers)
