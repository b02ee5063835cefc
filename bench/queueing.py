"""Forty full reports in the queue: what saving an answer costs beside them, and how long it takes until all are made.

And two hundred workers killed at random moments: whether a report was lost or made ready twice.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from app import clock
from app.accounts.models import Person
from app.config import ROOT, Settings
from app.db import Database
from app.migrate import migrate
from app.report_jobs.models import JobState, ReportJob
from bench import filling
from bench.figures import Figure, figure, timed
from bench.service import Saver, answered
from bench.site import PATIENCE, Client, running

REPORTS, SAVES = 40, 400
KILLS, SEED = 200, 20261126
LANGUAGES, KINDS = ("kk", "ru", "en"), ("full", "plan", "summary")


@contextmanager
def working(folder: Path) -> Iterator[None]:
    """A worker on this data folder."""
    environment = {**os.environ, "SAPA_DATA_DIR": str(folder)}  # noqa: TID251 - what the worker is started with
    command = [sys.executable, "-m", "app.cli", "worker"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def measure(reports: int = REPORTS, saves: int = SAVES) -> Iterator[Figure]:
    """The slowest saves without reports in the queue and with them, in the same run."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        folder = Path(place)
        settings = Settings(data_dir=folder, password_memory_kib=64, password_rounds=1)
        migrate(settings)
        database = Database(settings)
        person, assessment = filling.first(database, settings)
        with running(folder) as server, working(folder):
            saver = Saver(Client(server, database, settings, person), database, assessment, answered("esg-2015"))
            yield from _shown("no report in the queue", timed(saver.save, saves, warm=20))
            begun = time.monotonic()
            _ask(database, person, assessment, reports)
            yield from _shown(f"{reports} reports in the queue", _while_waiting(database, saver, saves))
            while _waiting(database):
                time.sleep(0.2)
            yield figure(f"until all of {reports} reports were made", "s", [time.monotonic() - begun])
        with database.read() as session:
            failed = session.scalar(select(func.count()).where(ReportJob.state != JobState.DONE.value)) or 0
        database.close()
        yield figure(f"not made, of {reports} reports", "reports", [failed], 0)


def _shown(where: str, took: list[float]) -> Iterator[Figure]:
    ordered = sorted(took)
    yield figure(f"save of one answer, {where}", "ms", ordered)
    yield figure(f"99th percentile of saves, {where}", "ms", [ordered[round(0.99 * (len(ordered) - 1))]], 500)


def _ask(database: Database, person: Person, assessment: int, count: int) -> None:
    """Full reports, and shorter ones between them. Each is another content: answers are saved all the time."""
    now = clock.now()
    with database.write() as session:
        for number in range(count):
            about = {"language": LANGUAGES[number % 3], "kind": KINDS[number // 3 % 3], "ending": "pdf", "page": "a4"}
            session.add(ReportJob(assessment_id=assessment, person_id=person.id, reader="en", asked_at=now, due_at=now, **about))


def _waiting(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(ReportJob.due_at.is_not(None))) or 0


def _while_waiting(database: Database, saver: Saver, saves: int) -> list[float]:
    """Saves, as many as asked for or as long as there is a queue."""
    found: list[float] = []
    while len(found) < saves or _waiting(database):
        found += timed(saver.save, 10, warm=0)
        # A person who thinks: without a pause the measure would be of nothing but saves.
        time.sleep(0.1)
    return found


def kills(count: int = KILLS) -> Iterator[Figure]:
    """Whether a report was lost, or was ready twice, while workers were killed."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        settings = Settings(data_dir=Path(place), password_memory_kib=64, password_rounds=1)
        migrate(settings)
        database = Database(settings)
        filling.first(database, settings)
        database.close()
        environment = {**os.environ, "SAPA_DATA_DIR": place}  # noqa: TID251 - what the process is started with
        command = [sys.executable, "-m", "tests.report_jobs.killing", str(count), str(SEED)]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    told = json.loads(done.stdout)
    yield figure(f"killed while reports were being made, of {count} workers", "workers", [told["while_making"]])
    yield figure("given up after eight workers that were killed with it, and told so", "reports", [told["given_up"]])
    yield figure(f"lost, without a file or ready twice, of {told['reports']} reports", "reports",
                 [told["lost"] + told["without_file"] + told["twice"]], 0)  # fmt: skip
