"""The sessions of a person: where they are signed in, and ending one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import service
from app.accounts.actor import Actor
from app.accounts.sign_in_models import SignInSession
from app.errors import NotFound
from app.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its person sees it."""

    id: int
    browser: str
    method: str
    created_at: datetime
    last_seen_at: datetime
    here: bool


def of(session: Session, actor: Actor) -> list[Listed]:
    """A person's live sessions, the latest first."""
    mine = select(SignInSession).where(SignInSession.person_id == actor.id, SignInSession.expires_at > actor.at)
    return [
        Listed(one.id, one.browser, one.method, one.created_at, one.last_seen_at, one.id == actor.session_id)
        for one in session.scalars(mine.order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc()))
    ]


def end(session: Session, actor: Actor, session_id: int, *, now: datetime) -> None:
    """End one of one's own sessions. Raises NotFound."""
    query = select(SignInSession).where(SignInSession.id == session_id, SignInSession.person_id == actor.id)
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such session."))
    service.sign_out(session, found, now=now)
