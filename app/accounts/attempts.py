"""How often one network address, or one person, may ask for something that costs: counted where failed sign-ins are."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts import access
from app.accounts.service import TooManyAttempts
from app.accounts.sign_in_models import SignInAttempt
from app.config import Settings
from app.i18n import gettext as _


def count_asked(session: Session, settings: Settings, what: str, address: str, *, most: int, now: datetime) -> None:
    """Count one more request from this address. Raises TooManyAttempts when there were `most` of them lately."""
    if count_lately(session, settings, what, address, now=now) >= most:
        message = _("Too many requests from your address. Please try again in {minutes} minutes.")
        raise too_many(settings, message)
    count_one(session, settings, what, address, now=now)


def too_many(settings: Settings, message: str) -> TooManyAttempts:
    """The refusal that says in how many `{minutes}` it may be tried again."""
    minutes = settings.sign_in_window_minutes
    return TooManyAttempts(message.format(minutes=minutes), minutes * 60)


def count_lately(session: Session, settings: Settings, what: str, whose: str, *, now: datetime) -> int:
    """How often it was counted in the last minutes (`sign_in_window_minutes`)."""
    window = timedelta(minutes=settings.sign_in_window_minutes)
    return access.count_attempts(session, _key(settings, what, whose), since=now - window)


def count_one(session: Session, settings: Settings, what: str, whose: str, *, now: datetime) -> None:
    """Count it once more. What is older than a day is forgotten."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - timedelta(days=1)))
    session.add(SignInAttempt(key=_key(settings, what, whose), at=now))
    session.flush()


def _key(settings: Settings, what: str, whose: str) -> str:
    return hashlib.sha256(f"{settings.secret}:{what}:{whose}".encode()).hexdigest()
