"""How often one network address may ask for something that costs: counted where failed sign-ins are, under another name."""

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
    window = timedelta(minutes=settings.sign_in_window_minutes)
    key = hashlib.sha256(f"{settings.secret}:{what}:{address}".encode()).hexdigest()
    if access.count_attempts(session, key, since=now - window) >= most:
        message = _("Too many requests from your address. Please try again in {minutes} minutes.")
        raise TooManyAttempts(message.format(minutes=settings.sign_in_window_minutes), int(window.total_seconds()))
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - timedelta(days=1)))
    session.add(SignInAttempt(key=key, at=now))
    session.flush()
