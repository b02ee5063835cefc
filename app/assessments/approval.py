"""Approving an assessment, which freezes it; reopening, deleting and bringing it back."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import access, signing, trail
from app.assessments.answers import store_score
from app.assessments.models import Assessment, Snapshot
from app.assessments.service import lock
from app.assessments.signing import DraftChanged, Signature
from app.assessments.transfer import as_it_stands
from app.audit.chain import About
from app.errors import Conflict
from app.i18n import gettext as _
from app.portable.model import Portable
from app.portable.write import digest_of, to_json
from app.rubrics.model import in_language
from app.rubrics.registry import Library


class NotFrozen(Conflict):
    """The assessment is open."""


class AlreadyFrozen(Conflict):
    """The assessment is approved already."""


class NameDiffers(Conflict):
    """What is to be deleted was not called by its name."""


def approve(session: Session, assessment: Assessment, signature: Signature, actor: Actor, *, now: datetime) -> Snapshot:
    """Freeze the assessment as it stands, signed by name: a snapshot with its digest, and no change until it is reopened.

    Raises NotYourName, AlreadyFrozen, or DraftChanged when it is no longer what the signer was shown.
    """
    _refuse_if_frozen(assessment)
    signing.refuse_unless_own(signature.name, actor)
    # Compared before the lock as well, which counts as a change: what is refused changes nothing.
    _as_shown(session, assessment, signature)
    lock(session, assessment)
    _refuse_if_frozen(assessment)
    portable = _as_shown(session, assessment, signature)
    snapshot = Snapshot(
        assessment_id=assessment.id,
        revision=signing.next_revision(session, assessment),
        digest=signature.digest,
        content=to_json(portable),
        created_at=now,
        created_by=actor.id,
        signed_name=actor.name,
        signed_roles=list(signing.roles_of(session, actor, assessment)),
    )
    session.add(snapshot)
    assessment.frozen_at, assessment.frozen_by, assessment.updated_at = now, actor.id, now
    session.flush()
    data = {"revision": snapshot.revision, "digest": snapshot.digest, "roles": snapshot.signed_roles}
    trail.note(session, assessment, "assessment.approved", actor, now=now, data=data)
    return snapshot


def _refuse_if_frozen(assessment: Assessment) -> None:
    if assessment.frozen_at is not None:
        raise AlreadyFrozen(_("This assessment is approved already."))


def _as_shown(session: Session, assessment: Assessment, signature: Signature) -> Portable:
    """The assessment as it stands, which must be what the signer was shown. Raises DraftChanged."""
    portable = as_it_stands(session, assessment)
    if digest_of(portable) != signature.digest:
        raise DraftChanged(_("The assessment has changed since you were shown it. Nothing was signed: look at it as it is now."))
    return portable


def reopen(session: Session, library: Library, assessment: Assessment, reason: str, actor: Actor, *, now: datetime) -> None:
    """Open an approved assessment to changes, for a reason; its snapshots stay as they are. Raises NotFrozen."""
    lock(session, assessment)
    if assessment.frozen_at is None:
        raise NotFrozen(_("This assessment is open."))
    assessment.frozen_at = assessment.frozen_by = None
    assessment.updated_at = now
    snapshot = access.last_snapshot(session, assessment)
    if snapshot is not None:
        snapshot.reopened_at, snapshot.reopened_by, snapshot.reopened_because = now, actor.id, reason
    # Evidence may have been withdrawn meanwhile.
    store_score(session, library, assessment)
    data = {"revision": snapshot.revision if snapshot else None}
    trail.note(session, assessment, "assessment.reopened", actor, now=now, data=data, about=About({"reason": reason}))


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
