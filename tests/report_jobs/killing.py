"""Workers that are killed at random moments while reports wait: what became of each report.

Run by the tests with a dozen kills, and by `./run bench kills` with two hundred, as a process of its own that is forked into
workers: `python -m tests.report_jobs.killing KILLS SEED`, with the settings in the environment; prints JSON.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import func, select, update

from app import clock
from app.accounts.models import Person
from app.assessments.models import Assessment
from app.audit import chain
from app.config import Settings
from app.db import Database
from app.files.storage import Storage
from app.jobs.worker import work
from app.logs import log_as_json
from app.report_jobs.making import MadeReports
from app.report_jobs.models import JobState, ReportJob
from app.report_jobs.queue import TAKEN_AT_MOST
from app.reports.prepared import program
from app.rubrics import registry

KINDS, LANGUAGES, ENDINGS = ("summary", "plan"), ("kk", "ru", "en"), ("json", "html", "json", "xlsx")
AHEAD = 3
"""How many reports wait more than workers are killed."""
LONGEST = 0.5
"""Seconds after which a worker is killed at the latest: about the time of one report."""
PATIENCE = 120


@dataclass(frozen=True)
class Outcome:
    """What became of the reports: how many there were, how many of them are lost or have no file, and were ready twice.

    `given_up` are those that took `TAKEN_AT_MOST` workers along, one after the other: their page says so.
    """

    kills: int
    while_making: int
    reports: int
    given_up: int
    lost: int
    without_file: int
    twice: int


def fork_worker(settings: Settings, log: Path) -> int:
    """A worker of its own, whose lines are added to the log; its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        with log.open("ab") as stream:
            os.dup2(stream.fileno(), 1)
            os.dup2(stream.fileno(), 2)
        log_as_json()
        stopping = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_signal: stopping.set())
        works = [MadeReports(settings, clock=clock.now)]
        work(settings, Database(settings), [], stopping, clock=clock.now, works=works)
    finally:
        os._exit(0)


def made_in(log: Path) -> Counter[int]:
    """How often each job was said to be ready."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return Counter(int(one["id"]) for one in lines if one.get("event") == "report" and one.get("made"))


def _ask(database: Database, number: int) -> None:
    """One more report; another content each time, because the trail has gone on."""
    with database.write() as session:
        assessment = session.scalars(select(Assessment).order_by(Assessment.id.desc()).limit(1)).one()
        person = session.scalars(select(Person.id).order_by(Person.id.desc()).limit(1)).one()
        now, organisation = clock.now(), assessment.organisation_id
        kind, language, ending = KINDS[number % 2], LANGUAGES[number // 2 % 3], ENDINGS[number % 4]
        about = {"reader": "en", "kind": kind, "language": language, "ending": ending, "page": "a4"}
        session.add(ReportJob(assessment_id=assessment.id, person_id=person, asked_at=now, due_at=now, **about))
        session.flush()
        chain.append(session, "report.made", chain=organisation, actor_id=person, subject=f"assessment:{assessment.id}", at=now)


def _time_passes(database: Database) -> int:
    """The leases of all who work run out, of those that live too; how many there were."""
    with database.write() as session:
        running = update(ReportJob).where(ReportJob.state == JobState.RUNNING.value).values(due_at=clock.now())
        return len(session.scalars(running.returning(ReportJob.id)).all())


def _open(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(ReportJob.due_at.is_not(None))) or 0


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


def kill_workers(settings: Settings, kills: int, seed: int, log: Path) -> Outcome:
    """Kill a worker as often, with another one beside it; then let one finish what is left."""
    chance = random.Random(seed)  # noqa: S311 - a play, no secret
    registry.home()
    program()
    database = Database(settings)
    while_making = 0
    beside = fork_worker(settings, log)
    for number in range(AHEAD):
        _ask(database, number)
    for number in range(kills):
        _ask(database, AHEAD + number)
        database.close()
        pid = fork_worker(settings, log)
        time.sleep(chance.uniform(0, LONGEST))
        victim, beside = (pid, beside) if chance.random() < 0.5 else (beside, pid)
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        while_making += bool(_time_passes(database))
    _time_passes(database)
    _until(lambda: _open(database) == 0)
    os.kill(beside, signal.SIGTERM)
    os.waitpid(beside, 0)
    return _outcome(settings, database, kills, while_making, log)


def _outcome(settings: Settings, database: Database, kills: int, while_making: int, log: Path) -> Outcome:
    with database.read() as session:
        jobs = session.scalars(select(ReportJob)).all()
    storage = Storage(settings.reports_dir)
    done = [one for one in jobs if one.state == JobState.DONE.value]
    gone = [one for one in done if not one.sha256 or not storage.path_of(one.sha256).is_file()]
    given_up = [one for one in jobs if one.state == JobState.FAILED.value and one.attempts >= TAKEN_AT_MOST and one.problem]
    lost = len(jobs) - len(done) - len(given_up)
    twice = sum(1 for count in made_in(log).values() if count > 1)
    return Outcome(kills, while_making, len(jobs), len(given_up), lost, len(gone), twice)


def main() -> int:
    """As the command line says."""
    settings = Settings.from_env()
    kills, seed = int(sys.argv[1]), int(sys.argv[2])
    found = kill_workers(settings, kills, seed, settings.data_dir / "workers.log")
    sys.stdout.write(json.dumps(asdict(found)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
