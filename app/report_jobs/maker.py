"""The process that makes one report and ends: forked from the worker, limited, and gone with it.

It reads the state and the permission of who asked, says which content that is, and goes on when the worker wants it made.
"""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import rmtree

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import clock
from app.binder import service as binders
from app.binder.prepared import PreparedBinder
from app.config import Settings
from app.db import Database
from app.decisions import files as decided
from app.errors import NotFound, Problem, Unavailable
from app.files import confined
from app.i18n import gettext as _
from app.i18n import use
from app.report_jobs import access, results
from app.report_jobs.models import ReportJob
from app.reports import files, progress
from app.reports.html import have_templates
from app.reports.prepared import Prepared
from app.reports.progress import Part
from app.rubrics import registry

MEMORY_BYTES = 3 * 1024**3
"""Above the limit of the process that lays out pages, which binds itself further."""
CPU_SECONDS = 60
GO_ON = "go on"
NICE = 10
"""Who saves an answer comes first where both want the processor."""
log = structlog.get_logger("sapa.worker")


@dataclass(frozen=True, slots=True)
class Content:
    """Which content it is, and what is kept from its reader. The process waits whether it shall make it."""

    key: str
    sight: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    part: Part
    done: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class Finished:
    """The file is on disk."""

    sha256: str
    told: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be made, in the reader's words; and whether that may pass."""

    problem: str
    may_pass: bool


Said = Content | Progress | Finished | Failed


@dataclass(frozen=True, slots=True)
class Maker:
    """A process that makes a report, and the line to it."""

    pid: int
    line: Connection

    def hear(self, seconds: float) -> Said | None:
        """What it says within this time; None for nothing. Raises EOFError when it has ended."""
        try:
            return self.line.recv() if self.line.poll(seconds) else None
        except OSError as broken:
            raise EOFError from broken

    def go_on(self) -> None:
        """Let it make what it has prepared."""
        self.line.send(GO_ON)

    def end(self) -> None:
        """End it and everything that it started. It may have ended."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.line.close()


@contextmanager
def started(settings: Settings, database: Database, taken: ReportJob) -> Iterator[Maker]:
    """The process for a job, as `forked`."""

    def make(line: Connection) -> None:
        with use(taken.reader):
            _make(settings, taken, line)

    with forked(settings, database, make) as maker:
        yield maker


@contextmanager
def forked(settings: Settings, database: Database, deed: Callable[[Connection], None]) -> Iterator[Maker]:
    """A process that does this and no more; it has ended, with all of its children and temporary files, when the block ends."""
    folder = Path(tempfile.mkdtemp(dir=results.workplace(settings)))
    have_templates()
    # Neither engine bears connections that two processes hold: they are opened anew on both sides.
    database.close()
    ours, theirs = Pipe()
    worker, pid = os.getpid(), os.fork()
    if pid == 0:
        _run(deed, theirs, folder, worker)
    theirs.close()
    with suppress(PermissionError, ProcessLookupError):
        os.setpgid(pid, pid)
    maker = Maker(pid, ours)
    try:
        yield maker
    finally:
        maker.end()
        rmtree(folder, ignore_errors=True)


def _run(deed: Callable[[Connection], None], line: Connection, folder: Path, worker: int) -> None:
    """What the forked process does; it never returns."""
    code = 1
    try:
        # A group of its own, so that whatever it starts can be ended with it.
        os.setpgid(0, 0)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.nice(NICE)
        confined.limit(MEMORY_BYTES, CPU_SECONDS, may_write=True)
        # A worker that died before the limit was set would not take this process along any more.
        if os.getppid() == worker:
            tempfile.tempdir = str(folder)
            deed(line)
            code = 0
    except BaseException:  # a fork must never come back into the worker's code
        log.exception("a report's process failed")
    finally:
        os._exit(code)


def _make(settings: Settings, taken: ReportJob, line: Connection) -> None:
    try:
        prepared, sight = _prepared(settings, taken)
        line.send(Content(prepared.key(settings), sight))
        line.recv()
        with progress.telling(lambda part, done, of: line.send(Progress(part, done, of))):
            made = prepared.make(settings)
        line.send(Finished(results.store(settings, made.content), made.told))
    except Problem as problem:
        line.send(Failed(problem.message, isinstance(problem, Unavailable)))
    except OperationalError as away:
        log.warning("database", problem=str(away.orig))
        line.send(Failed(_("The database did not answer."), may_pass=True))
    except MemoryError:
        line.send(Failed(_("The report needs more memory than one report may have. Ask for a shorter kind."), may_pass=False))
    except Exception:
        log.exception("a report failed", id=taken.id)
        told = _("Something went wrong here while the report was made. The data are safe, and the reason was written down.")
        line.send(Failed(told, may_pass=False))


def _prepared(settings: Settings, taken: ReportJob) -> tuple[Prepared | PreparedBinder, str]:
    """Everything the report is made from, read as who asked may see it now. Raises NotFound or Forbidden."""
    database = Database(settings)
    try:
        with database.read() as session:
            return _read(session, settings, taken)
    finally:
        database.close()


def _read(session: Session, settings: Settings, taken: ReportJob) -> tuple[Prepared | PreparedBinder, str]:
    actor = access.reader_of(session, taken.person_id, taken.only_organisation_id, now=clock.now())
    if actor is None:
        raise NotFound(_("The account that asked for this report is closed."))
    asked, number, library = access.asked_of(taken), taken.revision, registry.home()
    assessment = access.get_askable(session, actor, taken.assessment_id, asked, number)
    prepared: Prepared | PreparedBinder
    if taken.is_binder:
        prepared = binders.prepare(session, settings, library, actor, assessment, asked.language, asked.kind)
    elif number is None:
        prepared = files.prepare(session, settings, library, actor, assessment, asked)
    else:
        prepared = decided.prepare(session, settings, library, actor, assessment, number, asked)
    return prepared, access.sight_of(session, actor, assessment, asked, number)
