"""Workers as they run and end: killed at random, two at once, told to stop, with a child that is cut off."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select, update

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.config import Settings
from app.db import Database
from app.report_jobs import queue, service
from app.report_jobs.models import ReportJob
from app.reports.fragments.press import MEMORY_BYTES
from app.reports.prepared import Asked
from tests.conftest import Client
from tests.factories import make_person
from tests.jobs.test_worker_processes import ROOT, environment, started
from tests.report_jobs.conftest import House
from tests.report_jobs.working import job_of, work

SEED = 20261126
PATIENCE = 120
Found = TypeVar("Found")


def ask(database: Database, house: House, person: Person | None = None, asked: Asked | None = None) -> int:
    """A job, by number."""
    with database.write() as session:
        actor = Actor.of(person or house.manager, at=clock.now())
        return service.ask(session, actor, house.assessment, asked or Asked("pdf", "full", "en"), now=clock.now()).id


def waiting(database: Database) -> int:
    """How many jobs have not ended."""
    with database.read() as session:
        return len(session.scalars(select(ReportJob.id).where(ReportJob.due_at.is_not(None))).all())


def children_of(pid: int) -> list[int]:
    """The processes that a process started, and those that they started."""
    try:
        told = [thread.read_text(encoding="ascii") for thread in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    mine = [int(one) for line in told for one in line.split()]
    return mine + [inner for one in mine for inner in children_of(one)]


def _prints(pid: int) -> bool:
    """Whether it is the press, or a process that it started."""
    try:
        return b"app.reports.fragments.press" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def makers_of(worker: subprocess.Popen[str]) -> list[int]:
    """The processes in which a worker makes reports."""
    return [one for one in children_of(worker.pid) if not _prints(one)]


def _renderers_of(worker: subprocess.Popen[str]) -> list[int]:
    """The processes that lay out pages, once there is a report for which they do, and they have bound themselves."""
    presses = [one for one in children_of(worker.pid) if _prints(one)] if makers_of(worker) else []
    return [inner for one in presses for inner in children_of(one) if _is_bound(inner)]


def _is_bound(pid: int) -> bool:
    try:
        return str(MEMORY_BYTES) in Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    except OSError:
        return False


def _state_of(pid: int) -> str:
    """A letter, as the kernel says it: T is stopped, Z a process that nobody has waited for; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][:1]
    except OSError:
        return ""


def _lives(pid: int) -> bool:
    return _state_of(pid) not in ("", "Z")


def _stops(pid: int) -> bool:
    """Stop a process; False when it ended before."""
    try:
        os.kill(pid, signal.SIGSTOP)
    except ProcessLookupError:
        return False
    until(lambda: _state_of(pid) in ("", "T", "Z"))
    return _state_of(pid) == "T"


def until(found: Callable[[], Found | None]) -> Found:
    """Wait for it to come true; what came."""
    end = time.monotonic() + PATIENCE
    while not (it := found()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
    return it


@contextmanager
def renderer_held(worker: subprocess.Popen[str]) -> Iterator[int]:
    """A process that draws a part for the worker, stopped in the middle of it."""
    renderer = until(lambda: next((one for one in _renderers_of(worker) if _stops(one)), None))
    try:
        yield renderer
    finally:
        with suppress(ProcessLookupError):
            os.kill(renderer, signal.SIGKILL)


@pytest.mark.usefixtures("house")
def test_workers_killed_at_random_lose_no_report_and_make_none_ready_twice(database: Database, settings: Settings) -> None:
    database.close()
    command = [sys.executable, "-m", "tests.report_jobs.killing", "12", str(SEED)]
    done = subprocess.run(command, cwd=ROOT, env=environment(settings), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["reports"] == 15
    assert told["while_making"] > 0, "no worker was killed at work"
    assert (told["lost"], told["without_file"], told["twice"]) == (0, 0, 0)


def test_two_workers_make_each_content_once(database: Database, settings: Settings, house: House) -> None:
    people = [house.manager, *(make_person(database, settings, house.organisation) for _number in range(2))]
    for language in ("kk", "ru", "en"):
        for person in people:
            ask(database, house, person, Asked("docx", "full", language))
    with started(settings) as one, started(settings) as other:
        until(lambda: not waiting(database))
        for process in (one, other):
            process.send_signal(signal.SIGTERM)
        said = [json.loads(line) for each in (one, other) for line in each.communicate(timeout=30)[0].splitlines()]
    made = [line for line in said if line.get("event") == "report"]
    assert Counter(line["id"] for line in made).most_common(1)[0][1] == 1
    assert Counter(line["before"] for line in made) == {False: 3, True: 6}
    with database.read() as session:
        assert {one.state for one in session.scalars(select(ReportJob))} == {"done"}
        assert len({one.sha256 for one in session.scalars(select(ReportJob))}) == 3


def test_cancelling_a_report_that_is_being_made_ends_its_processes_and_the_worker_goes_on(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    job = ask(database, house)
    address = f"{house.base}/reports/{job}"
    with started(settings) as worker:
        with renderer_held(worker) as renderer:
            until(lambda: "laying out the chapters" in client.get(address).text)
            assert "step 2 of 2" in client.get(address).text
            assert client.send_form(f"{address}/cancel").status_code == 303
            until(lambda: not _lives(renderer))
            until(lambda: makers_of(worker) == [])
        assert "Cancelled" in client.get(address).text
        assert client.get(f"{address}/file").status_code == 404
        after = ask(database, house, asked=Asked("json", "plan", "en"))
        until(lambda: job_of(database, after).state == "done")
    row = job_of(database, job)
    assert (row.state, row.sha256, row.due_at) == ("cancelled", None, None)


def test_a_worker_that_is_told_to_stop_hands_its_report_back(database: Database, settings: Settings, house: House) -> None:
    job = ask(database, house)
    with started(settings) as worker, renderer_held(worker) as renderer:
        worker.send_signal(signal.SIGTERM)
        until(lambda: worker.poll() is not None)
        assert not _lives(renderer)
    row = job_of(database, job)
    assert (row.state, row.attempts) == ("queued", 0)


def test_a_worker_that_dies_takes_its_processes_along_and_its_report_falls_due_again(
    database: Database, settings: Settings, house: House
) -> None:
    job = ask(database, house)
    with started(settings) as worker, renderer_held(worker) as renderer:
        worker.kill()
        until(lambda: not _lives(renderer))
    died_at = clock.now()
    assert work(settings, database) is False
    assert work(settings, database, now=lambda: died_at + queue.LEASE) is True
    row = job_of(database, job)
    assert (row.state, row.attempts, row.problem) == ("done", 2, None)


def test_a_process_that_is_killed_from_outside_is_tried_again_and_says_why(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    job = ask(database, house)
    with started(settings) as worker:
        for number, state, told in ((1, "queued", "It is tried again."), (3, "failed", "Try again")):
            with renderer_held(worker):
                os.kill(makers_of(worker)[0], signal.SIGKILL)
                until(lambda: job_of(database, job).state != "running")
            row = job_of(database, job)
            assert (row.attempts, row.state) == (number, state)
            page = client.get(f"{house.base}/reports/{job}").text
            assert "ended from outside" in page
            assert told in page
            # As if the second try had gone the same way.
            with database.write() as session:
                values = {"attempts": 2, "due_at": clock.now()}
                session.execute(update(ReportJob).where(ReportJob.state == "queued").values(values))


@pytest.mark.parametrize("reader", ["en", "kk"])
def test_a_report_that_takes_too_long_is_stopped_and_not_tried_again(
    database: Database, settings: Settings, house: House, reader: str
) -> None:
    job = ask(database, house)
    with database.write() as session:
        session.get_one(ReportJob, job).reader = reader
    assert work(settings, database, seconds=0)
    row = job_of(database, job)
    assert (row.state, row.attempts, row.due_at) == ("failed", 1, None)
    assert ("took longer than 0 seconds" in (row.problem or "")) == (reader == "en")


def test_a_job_that_takes_its_workers_along_is_given_up(database: Database, settings: Settings, house: House) -> None:
    job = ask(database, house)
    with database.write() as session:
        row = session.get_one(ReportJob, job)
        row.state, row.attempts, row.due_at = "running", queue.TAKEN_AT_MOST, clock.now()
    work(settings, database)
    row = job_of(database, job)
    assert (row.state, row.due_at) == ("failed", None)
    assert row.problem == "The process that made it ended again and again before the report was ready."


def test_a_late_worker_changes_nothing(database: Database, settings: Settings, house: House) -> None:
    job = ask(database, house)
    with database.write() as session:
        late = queue.take(session, now=clock.now())
    assert late is not None
    assert work(settings, database, now=lambda: clock.now() + queue.LEASE)
    done = job_of(database, job)
    with database.write() as session:
        now = clock.now()
        assert not queue.note_done(session, late, "0" * 64, {}, "key", "sight", now=now)
        assert not queue.note_problem(session, late, "Late", may_pass=False, now=now)
        assert not queue.keep(session, late, now=now)
    assert job_of(database, job).sha256 == done.sha256
