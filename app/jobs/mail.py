"""Mail: stored in the transaction of what it tells of; the worker sends it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.config import Settings
from app.jobs.models import OutgoingMail
from app.sealing import seal


def send_later(session: Session, settings: Settings, *, to: str, subject: str, body: str, now: datetime) -> OutgoingMail:
    """Store a message to be sent after the commit."""
    mail = OutgoingMail(recipient=to, subject=subject, sealed_body=seal(settings, "mail", body), created_at=now, attempts=0)
    session.add(mail)
    session.flush()
    return mail
