"""A forgotten password: a link by mail for 30 minutes, once. Changing a password ends the person's other sessions."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import access, api_tokens, service
from app.accounts.models import Person
from app.accounts.passwords import Passwords
from app.accounts.people import TOKEN_BYTES
from app.accounts.service import hash_token
from app.accounts.sign_in_models import PasswordReset
from app.config import Settings
from app.errors import NotFound
from app.i18n import gettext as _
from app.i18n import use
from app.jobs import mail

RESET_LIVES = timedelta(minutes=30)


class LinkUsed(NotFound):
    """The link is unknown, used or too old; which of them is not said."""


def ask(session: Session, settings: Settings, email: str, *, now: datetime) -> None:
    """Send a link when somebody has this address; nothing tells the asker whether anybody has."""
    person = access.find_person(session, email)
    if person is None or person.disabled_at is not None:
        return
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(update(PasswordReset).where(PasswordReset.person_id == person.id).values(used_at=now))
    session.add(PasswordReset(person_id=person.id, token_hash=hash_token(token), created_at=now, expires_at=now + RESET_LIVES))
    with use(person.language):
        subject = _("A new password for Sapa")
        body = _(
            "Somebody asked for a new password for this address.\n\n"
            "Open this link within 30 minutes; it works once:\n{link}\n\n"
            "If it was not you, do nothing: the old password stays."
        ).format(link=f"{settings.base_url}/reset/{token}")
    mail.send_later(session, settings, to=person.email, subject=subject, body=body, now=now)
    service.note(session, "person.password_link_sent", person.id, None, now=now)


def get_reset(session: Session, token: str, *, now: datetime) -> tuple[PasswordReset, Person]:
    """The live link and whose it is. Raises LinkUsed."""
    query = (
        select(PasswordReset, Person)
        .join(Person, Person.id == PasswordReset.person_id)
        .where(PasswordReset.token_hash == hash_token(token), PasswordReset.used_at.is_(None), PasswordReset.expires_at > now)
        .where(Person.disabled_at.is_(None), Person.erased_at.is_(None))
    )
    found = session.execute(query).first()
    if found is None:
        raise LinkUsed(_("This link cannot be used: it was used or is too old. Ask for a new one."))
    return found[0], found[1]


def set_by_link(session: Session, passwords: Passwords, token: str, password: str, *, now: datetime) -> Person:
    """Set a new password by a link, which is then used up. Raises LinkUsed or UnfitPassword."""
    reset, person = get_reset(session, token, now=now)
    set_password(session, passwords, person, password, keep=None, now=now)
    reset.used_at = now
    return person


def set_password(
    session: Session, passwords: Passwords, person: Person, password: str, *, keep: int | None, now: datetime
) -> None:
    """Set a password; every session but the one to keep and every token ends. Raises UnfitPassword."""
    person.password_hash = passwords.hash(password, (person.email, person.name))
    person.password_changed_at = now
    session.flush()
    session.execute(
        update(PasswordReset).where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None)).values(used_at=now)
    )
    api_tokens.revoke_all(session, person.id, None, now=now)
    service.note(session, "person.password_changed", person.id, person.id, now=now)
    service.sign_out_everywhere(session, person.id, actor_id=person.id, now=now, keep=keep)
