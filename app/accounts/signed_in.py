"""Who is asking: the signed-in person of a request, and what forms of the answer need."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import update

from app import clock
from app.accounts import access
from app.accounts.models import Person, SignInSession
from app.accounts.service import hash_token
from app.db import Database
from app.errors import SignInNeeded
from app.i18n import gettext as _
from app.web import csrf
from app.web.session import SAFE_METHODS, SessionDep, SettingsDep

COOKIE = "sapa"
TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person as every page shows them."""

    name: str
    email: str
    organisations: tuple[tuple[int, str], ...]


class SignInAgain(SignInNeeded):
    """A form was sent after the session had ended; its fields are kept for the sign-in page."""


def token_of(request: Request, settings: SettingsDep) -> str | None:
    """The session token the browser sent."""
    return request.cookies.get(csrf.cookie_name(settings, COOKIE))


async def _sent_token(request: Request) -> str:
    return await csrf.sent_token(request) if request.method not in SAFE_METHODS else ""


def current_person(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    sent: Annotated[str, Depends(_sent_token)],
) -> Person:
    """The signed-in person. Raises SignInNeeded; for a change also Forbidden when it does not come from our own form."""
    csrf.check_origin(request, settings)
    token = token_of(request, settings)
    now = clock.now()
    idle = timedelta(minutes=settings.session_idle_minutes)
    found = access.find_session(session, hash_token(token), now=now, idle=idle) if token else None
    if found is None:
        raise SignInNeeded(_("Please sign in. If you were signed in before, the session has ended."))
    if request.method not in SAFE_METHODS:
        csrf.refuse_unless_same(found.csrf_token, sent)
    if found.last_seen_at + TOUCH_AFTER < now:
        _touch(request, session, found)
    request.state.csrf_token = found.csrf_token
    organisations = {one.organisation_id: one.organisation.name for one in found.person.memberships}
    request.state.viewer = Viewer(found.person.name, found.person.email, tuple(organisations.items()))
    return found.person


def _touch(request: Request, session: SessionDep, found: SignInSession) -> None:
    """Note that the session is alive: in the request's own transaction when it writes, else in one of its own."""
    change = update(SignInSession).where(SignInSession.token_hash == found.token_hash).values(last_seen_at=clock.now())
    if request.method not in SAFE_METHODS:
        session.execute(change)
        return
    database: Database = request.app.state.database
    with database.write() as writing:
        writing.execute(change)


CurrentPerson = Annotated[Person, Depends(current_person)]
