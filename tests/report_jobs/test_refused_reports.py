"""What cannot be made: bombs, processes services that do not answer; other reports go on, and nothing is silent."""

import socket

import pytest

from app import clock
from app.accounts.actor import Actor
from app.config import Settings
from app.db import Database
from app.keys import service as keys
from app.report_jobs import queue, service
from app.report_jobs.models import ReportJob
from app.reports import progress
from app.reports.prepared import Asked
from app.reports.progress import Part
from app.reports.service import make
from app.rubrics import registry
from tests.conftest import Client
from tests.factories import small
from tests.report_jobs.conftest import House
from tests.report_jobs.working import job_of, work
from tests.signing import sign_off


def ask(database: Database, house: House, asked: Asked) -> int:
    with database.write() as session:
        return service.ask(session, Actor.of(house.manager, at=clock.now()), house.assessment, asked, now=clock.now()).id


def test_a_time_stamp_authority_that_is_away_is_asked_again_and_named(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    with database.write() as session:
        keys.create(session, settings, house.organisation.id, now=clock.now())
    assert sign_off(client, house.base).status_code == 303
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    away = settings.model_copy(update={"timestamp_url": address})
    job = ask(database, house, Asked("pdf", "summary", "en"))
    now = clock.now()
    assert work(away, database, now=lambda: now)
    row = job_of(database, job)
    assert (row.state, row.attempts, row.due_at) == ("queued", 1, now + queue.PAUSES[0])
    assert "stamp" in (row.problem or "")
    # It goes on by itself when the authority answers, or is not needed any more.
    assert work(settings, database, now=lambda: now + queue.PAUSES[0])
    done = job_of(database, job)
    assert (done.state, done.problem) == ("done", None)
    assert "signed" in (done.told or {})


def test_what_cannot_be_read_any_more_fails_at_once_and_keeps_no_other_waiting(
    database: Database, settings: Settings, house: House
) -> None:
    first = ask(database, house, Asked("html", "delta", "en"))
    second = ask(database, house, Asked("html", "summary", "en"))
    assert work(settings, database)
    assert work(settings, database)
    row = job_of(database, first)
    assert (row.state, row.attempts) == ("failed", 1)
    assert "say which" in (row.problem or "")
    assert job_of(database, second).state == "done"


def test_a_rolled_back_request_asks_for_nothing(database: Database, house: House) -> None:
    actor, asked = Actor.of(house.manager, at=clock.now()), Asked("pdf", "full", "en")

    def ask_and_fail() -> None:
        with database.write() as session:
            service.ask(session, actor, house.assessment, asked, now=clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_and_fail()
    with database.read() as session:
        assert session.query(ReportJob).count() == 0
        assert not queue.is_due(session, now=clock.now())


def test_who_listens_hears_how_far_a_report_is() -> None:
    heard: list[tuple[Part, int | None, int | None]] = []
    with progress.telling(lambda part, done, of: heard.append((part, done, of))):
        make(small(), registry.home(), language="en", kind="plan", wanted="html")
        progress.tell(Part.CHAPTERS, 7, 14)
    assert heard == [(Part.DATA, None, None), (Part.FILE, None, None), (Part.CHAPTERS, 7, 14)]
    progress.tell(Part.PAGES)
    assert len(heard) == 3
