"""Commands of the worker and of the mail that waits for it."""

import multiprocessing
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated

import typer

from app import clock
from app.accounts import cleaning as sign_in_cleaning
from app.assignments import reminders
from app.audit import chain
from app.config import Settings
from app.db import Database
from app.doctor import require_fit
from app.evidence.later_scans import LaterScans
from app.files.cleaning import SweptPreviews
from app.i18n import gettext as _
from app.jobs import access, alive, worker
from app.jobs.cleaning import Chore, sent_mail
from app.jobs.worker import Duty, Work
from app.logs import log_as_json
from app.migrate import migrate
from app.report_jobs.drawing import DrawnAhead
from app.report_jobs.making import MadeReports
from app.report_jobs.results import OldReports
from app.reports.fragments.keeping import SweptFragments
from app.rubrics import registry

mail_app = typer.Typer(no_args_is_help=True, help="Mail that was not sent, and its links, to be handed on by hand.")
MailId = Annotated[int, typer.Argument(help="The message's number in `sapa mail list`.", metavar="ID", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def worker_command(*, once: Annotated[bool, typer.Option("--once", help="Do what is due, then end.")] = False) -> None:
    """Make reports, send mail and clean up, beside the site, until SIGTERM or SIGINT. It starts only where the site would."""
    settings = Settings.from_env()
    require_fit(settings)
    if not settings.smtp_host:
        typer.echo(_("No mail server is set (SAPA_SMTP_HOST): mail waits; `sapa mail list` shows it."), err=True)
    log_as_json()
    with _opened(settings) as database:
        if once:
            worker.work_once(
                settings, database, chores(settings), clock=clock.now, duties=duties(settings), works=works(settings)
            )
        else:
            _work(settings, database, _stopped_by_signals())


def _work(settings: Settings, database: Database, stopping: threading.Event) -> None:
    worker.work(settings, database, chores(settings), stopping, clock=clock.now, duties=duties(settings), works=works(settings))


def start_beside(settings: Settings) -> None:
    """Start a worker in a process of its own, which ends when this one does, however that ends.

    It must be started before anything that a fork would break: threads, connections, an event loop.
    """
    multiprocessing.get_context("fork").Process(target=_work_beside, args=(settings,), daemon=True).start()


def _work_beside(settings: Settings) -> None:
    log_as_json()
    stopping = _stopped_by_signals()
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - this is the child

    def stop_with_it() -> None:
        parent.join()
        stopping.set()

    threading.Thread(target=stop_with_it, daemon=True).start()
    with _opened(settings) as database:
        _work(settings, database, stopping)


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    migrate(settings)
    database = Database(settings)
    try:
        yield database
    finally:
        database.close()


def duties(settings: Settings) -> Sequence[Duty]:
    """What every room does beside the mail."""

    def remind(database: Database, now: datetime) -> None:
        reminders.remind_all(settings, database, registry.home(), now=now)

    def say_alive(database: Database, now: datetime) -> None:
        with database.write() as session:
            alive.note_alive(session, now=now)

    def tidy(database: Database, now: datetime) -> None:
        worker.clean(database, [OldReports(settings)], now=now)

    scans = [Duty(timedelta(minutes=1), LaterScans(settings))] if settings.scanner is not None else []
    return Duty(alive.NOTE_EVERY, say_alive), Duty(timedelta(minutes=15), remind), Duty(timedelta(minutes=15), tidy), *scans


def works(settings: Settings) -> Sequence[Work]:
    """What the worker makes: first for people who wait for it."""
    return MadeReports(settings, clock=clock.now), DrawnAhead(settings, clock=clock.now)


def chores(settings: Settings) -> Sequence[Chore]:
    """What every room has to delete."""
    return *sign_in_cleaning.chores(settings), sent_mail, SweptPreviews(settings), SweptFragments(settings)


def _stopped_by_signals() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stopping.set())
    return stopping


@mail_app.command("list")
def mail_list(*, as_json: AsJson = False) -> None:
    """List the messages that were not sent: number, when, tries, address, subject, what went wrong."""
    from app.cli import print_json  # noqa: PLC0415 - the two modules make one command line

    with _opened(Settings.from_env()) as database, database.read() as session:
        rows = access.waiting(session)
    if as_json:
        print_json(
            [
                {
                    "id": row.id,
                    "recipient": row.recipient,
                    "subject": row.subject,
                    "created_at": row.created_at.isoformat(),
                    "attempts": row.attempts,
                    "due_at": row.due_at.isoformat() if row.due_at else None,
                    "problem": row.problem,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        typer.echo(f"{row.id:>6}  {row.created_at:%Y-%m-%d %H:%M}Z  {row.attempts}  {row.recipient}  {row.subject}")
        if row.problem:
            typer.echo(f"        {row.problem}")
    typer.echo(_("Messages that wait: {count}").format(count=len(rows)), err=True)


@mail_app.command("show")
def mail_show(mail_id: MailId) -> None:
    """Print a message with its link, to be handed to the person it is for. The trail remembers that it was read."""
    settings = Settings.from_env()
    with _opened(settings) as database, database.write() as session:
        row = access.get_waiting(session, mail_id)
        body = access.body_of(settings, row)
        chain.append(session, "mail.read", chain=chain.INSTALLATION, actor_id=None, subject=f"mail:{row.id}", at=clock.now())
    typer.echo(f"{row.recipient}\n{row.subject}\n\n{body}")


@mail_app.command("drop")
def mail_drop(mail_id: MailId) -> None:
    """Delete a message that shall not be sent."""
    with _opened(Settings.from_env()) as database, database.write() as session:
        row = access.get_waiting(session, mail_id)
        session.delete(row)
        session.flush()
        chain.append(session, "mail.dropped", chain=chain.INSTALLATION, actor_id=None, subject=f"mail:{row.id}", at=clock.now())
    typer.echo(_("Message {number} is deleted.").format(number=mail_id), err=True)


def install(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("worker")(worker_command)
    app.add_typer(mail_app, name="mail")
