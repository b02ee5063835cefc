"""Running the installation: organisations and their first people. No content is seen from here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import people, policy, second_factor, service
from app.accounts.actor import Actor
from app.accounts.forms import InviteForm, OrganisationForm
from app.accounts.models import Membership, Organisation, OrganisationKind, Person, RequiredOf, Role
from app.audit import chain
from app.config import Settings
from app.errors import Conflict, NotFound
from app.i18n import gettext as _


class YourselfOnly(Conflict):
    """Operators cannot shut themselves out."""


def require_operator(actor: Actor) -> None:
    """Raise NotFound for everybody else: that there is such a page is nobody else's business."""
    roles = [Role.OPERATOR] if actor.is_operator else []
    if not policy.allows(roles, policy.Permission.OPERATE):
        raise NotFound(_("There is no such page."))


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation as operators see it."""

    id: int
    name: str
    kind: str
    country: str
    people: int
    second_factor_of: str


def organisations(session: Session) -> list[Listed]:
    """Every organisation with the number of its people, by name."""
    count = select(func.count(Membership.person_id.distinct())).where(Membership.organisation_id == Organisation.id)
    query = select(Organisation, count.scalar_subquery()).order_by(Organisation.name, Organisation.id)
    return [
        Listed(one.id, one.name, one.kind, one.country, number, one.second_factor_of) for one, number in session.execute(query)
    ]


def found(session: Session, settings: Settings, form: OrganisationForm, actor: Actor, *, now: datetime) -> Organisation:
    """Make an organisation and invite its first quality manager."""
    made = service.create_organisation(
        session, form.name, country=form.country, kind=OrganisationKind(form.kind), actor_id=actor.id, now=now
    )
    invite = InviteForm(email=form.email, role=Role.QUALITY_MANAGER, language=form.language)
    people.invite(session, settings, made, None, invite, actor, now=now)
    return made


def get_organisation(session: Session, organisation_id: int) -> Organisation:
    """An organisation, for operators. Raises NotFound."""
    one = session.get(Organisation, organisation_id)
    if one is None:
        raise NotFound(_("There is no such organisation."))
    return one


def disable(session: Session, person: Person, actor: Actor, *, now: datetime) -> None:
    """Shut a person out at once, without erasing anything. Raises YourselfOnly."""
    if person.id == actor.id:
        raise YourselfOnly(_("You cannot shut yourself out."))
    person.disabled_at = now
    service.note(session, "person.disabled", person.id, actor.id, now=now)
    service.sign_out_everywhere(session, person.id, actor_id=actor.id, now=now)


def enable(session: Session, person: Person, actor: Actor, *, now: datetime) -> None:
    """Let a person in again."""
    person.disabled_at = None
    service.note(session, "person.enabled", person.id, actor.id, now=now)


def require_second_factor(session: Session, organisation: Organisation, whom: RequiredOf, actor: Actor, *, now: datetime) -> None:
    """Say of whom the organisation requires a second factor."""
    organisation.second_factor_of = whom.value
    session.flush()
    kind, subject = f"organisation.second_factor_of_{whom.value}", f"organisation:{organisation.id}"
    chain.append(session, kind, chain=organisation.id, actor_id=actor.id, subject=subject, at=now)
    second_factor.require_of(session, organisation.id)
