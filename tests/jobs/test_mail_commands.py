"""Who runs an installation without a mail server hands the links on by hand."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from app import cli, clock
from app.audit.models import AuditEvent
from app.config import Settings
from app.db import Database
from app.errors import NotFound
from app.jobs.models import OutgoingMail
from tests.jobs.mail_server import Mailbox
from tests.jobs.test_sending import LINK, row_of, store
from tests.jobs.test_worker_processes import environment

Sapa = Callable[..., Result]


@pytest.fixture
def sapa(monkeypatch: pytest.MonkeyPatch) -> Sapa:
    """The command line with these settings."""

    def run(settings: Settings, *arguments: str) -> Result:
        for name, value in environment(settings).items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(cli.app, arguments)

    return run


def test_without_a_mail_server_the_operator_reads_the_link(database: Database, settings: Settings, sapa: Sapa) -> None:
    stored = store(database, settings, now=clock.now())

    once = sapa(settings, "worker", "--once")
    listed = sapa(settings, "mail", "list", "--json")
    shown = sapa(settings, "mail", "show", str(stored))

    assert once.exit_code == 0
    assert "SAPA_SMTP_HOST" in once.stderr
    (row,) = (one for one in json.loads(listed.stdout) if one["id"] == stored)
    assert (row["id"], row["recipient"], row["subject"], row["attempts"], row["problem"]) == (
        stored, "aigul@uni.example", "Welcome", 0, None,
    )  # fmt: skip
    assert LINK not in listed.stdout
    assert f"Open {LINK}" in shown.stdout
    assert row_of(database, stored).sent_at is None
    with database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.subject == f"mail:{stored}")).one()
    assert (event.kind, event.chain) == ("mail.read", 0)


def test_the_list_says_what_went_wrong(database: Database, mail: Settings, mailbox: Mailbox, sapa: Sapa) -> None:
    stored = store(database, mail, now=clock.now())
    mailbox.refusal = "550 no such person"

    once = sapa(mail, "worker", "--once")
    listed = sapa(mail, "mail", "list")

    assert once.exit_code == 0
    assert f"{stored} " in listed.stdout
    assert "550 no such person" in listed.stdout
    assert "Messages that wait: 1" in listed.stderr


def test_a_dropped_message_is_gone_but_remembered(database: Database, mail: Settings, mailbox: Mailbox, sapa: Sapa) -> None:
    stored = store(database, mail, now=clock.now())

    assert sapa(mail, "mail", "drop", str(stored)).exit_code == 0
    again = sapa(mail, "mail", "drop", str(stored))
    sapa(mail, "worker", "--once")

    assert isinstance(again.exception, NotFound)
    assert mailbox.messages == []
    with database.read() as session:
        assert session.get(OutgoingMail, stored) is None
        assert session.scalars(select(AuditEvent.kind).where(AuditEvent.subject == f"mail:{stored}")).all() == ["mail.dropped"]


def test_of_a_sent_message_there_is_nothing_to_show(database: Database, mail: Settings, mailbox: Mailbox, sapa: Sapa) -> None:
    stored = store(database, mail, now=clock.now())
    sapa(mail, "worker", "--once")

    shown = sapa(mail, "mail", "show", str(stored))

    assert len(mailbox.messages) == 1
    assert shown.stdout == ""
    assert isinstance(shown.exception, NotFound)
