"""A mail server, settings that name it, and a table of mail that begins empty.

A worker does whatever is due in its installation, so these have one of their own.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from app.config import Settings
from app.db import Database
from app.jobs.models import OutgoingMail
from tests.jobs.mail_server import Mailbox, receiving
from tests.own_database import app, settings

__all__ = ["app", "settings"]


@pytest.fixture(autouse=True)
def _no_mail_of_others(database: Database) -> None:
    with database.write() as session:
        session.execute(delete(OutgoingMail))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with receiving(Mailbox()) as made:
        yield made


def through(settings: Settings, mailbox: Mailbox, **more: str) -> Settings:
    """These settings, with mail going through the server."""
    mail = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_tls": "none", "mail_from": "Sapa <sapa@uni.example>"}
    return Settings.model_validate({**settings.model_dump(), **mail, **more})


@pytest.fixture
def mail(settings: Settings, mailbox: Mailbox) -> Settings:
    return through(settings, mailbox)
