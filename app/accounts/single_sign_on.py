"""Signing in through one's organisation (OpenID Connect, code flow with PKCE): begun, taken up again, finished.

An organisation's issuer opens that organisation and nothing else: the session it leads to reaches no other.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from authlib.oauth2.client import OAuth2Client
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts import access, service
from app.accounts.service import SignedIn, TooManyAttempts, hash_token
from app.accounts.sign_in_models import SignInAttempt, SignOnAttempt, Stage
from app.accounts.single_sign_on_client import SCOPE, Client, Discovery, short_code
from app.accounts.single_sign_on_people import person_of
from app.accounts.single_sign_on_reasons import Reason, SignOnFailed
from app.accounts.single_sign_on_settings import METHOD, find
from app.accounts.single_sign_on_tokens import Vouched
from app.config import Settings
from app.i18n import gettext as _

LASTS = timedelta(minutes=10)
STARTS_PER_FAILURE = 10
"""How many more sign-ons than failures one address may begin: a whole university may share it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-on under way: `address` is where the browser goes on to."""

    organisation_id: int
    address: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought back from the issuer (RFC 6749, section 4.1.2; RFC 9207)."""

    state: str = ""
    code: str = ""
    error: str = ""
    iss: str | None = None


def check_throttle(session: Session, settings: Settings, address: str, *, now: datetime) -> None:
    """Raise TooManyAttempts when too much failed, or was begun, from this network address lately."""
    window = timedelta(minutes=settings.sign_in_window_minutes)
    most = settings.sign_in_attempts_address
    failed = access.count_attempts(session, _failures(settings, address), since=now - window)
    begun = access.count_attempts(session, _starts(settings, address), since=now - window)
    if failed >= most or begun >= most * STARTS_PER_FAILURE:
        message = _("Too many failed attempts. Please try again in {minutes} minutes.")
        raise TooManyAttempts(message.format(minutes=settings.sign_in_window_minutes), int(window.total_seconds()))


def _failures(settings: Settings, address: str) -> str:
    # The key under which wrong passwords from this address are counted too.
    return service.throttle_keys(settings, "", address)[1]


def _starts(settings: Settings, address: str) -> str:
    return hashlib.sha256(f"{settings.secret}:sign-on:{address}".encode()).hexdigest()


def record_failure(
    session: Session, settings: Settings, failed: SignOnFailed, organisation_id: int | None, address: str, *, now: datetime
) -> None:
    """Count a failure for its network address and note it in the trail."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - timedelta(days=1)))
    session.add(SignInAttempt(key=_failures(settings, address), at=now))
    session.flush()
    data: dict[str, object] = {"reason": failed.reason.value, "code": failed.code, "organisation": organisation_id}
    service.note(session, "person.sign_on_failed", failed.person_id or 0, None, now=now, data=data)


def begin(  # noqa: PLR0913 - who, where to, from where
    session: Session,
    settings: Settings,
    client: Client,
    found: Discovery,
    *,
    email: str,
    browser: str,
    target: str,
    address: str,
    now: datetime,
) -> Begun:
    """Remember what must come back to this browser (`browser` is its visitor cookie); say where it goes on to."""
    state, nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    session.execute(delete(SignOnAttempt).where(SignOnAttempt.expires_at <= now))
    session.add(SignInAttempt(key=_starts(settings, address), at=now))
    session.add(
        SignOnAttempt(
            state_hash=hash_token(state),
            organisation_id=client.organisation_id,
            browser_hash=hash_token(browser),
            nonce=nonce,
            code_verifier=verifier,
            next=target,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    asking = OAuth2Client(None, client.client_id, scope=SCOPE, redirect_uri=client.return_to, code_challenge_method="S256")
    goes_to, _state = asking.create_authorization_url(
        found.authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce, login_hint=access.fold(email)
    )
    return Begun(client.organisation_id, goes_to)


def take(session: Session, state: str) -> SignOnAttempt | None:
    """The sign-on with this state, which is gone from now on; None when it is unknown or was taken before."""
    taken = delete(SignOnAttempt).where(SignOnAttempt.state_hash == hash_token(state)).returning(SignOnAttempt)
    return session.scalar(taken)


def check_attempt(attempt: SignOnAttempt | None, browser: str, *, now: datetime) -> SignOnAttempt:
    """The sign-on, when it is this browser's and not too old. Raises SignOnFailed."""
    if attempt is None:
        raise SignOnFailed(Reason.STATE_UNKNOWN)
    if not secrets.compare_digest(attempt.browser_hash, hash_token(browser)):
        raise SignOnFailed(Reason.BROWSER_OTHER)
    if attempt.expires_at <= now:
        raise SignOnFailed(Reason.STATE_EXPIRED)
    return attempt


def check_answer(answer: Answer, found: Discovery) -> str:
    """The code of an answer that came from this issuer (RFC 9207, section 2.4). Raises SignOnFailed."""
    if answer.iss is not None and answer.iss != found.issuer:
        raise SignOnFailed(Reason.ISSUER_OTHER)
    if answer.iss is None and found.authorization_response_iss_parameter_supported:
        raise SignOnFailed(Reason.ISSUER_OTHER, "iss_missing")
    if answer.error or not answer.code:
        raise SignOnFailed(Reason.ISSUER_REFUSED, short_code(answer.error))
    return answer.code


def finish(session: Session, settings: Settings, client: Client, said: Vouched, *, browser: str, now: datetime) -> SignedIn:
    """Open a session for whom the issuer vouches for, in this organisation only. Raises SignOnFailed."""
    # Locked: two returns at once make one person and one identity, and the settings are still those that were used.
    if find(session, settings, client.organisation_id, lock=True) != client:
        raise SignOnFailed(Reason.SETTINGS_GONE)
    person = person_of(session, client, said, now=now)
    stage = Stage.COMPLETE if said.several_factors else service.stage_after_password(session, person)
    only = client.organisation_id
    return service.sign_in(session, settings, person, now=now, method=METHOD, stage=stage, only=only, browser=browser)
