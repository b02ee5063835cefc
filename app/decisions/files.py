"""The report of a revision, made from what was frozen."""

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments.answers import library_for
from app.assessments.models import Assessment
from app.audit import chain
from app.config import Settings
from app.decisions import access
from app.i18n import gettext as _
from app.i18n import use
from app.reports import issuing, service
from app.reports.build_delta import Against
from app.reports.files import Asked, Made
from app.reports.gone import gone
from app.reports.looks import look_of
from app.rubrics.registry import Library


def make(
    session: Session, settings: Settings, library: Library, actor: Actor, assessment: Assessment, number: int, asked: Asked
) -> Made:
    """The report for this reader; `against` is an earlier revision. A PDF is signed. Raises NotFound for a missing revision."""
    revision, pinned = access.get_revision(session, actor, assessment, number), library_for(session, library, assessment)
    earlier = None
    if asked.kind == "delta" and asked.against:
        first = access.get_revision(session, actor, assessment, asked.against)
        earlier = Against(first.portable, pinned, *(named(one, asked.language) for one in (asked.against, number)))
    content = service.make(
        revision.portable,
        pinned,
        language=asked.language,
        kind=asked.kind,
        wanted=asked.ending,
        approval=revision.approval,
        audit_head=chain.head_of(session, assessment.organisation_id),
        verification=issuing.address_of(settings, access.snapshot_of(session, assessment, number)),
        against=earlier,
        look=look_of(session, assessment, asked.language, revision.approval.at),
        page=asked.page,
        gone=gone(session, settings, actor, assessment, revision.portable),
    )
    told: dict[str, str | int] = {"format": asked.ending, "kind": asked.kind, "language": asked.language, "revision": number}
    told |= {"against": asked.against} if earlier and asked.against else {}
    if asked.ending == "pdf":
        content, by = issuing.signed_if_key(session, settings, assessment.organisation_id, content, asked.language)
        told |= by
    return Made(content, told)


def named(number: int, language: str) -> str:
    """What a revision is called."""
    with use(language):
        return _("Revision %(number)s") % {"number": number}
