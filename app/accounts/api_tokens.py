"""Tokens for programs: made by a person for one organisation, shown once, never more than the person may do."""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from app.accounts.actor import Actor
from app.accounts.models import Organisation
from app.accounts.service import hash_token
from app.accounts.sign_in_models import ApiToken
from app.audit import chain
from app.errors import NotFound
from app.i18n import gettext as _

PREFIX = "sapa_"
SCOPES = ("read", "write")
_BEARER = re.compile(r"Bearer +(sapa_[A-Za-z0-9_-]{20,100})", re.IGNORECASE)


def find(session: Session, header: str, *, now: datetime) -> ApiToken | None:
    """The live token of an Authorization header (RFC 6750) with its person; None for a useless one."""
    sent = _BEARER.fullmatch(header.strip())
    if sent is None:
        return None
    query = select(ApiToken).where(ApiToken.token_hash == hash_token(sent[1])).options(joinedload(ApiToken.person))
    found = session.scalar(query)
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return None
    person = found.person
    return found if person.disabled_at is None and person.erased_at is None else None


def actor_of(found: ApiToken, now: datetime) -> Actor:
    """Who a token stands for, bound to its organisation."""
    person = found.person
    return Actor(
        id=person.id,
        name=person.name,
        email=person.email,
        language=person.language,
        at=now,
        organisation_id=found.organisation_id,
        only=found.organisation_id,
        may_write="write" in found.scopes,
    )


def make(
    session: Session, actor: Actor, organisation: Organisation, name: str, scopes: list[str], days: int, *, now: datetime
) -> str:
    """A new token, which is returned here and nowhere kept. The caller has checked the organisation."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        person_id=actor.id,
        organisation_id=organisation.id,
        name=name,
        token_hash=hash_token(token),
        scopes=scopes,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    data = {"token": row.id, "scopes": scopes, "days": days}
    subject = f"person:{actor.id}"
    chain.append(session, "token.made", chain=organisation.id, actor_id=actor.id, subject=subject, at=now, data=data)
    return token


def of_person(session: Session, actor: Actor) -> list[tuple[ApiToken, str]]:
    """A person's tokens that were not revoked, newest first, each with its organisation's name."""
    query = (
        select(ApiToken, Organisation.name)
        .join(Organisation, Organisation.id == ApiToken.organisation_id)
        .where(ApiToken.person_id == actor.id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    )
    return [(token, name) for token, name in session.execute(query)]


def revoke(session: Session, actor: Actor, token_id: int, *, now: datetime) -> None:
    """End a token of one's own. Raises NotFound."""
    query = select(ApiToken).where(ApiToken.id == token_id, ApiToken.person_id == actor.id, ApiToken.revoked_at.is_(None))
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such token."))
    found.revoked_at = now
    session.flush()
    subject, data = f"person:{actor.id}", {"token": found.id}
    chain.append(session, "token.revoked", chain=found.organisation_id, actor_id=actor.id, subject=subject, at=now, data=data)


def revoke_all(session: Session, person_id: int, organisation_id: int | None, *, now: datetime) -> None:
    """End every token of a person, in one organisation or everywhere: when roles, the password or the person go."""
    mine = update(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    if organisation_id is not None:
        mine = mine.where(ApiToken.organisation_id == organisation_id)
    session.execute(mine.values(revoked_at=now))
