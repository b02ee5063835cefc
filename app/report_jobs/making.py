"""The worker's side of a report: taking it, watching the process that makes it, noting what came of it."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import Database
from app.i18n import gettext as _
from app.i18n import use
from app.jobs.worker import NOTE_TRIES, Clock
from app.report_jobs import access, maker, queue, results
from app.report_jobs.maker import Content, Failed, Finished, Maker, Progress, Said
from app.report_jobs.models import ReportJob
from app.reports.fragments.printing import PRESS

WALL_SECONDS = 60
"""How long one report may take in all."""
LOOK_EVERY = 0.5
"""Seconds between two looks whether the report is still wanted."""
KEEP_EVERY = 10.0
"""Seconds between two signs of life: a third of `queue.LEASE`."""
log = structlog.get_logger("sapa.worker")


class MadeReports:
    """A work of the worker: makes the report that has been due longest."""

    def __init__(self, settings: Settings, *, clock: Clock, wall_seconds: float = WALL_SECONDS) -> None:
        self.settings, self.clock, self.wall_seconds = settings, clock, wall_seconds

    def __call__(self, database: Database, stopping: threading.Event) -> bool:
        """Whether there was one."""
        with database.read() as session:
            if not queue.is_due(session, now=self.clock()):
                return False
        with database.write() as session:
            taken = queue.take(session, now=self.clock())
        if taken is None:
            return False
        if access.asked_of(taken).ending == "pdf":
            # The process that is forked prints with the press of this one, and need not start its own.
            PRESS.start()
        with maker.started(self.settings, database, taken) as made:
            _Watch(self, database, taken, made, stopping).until_ended()
        return True


class _Watch:
    """One try of one job, from its being taken to the note of what came of it."""

    def __init__(self, work: MadeReports, database: Database, taken: ReportJob, made: Maker, stopping: threading.Event) -> None:
        self.work, self.database, self.taken, self.maker, self.stopping = work, database, taken, made, stopping
        self.content: Content | None = None
        self.over_at = time.monotonic() + work.wall_seconds
        self.kept_at = time.monotonic()

    def until_ended(self) -> None:
        """Listen, and see whether it is still wanted, until there is nothing to wait for."""
        while True:
            try:
                said = self.maker.hear(LOOK_EVERY)
            except EOFError:
                with use(self.taken.reader):
                    told = _("The process that made it was ended from outside; perhaps memory was short.")
                self._fail(told, may_pass=True)
                return
            goes_on = self._heard(said) if said is not None else self._is_wanted()
            if not goes_on or self._is_over():
                return

    def _heard(self, said: Said) -> bool:
        """Note what the process says; whether there is more to come."""
        match said:
            case Content():
                return self._begin(said)
            case Progress(part, done, of):
                return self._note(lambda session: queue.note_part(session, self.taken, part, done, of, now=self._now()))
            case Finished(sha256, told):
                self._finish(sha256, told)
            case Failed(problem, may_pass):
                self._fail(problem, may_pass=may_pass)
        return False

    def _begin(self, content: Content) -> bool:
        """Whether it has to be made: not when it was made before, or when another worker makes the same now."""
        self.content = content
        if not self._note(lambda session: queue.claim(session, self.taken, content.key, content.sight)):
            self._note(lambda session: queue.wait_for_other(session, self.taken, now=self._now()))
            return False
        # Only now: whoever made the same a moment ago has noted it, and nobody else makes it any more.
        with self.database.read() as session:
            before = queue.find_kept(session, content.key)
        if before is not None and results.is_kept(self.work.settings, before.sha256):
            self._finish(before.sha256, before.told, before=True)
            return False
        self.maker.go_on()
        return True

    def _is_wanted(self) -> bool:
        """Whether the job is still this worker's; says from time to time that somebody is at work."""
        if time.monotonic() < self.kept_at + KEEP_EVERY:
            with self.database.read() as session:
                return queue.is_ours(session, self.taken)
        self.kept_at = time.monotonic()
        return self._note(lambda session: queue.keep(session, self.taken, now=self._now()))

    def _is_over(self) -> bool:
        """Whether its time is over, or the worker's."""
        if self.stopping.is_set():
            self._note(lambda session: queue.put_back(session, self.taken, now=self._now()))
            return True
        if time.monotonic() < self.over_at:
            return False
        with use(self.taken.reader):
            told = _("The report took longer than {seconds} seconds and was stopped. Shorten very long texts, or ask for less.")
        self._fail(told.format(seconds=round(self.work.wall_seconds)), may_pass=False)
        return True

    def _finish(self, sha256: str, told: dict[str, str | int], *, before: bool = False) -> None:
        content = self.content
        assert content is not None  # noqa: S101 - the process says it first

        def note(session: Session) -> bool:
            return queue.note_done(session, self.taken, sha256, told, content.key, content.sight, now=self._now())

        if self._note(note):
            # Numbers only: what a report is about does not belong into a log.
            log.info("report", id=self.taken.id, attempt=self.taken.attempts, made=True, before=before)

    def _fail(self, problem: str, *, may_pass: bool) -> None:
        if self._note(lambda session: queue.note_problem(session, self.taken, problem, may_pass=may_pass, now=self._now())):
            log.info("report", id=self.taken.id, attempt=self.taken.attempts, made=False)

    def _now(self) -> datetime:
        return self.work.clock()

    def _note(self, change: Callable[[Session], bool]) -> bool:
        """Write it down. A busy database is asked again: what was made would be made once more otherwise."""
        for again in reversed(range(NOTE_TRIES)):
            try:
                with self.database.write() as session:
                    return change(session)
            except OperationalError:
                if not again:
                    raise
        return False
