"""The report on what changed since a revision, up to what is there now."""

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import access as assessments
from app.assessments.answers import library_for
from app.assessments.models import Assessment
from app.assessments.transfer import to_portable_for
from app.audit import chain
from app.config import Settings
from app.decisions import access
from app.decisions.files import named
from app.i18n import gettext as _
from app.i18n import use
from app.keys.service import signer_of
from app.reports import issuing
from app.reports.approved import approval_in_force
from app.reports.build_delta import Against
from app.reports.gone import gone
from app.reports.looks import look_of
from app.reports.prepared import Asked, Made, Prepared
from app.rubrics.registry import Library


def prepare(
    session: Session, settings: Settings, library: Library, actor: Actor, assessment: Assessment, number: int, asked: Asked
) -> Prepared:
    """Read what the report for this reader is made from: a draft, and not signed, while the assessment is open.

    Raises NotFound for a missing revision.
    """
    first, pinned = access.get_revision(session, actor, assessment, number), library_for(session, library, assessment)
    draft = assessment.frozen_at is None
    with use(asked.language):
        present = _("Present state")
    portable = to_portable_for(session, actor, assessment)
    told: dict[str, str | int] = {"format": asked.ending, "kind": "delta", "language": asked.language, "since_revision": number}
    return Prepared(
        asked,
        portable=portable,
        library=pinned,
        draft=draft,
        approval=approval_in_force(session, assessment),
        audit_head=chain.head_of(session, assessment.organisation_id),
        verification=None if draft else issuing.address_of(settings, assessments.last_snapshot(session, assessment)),
        against=Against(first.portable, pinned, named(number, asked.language), present),
        look=look_of(session, assessment, asked.language),
        gone=gone(session, settings, actor, assessment, portable),
        signer=signer_of(session, settings, assessment.organisation_id) if asked.ending == "pdf" and not draft else None,
        told=told,
    )


def make(
    session: Session, settings: Settings, library: Library, actor: Actor, assessment: Assessment, number: int, asked: Asked
) -> Made:
    """The report for this reader. Raises as `prepare`, and as `Prepared.make`."""
    return prepare(session, settings, library, actor, assessment, number, asked).make(settings)
