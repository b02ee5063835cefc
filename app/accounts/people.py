"""The people of an organisation: inviting, taking roles away."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from app.accounts import access, api_tokens, second_factor, service
from app.accounts.actor import Actor
from app.accounts.forms import AcceptForm, InviteForm
from app.accounts.models import ROLES_OF, Invitation, Membership, Organisation, OrganisationKind, Person, Role, Unit
from app.accounts.passwords import Passwords
from app.accounts.service import hash_token
from app.audit import chain
from app.config import Settings
from app.errors import Conflict, NotFound
from app.i18n import gettext as _
from app.i18n import use
from app.jobs import mail

INVITATION_LIVES = timedelta(days=7)
LONGEST_PLACE = 120
"""Letters of an organisation's name in a subject line, which is short."""
TOKEN_BYTES = 16
"""128 bits: nobody guesses a link in its seven days."""


class LastManager(Conflict):
    """The organisation would be left without anybody who can invite people."""


class NotInvited(NotFound):
    """The link is unknown, used, withdrawn or too old; which of them is not said."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with the link that was sent; the token is stored nowhere."""

    invitation: Invitation
    token: str


def members(session: Session, organisation_id: int) -> list[Membership]:
    """The memberships of an organisation with person and unit, by name. The caller has checked the organisation."""
    query = (
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id)
        .options(joinedload(Membership.person), joinedload(Membership.unit))
        .order_by(Person.name, Person.id, Membership.id)
    )
    return list(session.scalars(query))


def open_invitations(session: Session, organisation_id: int, *, now: datetime) -> list[Invitation]:
    """The invitations that can still be accepted, newest first. The caller has checked the organisation."""
    query = (
        select(Invitation)
        .where(Invitation.organisation_id == organisation_id, _open(now))
        .options(joinedload(Invitation.unit))
        .order_by(Invitation.id.desc())
    )
    return list(session.scalars(query))


def _open(now: datetime) -> ColumnElement[bool]:
    return Invitation.accepted_at.is_(None) & Invitation.revoked_at.is_(None) & (Invitation.expires_at > now)


def invite(
    session: Session,
    settings: Settings,
    organisation: Organisation | None,
    unit: Unit | None,
    form: InviteForm,
    actor: Actor | None,
    *,
    now: datetime,
) -> Invited:
    """Invite somebody to a role by mail, for 7 days and once. An earlier open invitation to the same role is withdrawn.

    Without an organisation: to run the installation. Raises RoleNotOffered.
    """
    if organisation is not None and form.role not in ROLES_OF[OrganisationKind(organisation.kind)]:
        raise service.RoleNotOffered(_("This role does not exist in this kind of organisation."))
    organisation_id = organisation.id if organisation else None
    email = access.fold(form.email)
    same = select(Invitation).where(Invitation.email == email, Invitation.role == form.role.value, _open(now))
    for earlier in session.scalars(same.where(Invitation.organisation_id == organisation_id)):
        earlier.revoked_at = now
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        organisation_id=organisation_id,
        unit_id=unit.id if unit else None,
        email=email,
        role=form.role.value,
        language=form.language,
        token_hash=hash_token(token),
        invited_by=actor.id if actor else None,
        created_at=now,
        expires_at=now + INVITATION_LIVES,
    )
    session.add(invitation)
    session.flush()
    _write(session, settings, invitation, organisation, token, now=now)
    _note(session, invitation, "invitation.sent", actor.id if actor else None, now=now, email=email)
    return Invited(invitation, token)


def _write(
    session: Session, settings: Settings, invitation: Invitation, organisation: Organisation | None, token: str, *, now: datetime
) -> None:
    with use(invitation.language):
        place = organisation.name if organisation else "Sapa"
        subject = _("Invitation to {place} in Sapa").format(place=place[:LONGEST_PLACE])
        body = _(
            "You are invited to work in {place} in Sapa.\n\n"
            "Open this link within 7 days; it works once:\n{link}\n\n"
            "If you did not expect this message, do nothing."
        ).format(place=place, link=f"{settings.base_url}/invitation/{token}")
    mail.send_later(session, settings, to=invitation.email, subject=subject, body=body, now=now)


def _note(
    session: Session, invitation: Invitation, kind: str, actor_id: int | None, *, now: datetime, email: str | None = None
) -> None:
    chain.append(
        session,
        kind,
        chain=invitation.organisation_id or chain.INSTALLATION,
        actor_id=actor_id,
        subject=f"invitation:{invitation.id}",
        at=now,
        data={"role": invitation.role, "unit": invitation.unit_id},
        about=chain.About({"email": email}) if email else None,
    )


def get_invitation(session: Session, token: str, *, now: datetime) -> Invitation:
    """The open invitation of a link. Raises NotInvited."""
    query = select(Invitation).where(Invitation.token_hash == hash_token(token), _open(now))
    found = session.scalar(query.options(joinedload(Invitation.organisation), joinedload(Invitation.unit)))
    if found is None:
        raise NotInvited(_("This link cannot be used: it was used, withdrawn or is too old. Ask for a new invitation."))
    return found


def accept_as_new(session: Session, passwords: Passwords, invitation: Invitation, form: AcceptForm, *, now: datetime) -> Person:
    """Make the invited person and give them the role. Raises AddressTaken or UnfitPassword."""
    person = service.create_person(
        session,
        passwords,
        email=invitation.email,
        name=form.name,
        password=form.password,
        language=invitation.language,
        now=now,
    )
    accept(session, invitation, person, now=now)
    return person


def accept(session: Session, invitation: Invitation, person: Person, *, now: datetime) -> None:
    """Give the invited person the role; the link is used up. A role held already stays as it is."""
    invitation.accepted_at = now
    if invitation.organisation is None:
        person.is_operator = True
        service.note(session, "operator.made", person.id, person.id, now=now)
    else:
        role, unit = Role(invitation.role), invitation.unit
        with suppress(service.RoleHeld):
            service.grant(session, person, invitation.organisation, role, unit, actor_id=invitation.invited_by, now=now)
    second_factor.require_if_needed(session, person)
    _note(session, invitation, "invitation.accepted", person.id, now=now)


def withdraw(session: Session, organisation_id: int, invitation_id: int, actor: Actor, *, now: datetime) -> None:
    """Withdraw an open invitation of this organisation. Raises NotFound."""
    query = select(Invitation).where(Invitation.id == invitation_id, Invitation.organisation_id == organisation_id, _open(now))
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such invitation."))
    found.revoked_at = now
    _note(session, found, "invitation.withdrawn", actor.id, now=now)


def take_away(session: Session, organisation_id: int, membership_id: int, actor: Actor, *, now: datetime) -> None:
    """Take a role away; with the last one go the person's tokens for the organisation. Raises NotFound or LastManager."""
    mine = Membership.organisation_id == organisation_id
    found = session.scalar(select(Membership).where(Membership.id == membership_id, mine).with_for_update())
    if found is None:
        raise NotFound(_("There is no such role."))
    if found.role == Role.QUALITY_MANAGER.value and found.unit_id is None:
        whole = Membership.unit_id.is_(None)
        others = select(Membership.id).where(mine, whole, Membership.role == found.role, Membership.id != found.id)
        if session.scalar(others.limit(1)) is None:
            message = _("This is the last quality manager of the whole organisation. Give somebody else the role first.")
            raise LastManager(message)
    person_id, role = found.person_id, found.role
    session.delete(found)
    session.flush()
    left = select(Membership.id).where(Membership.person_id == person_id, mine)
    if session.scalar(left.limit(1)) is None:
        api_tokens.revoke_all(session, person_id, organisation_id, now=now)
    subject = f"person:{person_id}"
    chain.append(
        session, "role.taken_away", chain=organisation_id, actor_id=actor.id, subject=subject, at=now, data={"role": role}
    )
