"""Handing a message to the mail server."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage

from app.config import Settings
from app.errors import Problem
from app.i18n import gettext as _
from app.jobs.mail import site

PATIENCE = 20
"""Seconds that the server may keep us waiting for its next word."""


class NotSent(Problem):
    """The server could not be reached or did not take the message; the sentence says what it said."""


def send(settings: Settings, message: EmailMessage, recipient: str) -> None:
    """Send the message to one address. Returns when the server has taken it over. Raises NotSent."""
    try:
        server = _connected(settings)
        try:
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(message, to_addrs=[recipient])
        finally:
            _leave(server)
    except smtplib.SMTPRecipientsRefused as refused:
        said = _said(*refused.recipients[recipient])
        raise NotSent(_("The mail server refused the address: {answer}").format(answer=said)) from refused
    except smtplib.SMTPResponseException as refused:
        said = _said(refused.smtp_code, refused.smtp_error)
        raise NotSent(_("The mail server refused: {answer}").format(answer=said)) from refused
    # ValueError: what the server says, or its name, cannot be read.
    except (OSError, smtplib.SMTPException, ValueError) as failed:
        said = str(failed) or type(failed).__name__
        raise NotSent(_("The mail server could not be talked to: {answer}").format(answer=said)) from failed


def _connected(settings: Settings) -> smtplib.SMTP:
    """A connection as safe as the settings ask for; certificates and their names are checked."""
    # Our name is given: the library would ask the network for it otherwise.
    host, port, ours = settings.smtp_host, settings.smtp_port, site(settings)
    if settings.smtp_tls == "tls":
        return smtplib.SMTP_SSL(host, port, ours, timeout=PATIENCE, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, ours, timeout=PATIENCE)
    if settings.smtp_tls == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _leave(server: smtplib.SMTP) -> None:
    # A server that took the message and then says goodbye badly has taken it all the same.
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"
