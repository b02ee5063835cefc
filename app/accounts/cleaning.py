"""What of signing in has served its time. The worker deletes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlalchemy.orm import Session

from app.accounts.sign_in_models import PasskeyChallenge, PasswordReset, SignInAttempt, SignInSession, SignOnAttempt
from app.config import Settings
from app.jobs.cleaning import Chore, delete_some

DAY = timedelta(days=1)


def chores(settings: Settings) -> Sequence[Chore]:
    """What to delete, each for itself."""
    idle = timedelta(minutes=settings.session_idle_minutes)
    # Never before the throttle has forgotten them.
    counted = max(DAY, timedelta(minutes=settings.sign_in_window_minutes))

    def sessions(session: Session, now: datetime) -> int:
        ended = or_(SignInSession.expires_at <= now, SignInSession.last_seen_at <= now - idle)
        return delete_some(session, SignInSession.id, ended)

    def attempts(session: Session, now: datetime) -> int:
        return delete_some(session, SignInAttempt.id, SignInAttempt.at < now - counted)

    return sessions, attempts, _resets, _challenges, _sign_ons


def _resets(session: Session, now: datetime) -> int:
    ended = or_(PasswordReset.expires_at < now - DAY, PasswordReset.used_at < now - DAY)
    return delete_some(session, PasswordReset.id, ended)


def _challenges(session: Session, now: datetime) -> int:
    return delete_some(session, PasskeyChallenge.key, PasskeyChallenge.expires_at <= now)


def _sign_ons(session: Session, now: datetime) -> int:
    return delete_some(session, SignOnAttempt.state_hash, SignOnAttempt.expires_at <= now)
