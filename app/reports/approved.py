"""From a snapshot to what a report says of its approval."""

from sqlalchemy.orm import Session

from app.assessments import access
from app.assessments.models import Assessment, Snapshot
from app.reports.model_approval import Approval


def approval_of(snapshot: Snapshot) -> Approval:
    """Who signed a snapshot, and when."""
    roles = None if snapshot.signed_roles is None else tuple(snapshot.signed_roles)
    return Approval(snapshot.revision, snapshot.created_at, snapshot.signed_name, roles, snapshot.digest)


def approval_in_force(session: Session, assessment: Assessment) -> Approval | None:
    """The approval of an assessment that is frozen; None while it is open."""
    snapshot = access.last_snapshot(session, assessment) if assessment.frozen_at is not None else None
    return approval_of(snapshot) if snapshot else None
