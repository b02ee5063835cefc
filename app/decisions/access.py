"""The only door to revisions: what was approved, for the people of the house. Guests see the assessment as it is shared."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.policy import Permission
from app.assessments import access as assessments
from app.assessments import cited
from app.assessments.models import Assessment, Snapshot
from app.errors import NotFound
from app.i18n import gettext as _
from app.portable.model import Portable
from app.portable.veil import veiled
from app.reports.approved import approval_of
from app.reports.model_approval import Approval


@dataclass(frozen=True, slots=True)
class Reopening:
    """When, by whom and why a revision was opened again. `by` is None when their account was erased."""

    at: datetime
    by: str | None
    because: str | None


@dataclass(frozen=True, slots=True)
class Revision:
    """An assessment as it was approved, and why it was opened again; None while it is not."""

    approval: Approval
    reopening: Reopening | None
    portable: Portable

    @property
    def number(self) -> int:
        """The number of the approval."""
        return self.approval.revision


@lru_cache(maxsize=64)
def _read(digest: str, content: str) -> Portable:  # noqa: ARG001 - the digest makes the key cheap to tell apart
    return Portable.model_validate_json(content)


def get_decided(session: Session, actor: Actor, assessment_id: int) -> Assessment:
    """An assessment whose revisions the person may read. Raises NotFound or Forbidden."""
    return assessments.get_permitted(session, actor, assessment_id, Permission.READ_HISTORY)


def may_read(session: Session, actor: Actor, assessment: Assessment) -> bool:
    """Whether the person may read the revisions of an assessment that they see."""
    return assessments.may(session, actor, assessment, Permission.READ_HISTORY)


def revisions(session: Session, assessment: Assessment) -> list[Revision]:
    """Every revision, the latest first."""
    query = (
        select(Snapshot, Person.name)
        .outerjoin(Person, Person.id == Snapshot.reopened_by)
        .where(Snapshot.assessment_id == assessment.id)
        .order_by(Snapshot.revision.desc())
    )
    return [_revision(snapshot, name) for snapshot, name in session.execute(query)]


def latest_number(session: Session, assessment: Assessment) -> int | None:
    """The number of the latest revision; None while nothing was approved."""
    query = select(Snapshot.revision).where(Snapshot.assessment_id == assessment.id)
    return session.scalar(query.order_by(Snapshot.revision.desc()).limit(1))


def snapshot_of(session: Session, assessment: Assessment, number: int) -> Snapshot | None:
    """The stored row of a revision. The caller has permitted the assessment."""
    return session.scalar(select(Snapshot).where(Snapshot.assessment_id == assessment.id, Snapshot.revision == number))


def get_revision(session: Session, actor: Actor, assessment: Assessment, number: int) -> Revision:
    """The revision with this number, as far as the person may see its evidence. Raises NotFound."""
    query = (
        select(Snapshot, Person.name)
        .outerjoin(Person, Person.id == Snapshot.reopened_by)
        .where(Snapshot.assessment_id == assessment.id, Snapshot.revision == number)
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound(_("There is no such revision."))
    revision = _revision(found[0], found[1])
    return replace(revision, portable=veiled(revision.portable, cited.hidden_codes(session, actor, assessment)))


def _revision(snapshot: Snapshot, name: str | None) -> Revision:
    reopened = snapshot.reopened_at
    reopening = Reopening(reopened, name or None, snapshot.reopened_because) if reopened else None
    return Revision(approval_of(snapshot), reopening, _read(snapshot.digest, snapshot.content))


def latest(session: Session, assessment: Assessment) -> Revision | None:
    """The latest revision; None while nothing was approved."""
    query = select(Snapshot, Person.name).outerjoin(Person, Person.id == Snapshot.reopened_by)
    query = query.where(Snapshot.assessment_id == assessment.id).order_by(Snapshot.revision.desc())
    found = session.execute(query.limit(1)).first()
    return _revision(found[0], found[1]) if found else None
