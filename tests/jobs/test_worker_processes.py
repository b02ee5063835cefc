"""Workers as they run: processes of their own, several at once, stopped and killed."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from app import clock
from app.config import Settings
from app.db import Database
from app.jobs import outbox
from app.jobs.mail import send_later
from app.jobs.models import OutgoingMail
from app.jobs.worker import deliver_next
from tests.jobs.mail_server import Mailbox
from tests.jobs.test_sending import row_of, store

ROOT = Path(__file__).resolve().parents[2]


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a process is given them."""
    return {f"SAPA_{name.upper()}": str(value) for name, value in settings.model_dump().items()}


@contextmanager
def started(settings: Settings, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A worker's process; killed at the end if it still runs."""
    command = [sys.executable, "-m", "app.cli", "worker", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(settings), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_two_workers_at_once_send_each_of_fifty_messages_once(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    mailbox.meet = 2
    with database.write() as session:
        for number in range(50):
            send_later(session, mail, to=f"person{number}@uni.example", subject=str(number), body="Text", now=clock.now())

    with started(mail, "--once") as one, started(mail, "--once") as other:
        said = [process.communicate(timeout=60) for process in (one, other)]

    assert [one.returncode, other.returncode] == [0, 0], said
    assert Counter(message["Subject"] for message in mailbox.messages) == {str(number): 1 for number in range(50)}
    assert all('"sent": true' in output for output, _errors in said), "both took part"
    with database.read() as session:
        left = session.scalar(select(func.count()).where(OutgoingMail.sent_at.is_(None) | (OutgoingMail.sealed_body != "")))
    assert left == 0


def test_a_worker_killed_before_it_has_sent_loses_nothing(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    stored = store(database, mail, now=clock.now())
    mailbox.meet = 2

    with started(mail, "--once") as process:
        assert mailbox.someone_waits.wait(30)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    killed_at = clock.now()
    row = row_of(database, stored)
    assert (row.sent_at, row.attempts) == (None, 1)
    assert deliver_next(mail, database, now=killed_at) is False
    assert deliver_next(mail, database, now=killed_at + outbox.LEASE) is True
    assert deliver_next(mail, database, now=killed_at + outbox.LEASE) is False
    assert len(mailbox.messages) == 1
    row = row_of(database, stored)
    assert (row.attempts, row.sealed_body, row.problem) == (2, "", None)


def test_a_worker_sends_what_comes_and_ends_when_asked(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    with started(mail) as process:
        stored = store(database, mail, now=clock.now())
        assert mailbox.someone_waits.wait(30)
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=30)

    assert process.returncode == 0, errors
    assert len(mailbox.messages) == 1
    assert row_of(database, stored).sent_at is not None
    assert f'"id": {stored}' in output
    assert "aigul" not in output + errors
