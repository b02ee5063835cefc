"""Whom an issuer's word lets in: people it is linked to, people of the organisation, people whom it has invited."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from app.accounts import access, people, service
from app.accounts.models import Invitation, Membership, Person
from app.accounts.sign_in_models import ExternalIdentity
from app.accounts.single_sign_on_client import Client
from app.accounts.single_sign_on_reasons import Reason, SignOnFailed
from app.accounts.single_sign_on_tokens import Vouched
from app.audit.chain import About


def person_of(session: Session, client: Client, said: Vouched, *, now: datetime) -> Person:
    """The person, with a role in the organisation; made or given the role when an open invitation says so.

    Raises SignOnFailed for who is not invited, and for who is disabled or erased.
    """
    identity = _find_identity(session, client, said)
    person = session.get(Person, identity.person_id) if identity else access.find_person(session, said.email)
    if person is not None and (person.disabled_at is not None or person.erased_at is not None):
        raise SignOnFailed(Reason.PERSON_CLOSED, person_id=person.id)
    invitations = _open_invitations(session, client.organisation_id, said.email, now=now)
    if person is not None and person.email != said.email:
        # The address has changed at the issuer since the two were linked; an invitation to it is not for this account.
        invitations = []
    if person is None and invitations:
        person = _make(session, said, invitations[0], now=now)
    if person is None or (not invitations and not _belongs(session, person, client.organisation_id)):
        raise SignOnFailed(Reason.NOT_INVITED, person_id=person.id if person else None)
    if identity is None:
        _link(session, client, said, person, now=now)
    for invitation in invitations:
        people.accept(session, invitation, person, now=now)
    return person


def _find_identity(session: Session, client: Client, said: Vouched) -> ExternalIdentity | None:
    query = select(ExternalIdentity).where(
        ExternalIdentity.organisation_id == client.organisation_id,
        ExternalIdentity.issuer == client.issuer,
        ExternalIdentity.subject == said.subject,
    )
    return session.scalar(query)


def _belongs(session: Session, person: Person, organisation_id: int) -> bool:
    mine = exists().where(Membership.person_id == person.id, Membership.organisation_id == organisation_id)
    return bool(session.scalar(select(mine)))


def _open_invitations(session: Session, organisation_id: int, email: str, *, now: datetime) -> list[Invitation]:
    """The organisation's invitations to this address that can still be accepted, locked, oldest first."""
    query = (
        select(Invitation)
        .where(Invitation.organisation_id == organisation_id, Invitation.email == email)
        .where(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now)
        .order_by(Invitation.id)
        .options(joinedload(Invitation.organisation), joinedload(Invitation.unit))
        .with_for_update(of=Invitation)
    )
    return list(session.scalars(query))


def _make(session: Session, said: Vouched, invitation: Invitation, *, now: datetime) -> Person:
    person = Person(
        email=said.email,
        name=said.name,
        language=invitation.language,
        password_hash=None,
        is_operator=False,
        created_at=now,
    )
    session.add(person)
    session.flush()
    service.note(session, "person.made", person.id, None, now=now, about=About({"email": person.email}, person.id))
    return person


def _link(session: Session, client: Client, said: Vouched, person: Person, *, now: datetime) -> None:
    """Remember who the person is to the issuer. Raises SignOnFailed when the issuer knew them as somebody else."""
    query = select(ExternalIdentity.id).where(
        ExternalIdentity.organisation_id == client.organisation_id,
        ExternalIdentity.issuer == client.issuer,
        ExternalIdentity.person_id == person.id,
    )
    # A new employee may have been given the address of one who left.
    if session.scalar(query) is not None:
        raise SignOnFailed(Reason.IDENTITY_OTHER, person_id=person.id)
    session.add(
        ExternalIdentity(
            person_id=person.id,
            organisation_id=client.organisation_id,
            issuer=client.issuer,
            subject=said.subject,
            created_at=now,
        )
    )
    session.flush()
    about = About({"issuer": client.issuer, "subject": said.subject}, person.id)
    where: dict[str, object] = {"organisation": client.organisation_id}
    service.note(session, "person.identity_linked", person.id, person.id, now=now, data=where, about=about)
