"""The only door to mail that waits. The caller has checked that an operator asks."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Settings
from app.errors import NotFound
from app.i18n import gettext as _
from app.jobs.models import OutgoingMail
from app.sealing import unseal


def waiting(session: Session) -> list[OutgoingMail]:
    """The messages that were not sent, oldest first."""
    return list(session.scalars(select(OutgoingMail).where(OutgoingMail.sent_at.is_(None)).order_by(OutgoingMail.id)))


def get_waiting(session: Session, mail_id: int) -> OutgoingMail:
    """One of them. Raises NotFound."""
    found = session.scalar(select(OutgoingMail).where(OutgoingMail.id == mail_id, OutgoingMail.sent_at.is_(None)))
    if found is None:
        raise NotFound(_("There is no such message, or it was sent."))
    return found


def body_of(settings: Settings, mail: OutgoingMail) -> str:
    """The text of a message that waits. Raises SealBroken."""
    return unseal(settings, "mail", mail.sealed_body)
