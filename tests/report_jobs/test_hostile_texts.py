"""Hostile words in every text of an assessment, through the queue: nothing is fetched or read, and others get their reports."""

import threading
from itertools import cycle
from pathlib import Path

from app import clock
from app.accounts.actor import Actor
from app.assessments.models import Assessment
from app.config import Settings
from app.db import Database
from app.report_jobs import results, service
from app.reports.prepared import Asked
from tests.factories import make_assessment
from tests.report_jobs.conftest import House
from tests.report_jobs.working import job_of, work
from tests.reports.hostile import SECRET, VECTORS, Sentinel, carried, filled

KINDS = (Asked("pdf", "full", "kk"), Asked("pdf", "summary", "ru"), Asked("pdf", "plan", "en"), Asked("html", "full", "en"))


def ask(database: Database, house: House, assessment: Assessment, asked: Asked) -> int:
    with database.write() as session:
        return service.ask(session, Actor.of(house.manager, at=clock.now()), assessment, asked, now=clock.now()).id


def test_hostile_words_reach_nobody_and_keep_nobody_waiting(
    database: Database, settings: Settings, house: House, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    with Sentinel() as sentinel:
        threading.Thread(target=sentinel.serve_forever, daemon=True).start()
        addresses = cycle([sentinel.url, f"file://{secret}#"])
        hostile = make_assessment(database, house.organisation, filled([one.format(url=next(addresses)) for one in VECTORS]))
        jobs = [ask(database, house, hostile, one) for one in KINDS]
        other = ask(database, house, house.assessment, Asked("json", "summary", "en"))
        while work(settings, database):
            pass
        sentinel.shutdown()
    rows = [job_of(database, one) for one in (*jobs, other)]
    assert [(row.state, row.problem) for row in rows] == [("done", None)] * len(rows)
    assert sentinel.asked == []
    for row in rows:
        content = results.read(settings, row.sha256 or "")
        assert SECRET not in (carried(content) if row.ending == "pdf" else content.decode())
