"""Approving an assessment, which freezes it; reopening, deleting and bringing it back."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import trail
from app.assessments.answers import store_score
from app.assessments.models import Assessment, Snapshot
from app.assessments.service import lock
from app.assessments.transfer import as_it_stands
from app.errors import Conflict
from app.i18n import gettext as _
from app.portable.write import digest_of, to_json
from app.rubrics.model import in_language
from app.rubrics.registry import Library


class NotFrozen(Conflict):
    """The assessment is open."""


class AlreadyFrozen(Conflict):
    """The assessment is approved already."""


class NameDiffers(Conflict):
    """What is to be deleted was not called by its name."""


def approve(session: Session, assessment: Assessment, actor: Actor, *, now: datetime) -> Snapshot:
    """Freeze the assessment as it stands: a snapshot with its digest, and no change until it is reopened.

    Raises AlreadyFrozen.
    """
    lock(session, assessment)
    if assessment.frozen_at is not None:
        raise AlreadyFrozen(_("This assessment is approved already."))
    portable = as_it_stands(session, assessment)
    last = session.scalar(select(func.max(Snapshot.revision)).where(Snapshot.assessment_id == assessment.id)) or 0
    snapshot = Snapshot(
        assessment_id=assessment.id,
        revision=last + 1,
        digest=digest_of(portable),
        content=to_json(portable),
        created_at=now,
        created_by=actor.id,
    )
    session.add(snapshot)
    assessment.frozen_at, assessment.frozen_by, assessment.updated_at = now, actor.id, now
    session.flush()
    data = {"revision": snapshot.revision, "digest": snapshot.digest}
    trail.note(session, assessment, "assessment.approved", actor, now=now, data=data)
    return snapshot


def reopen(session: Session, library: Library, assessment: Assessment, actor: Actor, *, now: datetime) -> None:
    """Open an approved assessment to changes; its snapshots stay. Raises NotFrozen."""
    lock(session, assessment)
    if assessment.frozen_at is None:
        raise NotFrozen(_("This assessment is open."))
    assessment.frozen_at = assessment.frozen_by = None
    assessment.updated_at = now
    # Evidence may have been withdrawn meanwhile.
    store_score(session, library, assessment)
    trail.note(session, assessment, "assessment.reopened", actor, now=now)


def delete(session: Session, assessment: Assessment, name: str, actor: Actor, *, now: datetime) -> None:
    """Hide an assessment from everybody but who may bring it back; `name` must be its title. Raises NameDiffers."""
    titles = {in_language(assessment.title, language).strip() for language in ("kk", "ru", "en")}
    if name.strip() not in titles:
        raise NameDiffers(_("Type the title of the assessment as it stands above to delete it."))
    assessment.deleted_at = now
    session.flush()
    trail.note(session, assessment, "assessment.deleted", actor, now=now)


def restore(session: Session, assessment: Assessment, actor: Actor, *, now: datetime) -> None:
    """Bring a deleted assessment back as it was."""
    assessment.deleted_at = None
    session.flush()
    trail.note(session, assessment, "assessment.restored", actor, now=now)
