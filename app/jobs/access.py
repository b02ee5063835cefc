"""The only door to outgoing mail, for those who run the installation."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Settings
from app.errors import NotFound
from app.i18n import gettext as _
from app.jobs.mail import PURPOSE
from app.jobs.models import OutgoingMail
from app.sealing import unseal


def waiting(session: Session, *, limit: int | None = None) -> Sequence[OutgoingMail]:
    """The messages that were not sent, the oldest first; those that were given up too."""
    query = select(OutgoingMail).where(OutgoingMail.sent_at.is_(None)).order_by(OutgoingMail.created_at, OutgoingMail.id)
    return session.scalars(query.limit(limit)).all()


def get_waiting(session: Session, mail_id: int) -> OutgoingMail:
    """The message that was not sent. Raises NotFound for one that was, too: nothing is left of it to read."""
    found = session.get(OutgoingMail, mail_id)
    if found is None or found.sent_at is not None:
        raise NotFound(_("There is no message {number} that waits to be sent.").format(number=mail_id))
    return found


def body_of(settings: Settings, row: OutgoingMail) -> str:
    """The text of a message with its link; empty when it was sent. Raises SealBroken when the secret is another one now."""
    return unseal(settings, PURPOSE, row.sealed_body) if row.sealed_body else ""
