"""Mail is stored with what it tells of, and sent once if that was kept."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.config import Settings
from app.db import Database
from app.jobs import outbox
from app.jobs.access import body_of
from app.jobs.mail import Unmailable, compose, mailable, send_later
from app.jobs.models import OutgoingMail
from app.jobs.worker import deliver_next
from tests.jobs.conftest import through
from tests.jobs.mail_server import Mailbox

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
LINK = "https://sapa.example/invitations/a-token-that-lets-somebody-in"


def store(database: Database, settings: Settings, *, to: str = "aigul@uni.example", now: datetime = NOW) -> int:
    with database.write() as session:
        return send_later(session, settings, to=to, subject="Welcome", body=f"Open {LINK}\n", now=now).id


def row_of(database: Database, mail_id: int) -> OutgoingMail:
    with database.read() as session:
        return session.scalars(select(OutgoingMail).where(OutgoingMail.id == mail_id)).one()


def test_a_committed_mail_is_sent_once_and_its_text_is_gone(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    stored = store(database, mail)

    assert deliver_next(mail, database, now=NOW) is True
    assert deliver_next(mail, database, now=NOW) is False
    assert deliver_next(mail, database, now=NOW + timedelta(days=1)) is False

    (message,) = mailbox.messages
    assert LINK in message.get_content()
    assert mailbox.envelopes == [("sapa@uni.example", ["aigul@uni.example"])]
    assert message["From"] == "Sapa <sapa@uni.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    row = row_of(database, stored)
    assert (row.sent_at, row.due_at, row.sealed_body, row.problem, row.attempts) == (NOW, None, "", None, 1)
    assert body_of(mail, row) == ""


def test_the_stored_text_is_sealed_and_can_be_read_with_the_secret_only(database: Database, mail: Settings) -> None:
    row = row_of(database, store(database, mail))

    assert "token" not in row.sealed_body
    assert LINK in body_of(mail, row)


def test_what_was_rolled_back_is_never_sent(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    def stored_and_then_failed() -> None:
        with database.write() as session:
            send_later(session, mail, to="aigul@uni.example", subject="Welcome", body=LINK, now=NOW)
            raise KeyError

    with pytest.raises(KeyError):
        stored_and_then_failed()

    assert deliver_next(mail, database, now=NOW + timedelta(days=1)) is False
    assert mailbox.messages == []


def test_a_refusal_leaves_its_words_and_a_later_try_succeeds(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    stored = store(database, mail)
    mailbox.refusal = "451 4.3.0 the disk\x1b[2J is full"

    assert deliver_next(mail, database, now=NOW) is True

    row = row_of(database, stored)
    assert (row.sent_at, row.attempts) == (None, 1)
    assert row.problem is not None
    assert row.problem.endswith("451 4.3.0 the disk [2J is full")
    mailbox.refusal = ""
    assert deliver_next(mail, database, now=NOW + timedelta(seconds=59)) is False
    assert deliver_next(mail, database, now=NOW + timedelta(seconds=60)) is True
    row = row_of(database, stored)
    assert (row.sent_at, row.attempts, row.problem) == (NOW + timedelta(seconds=60), 2, None)
    assert len(mailbox.messages) == 1


def test_pauses_grow_and_after_the_last_the_message_is_left(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    stored = store(database, mail)
    mailbox.refusal = "550 no such person"
    now, pauses = NOW, []

    while deliver_next(mail, database, now=now) and (due := row_of(database, stored).due_at):
        pauses.append((due - now).total_seconds() / 60)
        assert deliver_next(mail, database, now=due - timedelta(seconds=1)) is False
        now = due

    assert pauses == [1, 5, 30, 120, 360]
    row = row_of(database, stored)
    assert (row.attempts, row.due_at, row.sent_at) == (6, None, None)
    assert "550 no such person" in (row.problem or "")
    assert LINK in body_of(mail, row)
    assert deliver_next(mail, database, now=NOW + timedelta(days=6)) is False


def test_a_server_that_took_the_message_and_leaves_badly_has_it(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    stored = store(database, mail)
    mailbox.farewell = "421 going down"

    deliver_next(mail, database, now=NOW)

    assert row_of(database, stored).sent_at == NOW
    assert len(mailbox.messages) == 1


def test_a_server_that_is_not_there_is_a_failed_try(database: Database, settings: Settings, mailbox: Mailbox) -> None:
    nowhere = through(settings, mailbox, smtp_port="1")
    stored = store(database, nowhere)

    assert deliver_next(nowhere, database, now=NOW) is True

    assert "refused" in (row_of(database, stored).problem or "")


def test_without_a_mail_server_rows_wait(database: Database, settings: Settings, mail: Settings, mailbox: Mailbox) -> None:
    stored = store(database, settings)

    assert deliver_next(settings, database, now=NOW) is False
    assert row_of(database, stored).attempts == 0

    assert deliver_next(mail, database, now=NOW + timedelta(days=2)) is True
    assert len(mailbox.messages) == 1


def test_what_waited_for_longer_than_its_link_lives_is_not_sent(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    stored = store(database, mail)

    assert deliver_next(mail, database, now=NOW + outbox.OLDEST) is True

    row = row_of(database, stored)
    assert mailbox.messages == []
    assert (row.sent_at, row.due_at) == (None, None)
    assert "longer than a week" in (row.problem or "")


def test_a_mail_that_another_secret_sealed_stays_and_says_so(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    stored = store(database, mail)
    other = mail.model_copy(update={"secret": "another secret with enough letters in it"})

    assert deliver_next(other, database, now=NOW) is True
    assert "SAPA_SECRET" in (row_of(database, stored).problem or "")

    assert deliver_next(mail, database, now=NOW + timedelta(minutes=1)) is True
    assert len(mailbox.messages) == 1


def test_a_late_worker_does_not_overrule_the_one_that_took_its_message(database: Database, mail: Settings) -> None:
    stored = store(database, mail)
    with database.write() as session:
        late = outbox.take(session, now=NOW)
    with database.write() as session:
        second = outbox.take(session, now=NOW + outbox.LEASE)
    assert late is not None
    assert second is not None
    with database.write() as session:
        outbox.note_sent(session, second, now=NOW + outbox.LEASE)
        outbox.note_problem(session, late, "timed out", now=NOW + outbox.LEASE)

    row = row_of(database, stored)
    assert (row.problem, row.due_at, row.sealed_body) == (None, None, "")


def test_kazakh_arrives_as_it_was_written(database: Database, mail: Settings, mailbox: Mailbox) -> None:
    subject = "Сапа жүйесіне шақыру: «Қ. И. Сәтбаев атындағы университет» – өзін-өзі бағалау, екі дипломды бағдарламаға дайындық"
    body = f"Сәлеметсіз бе, Әйгүл Ғабитқызы!\n\nҰсыныс мына сілтемеде: {LINK}\n\nІске сәт, һәм қош болыңыз.\n"
    with database.write() as session:
        send_later(session, mail, to="aigul@білім.example", subject=subject, body=body, now=NOW)

    deliver_next(mail, database, now=NOW)

    (message,) = mailbox.messages
    assert message["Subject"] == subject
    assert message.get_content().replace("\r\n", "\n") == body
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    assert mailbox.envelopes[0][1] == ["aigul@xn--90aud6hb.example"]
    assert mailbox.bodies[0].isascii()


def test_the_same_row_makes_the_same_message_every_time(database: Database, mail: Settings) -> None:
    row = row_of(database, store(database, mail))
    again = row_of(database, row.id)
    other = row_of(database, store(database, mail))

    assert compose(mail, row, "text").as_bytes() == compose(mail, again, "text").as_bytes()
    assert compose(mail, row, "text")["Message-ID"] != compose(mail, other, "text")["Message-ID"]


@pytest.mark.parametrize(
    "address",
    [
        "a@uni.example\nBcc: everybody@uni.example",
        "a@uni.example\r\nSubject: another",
        "a@uni.example, b@uni.example",
        "a@uni.example;b@uni.example",
        "A <a@uni.example>",
        "a@uni.example (b)",
        "a@uni.example\0",
        "a b@uni.example",
        "a@",
        "@uni.example",
        "a..b@uni.example",
        "әйгүл@uni.example",
        "uni.example",
        "",
        "a" * 250 + "@uni.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused(database: Database, mail: Settings, address: str) -> None:
    with pytest.raises(Unmailable), database.write() as session:
        send_later(session, mail, to=address, subject="Welcome", body=LINK, now=NOW)

    with database.read() as session:
        assert session.scalars(select(OutgoingMail)).all() == []


@pytest.mark.parametrize("subject", ["Hello\nBcc: b@uni.example", "Hello\r\n\r\nbody", "Hello\u2028there", "\x00", "a" * 301])
def test_a_subject_of_more_than_one_line_is_refused(database: Database, mail: Settings, subject: str) -> None:
    with pytest.raises(Unmailable), database.write() as session:
        send_later(session, mail, to="a@uni.example", subject=subject, body=LINK, now=NOW)


def test_an_ordinary_address_stays_as_it_is() -> None:
    assert mailable(" first.last+tag@mail.uni.example ") == "first.last+tag@mail.uni.example"
