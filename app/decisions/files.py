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
from app.keys.service import signer_of
from app.reports import issuing
from app.reports.build_delta import Against
from app.reports.gone import gone
from app.reports.looks import look_of
from app.reports.prepared import Asked, Made, Prepared
from app.rubrics.registry import Library


def prepare(
    session: Session, settings: Settings, library: Library, actor: Actor, assessment: Assessment, number: int, asked: Asked
) -> Prepared:
    """Read what the report for this reader is made from; `against` is an earlier revision. A PDF is signed.

    Raises NotFound for a missing revision.
    """
    revision, pinned = access.get_revision(session, actor, assessment, number), library_for(session, library, assessment)
    earlier = None
    if asked.kind == "delta" and asked.against:
        first = access.get_revision(session, actor, assessment, asked.against)
        earlier = Against(first.portable, pinned, *(named(one, asked.language) for one in (asked.against, number)))
    told: dict[str, str | int] = {"format": asked.ending, "kind": asked.kind, "language": asked.language, "revision": number}
    return Prepared(
        asked,
        portable=revision.portable,
        library=pinned,
        draft=False,
        approval=revision.approval,
        audit_head=chain.head_of(session, assessment.organisation_id),
        verification=issuing.address_of(settings, access.snapshot_of(session, assessment, number)),
        against=earlier,
        look=look_of(session, assessment, asked.language, revision.approval.at),
        gone=gone(session, settings, actor, assessment, revision.portable),
        signer=signer_of(session, settings, assessment.organisation_id) if asked.ending == "pdf" else None,
        told=told | ({"against": asked.against} if earlier and asked.against else {}),
    )


def make(
    session: Session, settings: Settings, library: Library, actor: Actor, assessment: Assessment, number: int, asked: Asked
) -> Made:
    """The report for this reader. Raises as `prepare`, and as `Prepared.make`."""
    return prepare(session, settings, library, actor, assessment, number, asked).make(settings)


def named(number: int, language: str) -> str:
    """What a revision is called."""
    with use(language):
        return _("Revision %(number)s") % {"number": number}
