"""The way to the mail server: encrypted, and only to the server whose certificate can be checked."""

from pathlib import Path

import pytest

from app.config import Settings
from app.db import Database
from app.jobs.worker import deliver_next
from tests.jobs.conftest import through
from tests.jobs.mail_server import Mailbox, certificate, receiving
from tests.jobs.test_sending import NOW, row_of, store


@pytest.fixture(params=["starttls", "tls"])
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def ways(kind: str, context: object) -> dict[str, object]:
    """How aiosmtpd insists on encryption; it counts its own kind only as such before a password."""
    if kind == "starttls":
        return {"tls_context": context, "require_starttls": True}
    return {"ssl_context": context, "auth_require_tls": False}


def test_mail_goes_encrypted_to_a_server_whose_certificate_is_trusted(
    database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    context, file = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with receiving(Mailbox(), **ways(kind, context)) as mailbox:
        mail = through(settings, mailbox, smtp_tls=kind, smtp_user="sapa", smtp_password="the password of the mail server")
        stored = store(database, mail)

        deliver_next(mail, database, now=NOW)

    assert row_of(database, stored).problem is None
    assert len(mailbox.messages) == 1
    assert mailbox.signed_in == ["sapa"]


@pytest.mark.parametrize(("name", "trusted"), [("127.0.0.1", False), ("mail.example", True)])
def test_a_server_that_cannot_show_who_it_is_gets_nothing(
    database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str, trusted: bool
) -> None:
    context, file = certificate(tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with receiving(Mailbox(), **ways(kind, context)) as mailbox:
        mail = through(settings, mailbox, smtp_tls=kind, smtp_user="sapa", smtp_password="the password of the mail server")
        stored = store(database, mail)

        deliver_next(mail, database, now=NOW)

    assert (mailbox.messages, mailbox.signed_in, mailbox.before) == ([], [], 0)
    row = row_of(database, stored)
    assert row.sent_at is None
    assert "certificate" in (row.problem or "").lower()


def test_a_server_without_starttls_gets_nothing_in_the_clear(database: Database, settings: Settings, mailbox: Mailbox) -> None:
    mail = through(settings, mailbox, smtp_tls="starttls")
    stored = store(database, mail)

    deliver_next(mail, database, now=NOW)

    assert mailbox.messages == []
    assert "STARTTLS" in (row_of(database, stored).problem or "")


def test_a_wrong_password_is_told_and_nothing_is_sent(
    database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, file = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with receiving(Mailbox(), **ways("starttls", context)) as mailbox:
        mail = through(settings, mailbox, smtp_tls="starttls", smtp_user="sapa", smtp_password="wrong")
        stored = store(database, mail)

        deliver_next(mail, database, now=NOW)

    assert mailbox.messages == []
    problem = row_of(database, stored).problem or ""
    assert "535" in problem
    assert "wrong" not in problem
