"""The worker's other work: after answers were saved it draws what is new in the full report, before somebody asks for that.

Who asks then waits for little more than the joining. It is done for nobody in particular's sake: whatever fails here, or is
stopped, is drawn when the report is made.
"""

import threading
import time

import structlog
from sqlalchemy.orm import Session

from app import clock
from app.config import Settings
from app.db import Database
from app.jobs.worker import Clock, is_mail_due
from app.report_jobs import coming, queue
from app.report_jobs.maker import forked
from app.report_jobs.models import ReportAhead
from app.reports import files
from app.reports.ahead import draw_ahead
from app.reports.fragments.printing import PRESS, NotPrinted
from app.reports.prepared import Asked, Prepared
from app.rubrics import registry

WALL_SECONDS = 60
"""How long the parts of one assessment may take."""
LOOK_EVERY = 0.2
"""Seconds between two looks whether somebody waits for a report or for mail: that comes first."""
log = structlog.get_logger("sapa.worker")


class DrawnAhead:
    """A work of the worker: draws ahead for one assessment that was worked on."""

    def __init__(self, settings: Settings, *, clock: Clock, wall_seconds: float = WALL_SECONDS) -> None:
        self.settings, self.clock, self.wall_seconds = settings, clock, wall_seconds

    def __call__(self, database: Database, stopping: threading.Event) -> bool:
        """Whether there was one."""
        with database.read() as session:
            if not coming.is_due(session, now=self.clock()):
                return False
        with database.write() as session:
            taken = coming.take(session, now=self.clock())
        if taken is None:
            return False
        # The process that is forked prints with the press of this one, and need not start its own.
        PRESS.start()
        with forked(self.settings, database, lambda _line: _draw(self.settings, taken)) as drawer:
            until = time.monotonic() + self.wall_seconds
            while time.monotonic() < until:
                try:
                    drawer.hear(LOOK_EVERY)
                except EOFError:
                    return True
                if self._gives_way(database, stopping):
                    break
            else:
                return True
        with database.write() as session:
            coming.put_back(session, taken)
        return True

    def _gives_way(self, database: Database, stopping: threading.Event) -> bool:
        now = self.clock()
        with database.read() as session:
            return stopping.is_set() or queue.is_due(session, now=now) or is_mail_due(self.settings, session, now=now)


def _draw(settings: Settings, taken: ReportAhead) -> None:
    """What the forked process does: for each who is likely to ask, what they would get now."""
    database = Database(settings)
    try:
        with database.read() as session:
            # Read first, then drawn: no transaction stays open while pages are laid out.
            prepared = _prepared(session, settings, taken)
    finally:
        database.close()
    try:
        drawn = sum(draw_ahead(settings, one) for one in prepared)
    except NotPrinted as why:
        log.info("ahead", assessment=taken.assessment_id, why=why.told)
    else:
        log.info("ahead", assessment=taken.assessment_id, drawn=drawn)


def _prepared(session: Session, settings: Settings, taken: ReportAhead) -> list[Prepared]:
    library = registry.home()
    return [
        files.prepare(session, settings, library, actor, assessment, Asked("pdf", "full", language))
        for actor, assessment, language in coming.readers(session, taken.assessment_id, now=clock.now())
    ]
