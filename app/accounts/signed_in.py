"""Who is asking: the signed-in person of a request, or the program that holds a token of theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Update, update

from app import clock
from app.accounts import access, api_tokens
from app.accounts.actor import Actor
from app.accounts.models import Membership, Role
from app.accounts.policy import Permission, allows
from app.accounts.service import hash_token
from app.accounts.sign_in_models import ApiToken, SignInSession, Stage
from app.config import Settings
from app.db import Database
from app.errors import Forbidden, SignInNeeded
from app.i18n import gettext as _
from app.web import csrf
from app.web.session import SAFE_METHODS, SessionDep, SettingsDep

COOKIE = "sapa"
PLACES = {
    "evidence": (Permission.READ_EVIDENCE, True),
    "rubrics": (Permission.READ_RUBRICS, True),
    "people": (Permission.READ_PEOPLE, False),
    "trail": (Permission.READ_TRAIL, False),
    "cover": (Permission.SET_COVER, False),
}
"""The places of an organisation in the head of each page and on lists, what opens them, and whether a role in a unit will do."""
TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person as every page shows them, and the organisations to switch between."""

    id: int
    name: str
    email: str
    organisations: tuple[tuple[int, str], ...]
    organisation_id: int | None = None
    is_operator: bool = False
    places: frozenset[str] = frozenset()
    """What of the chosen organisation the person may open: a name of `PLACES` each."""

    @property
    def organisation(self) -> str:
        """The name of the chosen organisation; empty when there is none."""
        return dict(self.organisations).get(self.organisation_id or 0, "")


class NextStep(SignInNeeded):
    """The password was right; `stage` says what is still to come."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(_("Signing in is not finished yet."))
        self.stage = stage


def token_of(request: Request, settings: Settings) -> str | None:
    """The session token the browser sent."""
    return request.cookies.get(csrf.cookie_name(settings, COOKIE))


async def _sent_token(request: Request) -> str:
    if request.method in SAFE_METHODS or "authorization" in request.headers:
        return ""
    return await csrf.sent_token(request)


SentToken = Annotated[str, Depends(_sent_token)]


def current_session(request: Request, session: SessionDep, settings: SettingsDep, sent: SentToken) -> SignInSession:
    """The live session of the browser at whatever stage.

    Raises SignInNeeded; for a change also Forbidden when it does not come from our own form.
    """
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
    return found


CurrentSession = Annotated[SignInSession, Depends(current_session)]


def current_actor(request: Request, session: SessionDep, settings: SettingsDep, sent: SentToken) -> Actor:
    """Who is asking: by a token in a request to the API, else by the browser's session, which must be complete.

    Raises SignInNeeded, NextStep or Forbidden.
    """
    if "authorization" in request.headers and request.url.path.startswith("/api/"):
        actor = _by_token(request, session)
    else:
        actor = admit(request, current_session(request, session, settings, sent))
    request.state.actor = actor
    return actor


def admit(request: Request, found: SignInSession) -> Actor:
    """The person of a complete session, whom the page then shows. Raises NextStep."""
    if found.stage != Stage.COMPLETE.value:
        raise NextStep(Stage(found.stage))
    actor = actor_of(found, clock.now())
    request.state.viewer = _viewer(found, actor)
    return actor


def _by_token(request: Request, session: SessionDep) -> Actor:
    now = clock.now()
    found = api_tokens.find(session, request.headers["authorization"], now=now)
    if found is None:
        raise SignInNeeded(_("This token is unknown, has ended or was revoked."))
    actor = api_tokens.actor_of(found, now)
    if request.method not in SAFE_METHODS and not actor.may_write:
        raise Forbidden(_("This token only reads."))
    if found.last_used_at is None or found.last_used_at + TOUCH_AFTER < actor.at:
        _keep(request, session, update(ApiToken).where(ApiToken.id == found.id).values(last_used_at=actor.at))
    return actor


def reachable(found: SignInSession) -> list[Membership]:
    """The memberships this session may use."""
    only = found.only_organisation_id
    return [one for one in found.person.memberships if only in (None, one.organisation_id)]


def actor_of(found: SignInSession, now: datetime) -> Actor:
    """Who is asking through this session, within its bounds. An organisation that was chosen before is kept if it still may."""
    mine = [one.organisation_id for one in reachable(found)]
    chosen = found.organisation_id if found.organisation_id in mine else next(iter(mine), None)
    person = found.person
    return Actor(
        id=person.id,
        name=person.name,
        email=person.email,
        language=person.language,
        at=now,
        is_operator=person.is_operator and found.only_organisation_id is None,
        organisation_id=chosen,
        only=found.only_organisation_id,
        session_id=found.id,
        proved_at=found.proved_at,
    )


def _viewer(found: SignInSession, actor: Actor) -> Viewer:
    mine = reachable(found)
    organisations = {one.organisation_id: one.organisation.name for one in mine}
    here = [one for one in mine if one.organisation_id == actor.organisation_id]
    anywhere = [Role(one.role) for one in here]
    whole = [Role(one.role) for one in here if one.unit_id is None]
    places = frozenset(
        place for place, (permission, unit_will_do) in PLACES.items() if allows(anywhere if unit_will_do else whole, permission)
    )
    choices = tuple(organisations.items())
    return Viewer(actor.id, actor.name, actor.email, choices, actor.organisation_id, actor.is_operator, places)


def _touch(request: Request, session: SessionDep, found: SignInSession) -> None:
    """Note that the session is alive."""
    _keep(request, session, update(SignInSession).where(SignInSession.id == found.id).values(last_seen_at=clock.now()))


def _keep(request: Request, session: SessionDep, change: Update) -> None:
    """Make a small note: in the request's own transaction when it writes, else in one of its own."""
    if request.method not in SAFE_METHODS:
        session.execute(change)
        return
    database: Database = request.app.state.database
    with database.write() as writing:
        writing.execute(change)


CurrentActor = Annotated[Actor, Depends(current_actor)]


def optional_actor(request: Request, session: SessionDep, settings: SettingsDep) -> Actor | None:
    """Who is signed in, on pages that anybody may open; None for a visitor. Forms there carry the visitor's token."""
    token, now = token_of(request, settings), clock.now()
    idle = timedelta(minutes=settings.session_idle_minutes)
    found = access.find_session(session, hash_token(token), now=now, idle=idle) if token else None
    return actor_of(found, now) if found is not None and found.stage == Stage.COMPLETE.value else None


OptionalActor = Annotated[Actor | None, Depends(optional_actor)]
