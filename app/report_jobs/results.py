"""The files of reports that were made, by SHA-256 in a folder of their own; what no row names any more is deleted."""

import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessments.models import Assessment
from app.config import Settings
from app.errors import NotFound
from app.files.storage import Storage
from app.i18n import gettext as _
from app.jobs.cleaning import BOUND, delete_some
from app.report_jobs.models import JobState, ReportJob

GRACE = 3600
"""Seconds for which a file without a row is left: a worker may be about to name it."""


class Gone(NotFound):
    """The file was deleted, by hand or with the folder."""


def store(settings: Settings, content: bytes) -> str:
    """Keep the file; its SHA-256. Only then may a row name it."""
    storage = Storage(_own_folder(settings))
    while True:
        sha256 = storage.store(BytesIO(content), limit=len(content)).sha256
        try:
            # An equal file may be old and about to be swept: from now on it is young.
            os.utime(storage.path_of(sha256))
        except FileNotFoundError:
            continue
        return sha256


def is_kept(settings: Settings, sha256: str) -> bool:
    """Whether the file is there."""
    return Storage(settings.reports_dir).path_of(sha256).is_file()


def read(settings: Settings, sha256: str) -> bytes:
    """The file. Raises Gone."""
    try:
        return Storage(settings.reports_dir).path_of(sha256).read_bytes()
    except FileNotFoundError:
        raise Gone(_("The file of this report is not kept any more. Ask for the report again.")) from None


def workplace(settings: Settings) -> Path:
    """Where a report that is being made has its temporary files."""
    place = _own_folder(settings) / "making"
    place.mkdir(exist_ok=True, mode=0o700)
    return place


def _own_folder(settings: Settings) -> Path:
    """The folder of reports, which its owner alone may open: made by itself, because parents would get the usual mode."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.reports_dir.mkdir(exist_ok=True, mode=0o700)
    return settings.reports_dir


class OldReports:
    """A chore: deletes jobs that have served their time or whose assessment was deleted, then the files that no job names."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __call__(self, session: Session, now: datetime) -> int:
        """Up to a measure of jobs of each sort; then the files that no job names."""
        old = ReportJob.asked_at < now - timedelta(days=self.settings.keep_reports_days)
        deleted = select(Assessment.id).where(Assessment.deleted_at.is_not(None))
        gone = delete_some(session, ReportJob.id, ReportJob.state != JobState.RUNNING.value, old)
        gone += delete_some(session, ReportJob.id, ReportJob.assessment_id.in_(deleted))
        if gone < BOUND:
            self._sweep(session)
        return gone

    def _sweep(self, session: Session) -> None:
        named = frozenset(session.scalars(select(ReportJob.sha256).where(ReportJob.sha256.is_not(None)).distinct()))
        for path in self._old_files():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name not in named:
                path.unlink(missing_ok=True)

    def _old_files(self) -> Iterator[Path]:
        folder, before = self.settings.reports_dir, time.time() - GRACE
        candidates = [*folder.glob("??/*"), *folder.glob("incoming/*"), *folder.glob("making/*")]
        yield from (one for one in candidates if _changed_before(one, before))


def _changed_before(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False
