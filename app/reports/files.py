"""A report of an assessment as an answer: whoever asks, on a page, through the API or in a binder, gets the same bytes."""

from dataclasses import dataclass

from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import access, trail
from app.assessments.answers import library_for
from app.assessments.models import Assessment
from app.assessments.transfer import to_portable_for
from app.audit import chain
from app.config import Settings
from app.reports import comparing, issuing, looks, service
from app.reports.approved import approval_in_force
from app.reports.fragments.keeping import store_of
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


@dataclass(frozen=True, slots=True)
class Made:
    """The report's bytes, and what the trail says of it."""

    content: bytes
    told: dict[str, str | int]


def make(session: Session, settings: Settings, library: Library, actor: Actor, assessment: Assessment, asked: Asked) -> Made:
    """The report for this reader.

    An approved assessment is read from what was frozen: that is no draft, and a PDF of it is signed.
    Raises NotFound for an earlier assessment that the person may not read, and ReportNotRendered.
    """
    pinned, draft = library_for(session, library, assessment), assessment.frozen_at is None
    earlier = comparing.against(session, library, actor, assessment, asked.against) if asked.kind == "delta" else None
    content = service.make(
        to_portable_for(session, actor, assessment),
        pinned,
        language=asked.language,
        kind=asked.kind,
        wanted=asked.ending,
        draft=draft,
        approval=approval_in_force(session, assessment),
        audit_head=chain.head_of(session, assessment.organisation_id),
        verification=None if draft else issuing.address_of(settings, access.last_snapshot(session, assessment)),
        against=earlier.found if earlier else None,
        look=looks.look_of(session, assessment, asked.language),
        page=asked.page,
        store=store_of(settings),
    )
    told: dict[str, str | int] = {"format": asked.ending, "kind": asked.kind, "language": asked.language}
    told |= {"against": earlier.assessment_id} if earlier else {}
    if asked.ending == "pdf" and not draft:
        content, by = issuing.signed_if_key(session, settings, assessment.organisation_id, content, asked.language)
        told |= by
    return Made(content, told)


def make_file(
    session: Session, aside: Aside, settings: Settings, library: Library, actor: Actor, assessment_id: int, asked: Asked
) -> Response:
    """The report as a file, noted in the trail. Raises NotFound for what the person may not read, on either side."""
    assessment = access.get_readable(session, actor, assessment_id)
    made = make(session, settings, library, actor, assessment, asked)
    trail.note_export(aside, assessment, "report.made", actor, made.told)
    name = f"sapa-{asked.kind}-{assessment_id}-{asked.language}.{asked.ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(made.content, media_type=service.MEDIA_TYPES[asked.ending], headers=headers)
