"""The only door to people and their sessions."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Membership, Organisation, Person, Role, SignInAttempt, SignInSession
from app.errors import Forbidden, NotFound
from app.i18n import gettext as _


def fold(email: str) -> str:
    """The e-mail address as it is compared."""
    return email.strip().casefold()


def find_person(session: Session, email: str) -> Person | None:
    """The person with this e-mail address; None when there is none."""
    return session.scalar(select(Person).where(Person.email == fold(email)))


def find_session(session: Session, token_hash: str, *, now: datetime, idle: timedelta) -> SignInSession | None:
    """The live session of this token with its person and memberships; None when expired, idle too long or unknown."""
    found = session.scalar(
        select(SignInSession)
        .where(SignInSession.token_hash == token_hash)
        .options(
            joinedload(SignInSession.person).selectinload(Person.memberships).joinedload(Membership.organisation),
        )
    )
    if found is None or found.expires_at <= now or found.last_seen_at + idle <= now:
        return None
    return found


def count_attempts(session: Session, key: str, *, since: datetime) -> int:
    """How often signing in failed under this key lately."""
    return session.scalar(select(func.count()).where(SignInAttempt.key == key, SignInAttempt.at > since)) or 0


def organisations_of(person: Person) -> Select[Organisation]:
    """The organisations a person belongs to; other doors join through this."""
    return (
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person.id)
        .distinct()
        .order_by(Organisation.name)
    )


def get_organisation(session: Session, person: Person, organisation_id: int, *roles: Role) -> Organisation:
    """An organisation the person belongs to, in one of `roles` when given. Raises NotFound, or Forbidden for the role."""
    found = session.scalar(organisations_of(person).where(Organisation.id == organisation_id))
    if found is None:
        raise NotFound(_("There is no such organisation."))
    if roles and not holds(session, person, organisation_id, *roles):
        raise Forbidden(_("Your role in this organisation does not allow this."))
    return found


def holds(session: Session, person: Person, organisation_id: int, *roles: Role) -> bool:
    """Whether the person holds one of these roles in the organisation."""
    query = select(Membership.id).where(
        Membership.person_id == person.id,
        Membership.organisation_id == organisation_id,
        Membership.role.in_([role.value for role in roles]),
    )
    return session.scalar(query.limit(1)) is not None
