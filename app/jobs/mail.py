"""Mail: stored with what it tells of, in one transaction, and turned into a message when it is sent."""

from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from app.config import Settings
from app.errors import Problem
from app.i18n import gettext as _
from app.jobs.models import OutgoingMail
from app.sealing import seal

PURPOSE = "mail"
"""What bodies are sealed for."""
_LONGEST_ADDRESS = 254
_LONGEST_SUBJECT = 300
# Seven bits: a body in any alphabet passes servers that know nothing newer than RFC 5321.
_POLICY = SMTP.clone(cte_type="7bit")


class Unmailable(Problem):
    """No message can be made of this: the address or the subject would break it, or smuggle something into it."""


def send_later(session: Session, settings: Settings, *, to: str, subject: str, body: str, now: datetime) -> OutgoingMail:
    """Store a message for the worker. It is sent if the caller's transaction commits, and never otherwise.

    The address is stored as servers understand it: its domain in ASCII (RFC 3490). Raises Unmailable.
    """
    row = OutgoingMail(
        recipient=mailable(to),
        subject=_one_line(subject),
        sealed_body=seal(settings, PURPOSE, body),
        created_at=now,
        attempts=0,
        due_at=now,
    )
    session.add(row)
    session.flush()
    return row


def mailable(address: str) -> str:
    """The one address this is, without a name, its domain in ASCII. Raises Unmailable for anything else."""
    local, at, domain = address.strip().rpartition("@")
    try:
        plain = f"{local}{at}{domain.encode('idna').decode()}"
        read = Address(addr_spec=plain)
    # The parser of the standard library raises all of these, IndexError among them, for what is no address.
    except (ValueError, IndexError, MessageError):
        read, plain = None, ""
    if read is None or read.addr_spec != plain or len(plain) > _LONGEST_ADDRESS:
        raise Unmailable(_("“{address}” is not an address that mail can be sent to.").format(address=address))
    return plain


def _one_line(subject: str) -> str:
    if not subject.isprintable() or len(subject) > _LONGEST_SUBJECT:
        raise Unmailable(
            _("The subject of a message must be one line of at most {count} characters.").format(count=_LONGEST_SUBJECT)
        )
    return subject


def compose(settings: Settings, row: OutgoingMail, body: str) -> EmailMessage:
    """The message of a row, the same whenever it is made: a receiver can recognise one that came twice by its Message-ID."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = settings.mail_from
    message["To"] = Address(addr_spec=row.recipient)
    message["Subject"] = row.subject
    message["Date"] = row.created_at
    message["Message-ID"] = f"<{row.id}.{row.created_at:%Y%m%d%H%M%S}@{site(settings)}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice is wanted in answer
    message.set_content(body)
    return message


def site(settings: Settings) -> str:
    """The installation's name among mail servers: the host people reach it at, an address in brackets (RFC 5321, 4.1.3)."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdigit() else host
