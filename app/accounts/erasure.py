"""Erasing a person: what names them goes, the trail stays whole, and what they did stays as done by a number."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Invitation, Membership, Organisation, Person, Role
from app.accounts.personal import OWN
from app.accounts.service import note
from app.audit import access as audit
from app.audit.models import AuditDetail
from app.errors import Conflict
from app.i18n import gettext as _
from app.jobs.models import OutgoingMail


class StillNeeded(Conflict):
    """Nobody else could do what only this person may: somebody else has to be given the role first."""


def erase(session: Session, person: Person, *, actor_id: int | None, now: datetime) -> None:
    """Erase what is stored about a person; the row stays as a number without a name. It cannot be taken back.

    Raises StillNeeded for the last operator and for the last quality manager of an organisation.
    """
    # Two people who erase each other at once must not leave nobody: the rows that decide are locked in one order.
    session.scalars(select(Person.id).where(_in_charge()).order_by(Person.id).with_for_update()).all()
    _refuse_if_needed(session, person)
    for one in OWN:
        session.execute(delete(one).where(one.person_id == person.id))
    session.execute(delete(Membership).where(Membership.person_id == person.id))
    session.execute(delete(Invitation).where(Invitation.email == person.email))
    session.execute(delete(OutgoingMail).where(OutgoingMail.recipient == person.email))
    details = _erase_details(session, person)
    person.email, person.name, person.language = f"erased-{person.id}@invalid", "", "en"
    person.password_hash, person.password_changed_at = None, None
    person.is_operator, person.erased_at = False, now
    session.flush()
    note(session, "person.erased", person.id, actor_id, now=now, data={"details": details})


def _in_charge() -> ColumnElement[bool]:
    managing = exists(select(1).where(Membership.person_id == Person.id, Membership.role == Role.QUALITY_MANAGER.value))
    return or_(Person.is_operator.is_(True), managing)


def _refuse_if_needed(session: Session, person: Person) -> None:
    active = and_(Person.id != person.id, Person.disabled_at.is_(None), Person.erased_at.is_(None))
    if person.is_operator and session.scalar(select(Person.id).where(active, Person.is_operator.is_(True)).limit(1)) is None:
        raise StillNeeded(_("This is the last operator of the installation. Make somebody else an operator first."))
    mine, other = aliased(Membership), aliased(Membership)
    manager, whole = Role.QUALITY_MANAGER.value, other.unit_id.is_(None)
    somebody = (
        select(other.id)
        .join(Person, Person.id == other.person_id)
        .where(other.organisation_id == mine.organisation_id, other.role == manager, whole, active)
    )
    alone = (
        select(Organisation.name)
        .join(mine, mine.organisation_id == Organisation.id)
        .where(mine.person_id == person.id, mine.role == manager, mine.unit_id.is_(None), ~exists(somebody))
        .order_by(Organisation.name)
    )
    names = session.scalars(alone).all()
    if names:
        message = _("This is the last quality manager of {names}. Give somebody else the role for the whole organisation first.")
        raise StillNeeded(message.format(names=", ".join(names)))


def _erase_details(session: Session, person: Person) -> list[list[int]]:
    """Delete what events say about a person, by number or by address; return [chain, number] of each for the trail."""
    unknown = and_(AuditDetail.person_id.is_(None), AuditDetail.data["email"].as_string() == person.email)
    theirs = session.scalars(select(AuditDetail.event_id).where(or_(AuditDetail.person_id == person.id, unknown))).all()
    places = audit.numbers_of(session, theirs)
    session.execute(delete(AuditDetail).where(AuditDetail.event_id.in_(theirs)))
    return [[chain, number] for chain, number in places]
