"""Signing in and out; making people and organisations."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts import access
from app.accounts.models import Membership, Organisation, Person, Role, SignInAttempt, SignInSession
from app.accounts.passwords import Passwords
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


def record_failure(session: Session, settings: Settings, email: str, address: str, *, now: datetime) -> None:
    """Count a failed attempt; what is older than a day is forgotten."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - timedelta(days=1)))
    session.add_all(SignInAttempt(key=key, at=now) for key in throttle_keys(settings, email, address))


def sign_in(session: Session, settings: Settings, person: Person, *, now: datetime) -> SignedIn:
    """Open a session for a person whose password was checked."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(SignInSession).where(SignInSession.person_id == person.id, SignInSession.expires_at <= now))
    session.add(
        SignInSession(
            token_hash=hash_token(token),
            person_id=person.id,
            csrf_token=secrets.token_urlsafe(32),
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=settings.session_absolute_hours),
        )
    )
    return SignedIn(token, person)


def sign_out(session: Session, token: str) -> None:
    """Close the session of this token."""
    session.execute(delete(SignInSession).where(SignInSession.token_hash == hash_token(token)))


def sign_out_everywhere(session: Session, person: Person) -> None:
    """Close every session of a person."""
    session.execute(delete(SignInSession).where(SignInSession.person_id == person.id))


class AddressTaken(Conflict):
    """Somebody has this e-mail address already."""


def create_person(
    session: Session, passwords: Passwords, *, email: str, name: str, password: str, language: str = "en", now: datetime
) -> Person:
    """A new person. Raises AddressTaken or UnfitPassword."""
    if access.find_person(session, email) is not None:
        raise AddressTaken(_("Somebody with the address {email} exists already.").format(email=email))
    person = Person(
        email=access.fold(email), name=name, language=language, password_hash=passwords.hash(password), created_at=now
    )
    session.add(person)
    session.flush()
    return person


def create_organisation(session: Session, name: str, *, country: str = "KZ", now: datetime) -> Organisation:
    """A new university."""
    organisation = Organisation(name=name, country=country, created_at=now)
    session.add(organisation)
    session.flush()
    return organisation


def grant(session: Session, person: Person, organisation: Organisation, role: Role) -> Membership:
    """Give a person a role in an organisation."""
    membership = Membership(person_id=person.id, organisation_id=organisation.id, role=role.value)
    session.add(membership)
    session.flush()
    return membership
