"""Workers of the tests: in this process, one job at a time, and as processes of their own."""

import threading
from collections.abc import Callable
from datetime import datetime

from app import clock
from app.config import Settings
from app.db import Database
from app.report_jobs.making import MadeReports
from app.report_jobs.models import ReportJob


def work(settings: Settings, database: Database, *, now: Callable[[], datetime] = clock.now, seconds: float = 60) -> bool:
    """Make the job that is due; whether there was one."""
    return MadeReports(settings, clock=now, wall_seconds=seconds)(database, threading.Event())


def job_of(database: Database, job_id: int) -> ReportJob:
    """The row as it stands."""
    with database.read() as session:
        return session.get_one(ReportJob, job_id)
