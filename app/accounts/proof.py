"""What is dangerous asks again who somebody is: `RecentProof` for a route makes it so.

A session proves itself when it signs in and on `/account/prove`; the proof is good for a quarter of an hour. A browser that was
left open, or a stolen cookie, then changes no password, makes no token and takes no second factor away.
"""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request

from app import clock
from app.accounts import factors
from app.accounts.actor import Actor
from app.accounts.sign_in_models import SignInSession, Stage
from app.accounts.signed_in import CurrentActor, CurrentSession, NextStep, admit
from app.accounts.vouched import refuse_vouched
from app.errors import Forbidden, SignInNeeded
from app.i18n import gettext as _
from app.web.session import SAFE_METHODS, SessionDep

LASTS = timedelta(minutes=15)


class ProofNeeded(SignInNeeded):
    """Somebody is signed in, but must show again that it is them."""


def refuse_unless_recent(proved_at: datetime | None, *, now: datetime) -> None:
    """Raise ProofNeeded when the last proof is too old."""
    if proved_at is None or proved_at + LASTS <= now:
        raise ProofNeeded(_("Please show again that it is you, then repeat this."))


def recent_proof(actor: CurrentActor) -> Actor:
    """The signed-in person, who proved it lately. Raises ProofNeeded; Forbidden for a program with a token."""
    if actor.session_id is None:
        raise Forbidden(_("A token cannot do this. Sign in with a browser."))
    refuse_unless_recent(actor.proved_at, now=clock.now())
    return actor


RecentProof = Annotated[Actor, Depends(recent_proof)]


def settled(request: Request, session: SessionDep, found: CurrentSession) -> SignInSession:
    """The session of somebody who is signed in, or must still set up a second factor; never one that must show its own.

    Changes of one person come one after the other. Raises NextStep.
    """
    # A change waits for others of the same person; their session may be at another stage then.
    stage = factors.stage_of(session, found) if request.method in SAFE_METHODS else factors.hold(session, found)
    if stage is Stage.SECOND_FACTOR:
        raise NextStep(stage)
    if stage is Stage.COMPLETE:
        request.state.actor = admit(request, found)
    return found


SettledSession = Annotated[SignInSession, Depends(settled)]


def proven(found: SettledSession) -> SignInSession:
    """As `settled`, and proved lately: who may change second factors. Raises NextStep, ProofNeeded or Forbidden.

    An issuer's word is no proof towards other organisations. Only who must set a factor up now may do so by it.
    """
    refuse_unless_recent(found.proved_at, now=clock.now())
    if found.stage == Stage.COMPLETE.value:
        refuse_vouched(found)
    return found


ProvenSession = Annotated[SignInSession, Depends(proven)]
