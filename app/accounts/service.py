"""Signing in and out; making people and organisations; granting roles and taking them away."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from app.accounts import access
from app.accounts.models import ROLES_OF, Membership, Organisation, OrganisationKind, Person, RequiredOf, Role, Unit
from app.accounts.passwords import Passwords
from app.accounts.sign_in_models import Passkey, SignInAttempt, SignInSession, Stage, TotpSecret
from app.audit import chain
from app.config import Settings
from app.errors import Conflict, Problem, TooManyRequests
from app.i18n import gettext as _


class WrongCredentials(Problem):
    """The e-mail address or the password is wrong; which of the two is never said."""


class TooManyAttempts(TooManyRequests):
    """Too many failed attempts; `wait` is how long to wait, in seconds."""

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: the token goes to the browser and is not stored."""

    token: str
    csrf_token: str
    person: Person


def hash_token(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def throttle_keys(settings: Settings, email: str, address: str) -> list[str]:
    """The keys failed attempts are counted under: the account and the address, neither readable in the database."""
    parts = (f"account:{access.fold(email)}", f"address:{address}")
    return [hashlib.sha256(f"{settings.secret}:{part}".encode()).hexdigest() for part in parts]


def check_throttle(session: Session, settings: Settings, email: str, address: str, *, now: datetime) -> None:
    """Raise TooManyAttempts when the account or the address has failed too often lately."""
    window = timedelta(minutes=settings.sign_in_window_minutes)
    # A whole university may share one address: it may fail more often than an account.
    limits = (settings.sign_in_attempts, settings.sign_in_attempts_address)
    keys = throttle_keys(settings, email, address)
    if any(access.count_attempts(session, key, since=now - window) >= limit for key, limit in zip(keys, limits, strict=True)):
        message = _("Too many failed attempts. Please try again in {minutes} minutes.")
        raise TooManyAttempts(message.format(minutes=settings.sign_in_window_minutes), int(window.total_seconds()))


def record_failure(
    session: Session, settings: Settings, email: str, address: str, person: Person | None, *, now: datetime
) -> None:
    """Count a failed sign-in and note it. An unknown address is noted as a keyed hash only."""
    account = count_failure(session, settings, email, address, now=now)
    note(session, "person.sign_in_failed", person.id if person else 0, None, now=now, data={"account": account[:16]})


def count_failure(session: Session, settings: Settings, what: str, address: str, *, now: datetime) -> str:
    """Count a failed attempt at an account or anything else that can be guessed; return the key it is counted under.

    What is older than a day is forgotten.
    """
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - timedelta(days=1)))
    keys = throttle_keys(settings, what, address)
    session.add_all(SignInAttempt(key=key, at=now) for key in keys)
    session.flush()
    return keys[0]


def has_second_factor(session: Session, person: Person) -> bool:
    """Whether the person has set up an authenticator app or a passkey."""
    app = exists(select(1).where(TotpSecret.person_id == person.id, TotpSecret.confirmed_at.is_not(None)))
    passkey = exists(select(1).where(Passkey.person_id == person.id))
    return bool(session.scalar(select(or_(app, passkey))))


def needs_second_factor(session: Session, person: Person) -> bool:
    """Whether the person must have one: operators, and quality managers or everybody of an organisation that says so."""
    if person.is_operator:
        return True
    query = (
        select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person.id, required_of_member())
    )
    return session.scalar(query.limit(1)) is not None


def required_of_member() -> ColumnElement[bool]:
    """The condition for a membership whose organisation requires a second factor of who holds it."""
    managers = and_(
        Organisation.second_factor_of == RequiredOf.QUALITY_MANAGERS.value, Membership.role == Role.QUALITY_MANAGER.value
    )
    return or_(managers, Organisation.second_factor_of == RequiredOf.EVERYBODY.value)


def stage_after_password(session: Session, person: Person) -> Stage:
    """What is still to come when the password was right."""
    if has_second_factor(session, person):
        return Stage.SECOND_FACTOR
    return Stage.ENROLMENT if needs_second_factor(session, person) else Stage.COMPLETE


def sign_in(  # noqa: PLR0913 - how somebody signed in, and where
    session: Session,
    settings: Settings,
    person: Person,
    *,
    now: datetime,
    method: str = "password",
    stage: Stage = Stage.COMPLETE,
    only: int | None = None,
    browser: str = "",
) -> SignedIn:
    """Open a session for a person who was checked by `method`. `only` is the one organisation it may reach."""
    token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    session.execute(delete(SignInSession).where(SignInSession.person_id == person.id, SignInSession.expires_at <= now))
    session.add(
        SignInSession(
            token_hash=hash_token(token),
            person_id=person.id,
            csrf_token=csrf_token,
            stage=stage.value,
            method=method,
            organisation_id=only,
            only_organisation_id=only,
            browser=browser[:200],
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=settings.session_absolute_hours),
            proved_at=now,
        )
    )
    session.flush()
    kind = "person.signed_in" if stage is Stage.COMPLETE else "person.password_right"
    note(session, kind, person.id, person.id, now=now, data={"method": method})
    return SignedIn(token, csrf_token, person)


def note(
    session: Session,
    kind: str,
    person_id: int,
    actor_id: int | None,
    *,
    now: datetime,
    data: dict[str, object] | None = None,
    about: chain.About | None = None,
) -> None:
    """Append an event about a person to the installation's chain."""
    subject = f"person:{person_id}"
    chain.append(session, kind, chain=chain.INSTALLATION, actor_id=actor_id, subject=subject, at=now, data=data, about=about)


def forget(session: Session, token: str | None) -> None:
    """Close the session that a browser had before it signed in anew; None when it had none."""
    if token:
        session.execute(delete(SignInSession).where(SignInSession.token_hash == hash_token(token)))


def sign_out(session: Session, found: SignInSession, *, now: datetime) -> None:
    """Close this session."""
    session.execute(delete(SignInSession).where(SignInSession.id == found.id))
    note(session, "person.signed_out", found.person_id, found.person_id, now=now)


def sign_out_everywhere(
    session: Session, person_id: int, *, actor_id: int | None, now: datetime, keep: int | None = None
) -> None:
    """Close every session of a person, but the one to keep."""
    mine = delete(SignInSession).where(SignInSession.person_id == person_id)
    session.execute(mine if keep is None else mine.where(SignInSession.id != keep))
    note(session, "person.signed_out_everywhere", person_id, actor_id, now=now)


class AddressTaken(Conflict):
    """Somebody has this e-mail address already."""


def create_person(
    session: Session, passwords: Passwords, *, email: str, name: str, password: str | None, language: str = "en", now: datetime
) -> Person:
    """A new person; without a password when they sign in by other means. Raises AddressTaken or UnfitPassword."""
    if access.find_person(session, email) is not None:
        raise AddressTaken(_("Somebody with the address {email} exists already.").format(email=email))
    stored = passwords.hash(password, (email, name)) if password is not None else None
    person = Person(email=access.fold(email), name=name, language=language, password_hash=stored, created_at=now)
    person.is_operator = False
    session.add(person)
    session.flush()
    note(session, "person.made", person.id, None, now=now, about=chain.About({"email": person.email}, person.id))
    return person


def create_organisation(
    session: Session,
    name: str,
    *,
    country: str = "KZ",
    kind: OrganisationKind = OrganisationKind.UNIVERSITY,
    actor_id: int | None = None,
    now: datetime,
) -> Organisation:
    """A new university or agency."""
    organisation = Organisation(
        name=name, country=country, kind=kind.value, second_factor_of=RequiredOf.NOBODY.value, created_at=now
    )
    session.add(organisation)
    session.flush()
    subject, data = f"organisation:{organisation.id}", {"kind": kind.value}
    chain.append(session, "organisation.made", chain=organisation.id, actor_id=actor_id, subject=subject, at=now, data=data)
    return organisation


class RoleNotOffered(Conflict):
    """The organisation's kind does not have this role."""


class RoleHeld(Conflict):
    """The person has this role there already."""


def grant(
    session: Session,
    person: Person,
    organisation: Organisation,
    role: Role,
    unit: Unit | None = None,
    *,
    actor_id: int | None = None,
    now: datetime,
) -> Membership:
    """Give a person a role in an organisation, or in one of its units. Raises RoleNotOffered or RoleHeld."""
    if role not in ROLES_OF[OrganisationKind(organisation.kind)]:
        raise RoleNotOffered(_("This role does not exist in this kind of organisation."))
    same = select(Membership.id).where(
        Membership.person_id == person.id, Membership.organisation_id == organisation.id, Membership.role == role.value
    )
    place = Membership.unit_id.is_(None) if unit is None else Membership.unit_id == unit.id
    if session.scalar(same.where(place)) is not None:
        raise RoleHeld(_("The person has this role here already."))
    membership = Membership(
        person_id=person.id, organisation_id=organisation.id, role=role.value, unit_id=unit.id if unit else None
    )
    session.add(membership)
    session.flush()
    data = {"role": role.value, "unit": membership.unit_id}
    subject = f"person:{person.id}"
    chain.append(session, "role.granted", chain=organisation.id, actor_id=actor_id, subject=subject, at=now, data=data)
    return membership
