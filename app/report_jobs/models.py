"""Rows of reports that somebody asked for, and of what was drawn before anybody did."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Data, UTCDateTime


class JobState(StrEnum):
    """How far a report is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


BINDER = "zip"
"""The ending of a job that makes a binder: its file lacks the evidence, which is added while it is sent."""
OPEN_STATES = (JobState.QUEUED.value, JobState.RUNNING.value)


class ReportJob(Base):
    """A report that a person asked for.

    `revision` is None for the assessment as it stands; `against` is another assessment, or the number of an earlier revision.
    `only_organisation_id` is the bound of the session that asked, `reader` the language that its page was in. `due_at` is when
    the next try may begin: later than now after a failure and while a worker works, None when the job has ended. `key` names
    the content (SHA-256 of all it is made from), `sight` the evidence that was kept from the reader, `sha256` the file.
    """

    __tablename__ = "report_job"
    __table_args__ = (
        # One job makes a content at a time; the others of the same key wait for its file.
        Index(
            "uq_report_job_running",
            "key",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        # SQLite would give the number of a deleted job to the next one, while a worker may still hold the first.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    only_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    reader: Mapped[str] = mapped_column(String(2))
    revision: Mapped[int | None] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    ending: Mapped[str] = mapped_column(String(4))
    language: Mapped[str] = mapped_column(String(2))
    page: Mapped[str] = mapped_column(String(5))
    against: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default=JobState.QUEUED.value)
    part: Mapped[str | None] = mapped_column(String(20))
    part_done: Mapped[int | None] = mapped_column(Integer)
    part_of: Mapped[int | None] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    problem: Mapped[str | None] = mapped_column(String(500))
    key: Mapped[str | None] = mapped_column(String(64), index=True)
    sight: Mapped[str | None] = mapped_column(String(64))
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    told: Mapped[dict[str, Any] | None] = mapped_column(Data)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_binder(self) -> bool:
        """Whether it is a binder: the report as PDF, and what belongs around it."""
        return self.ending == BINDER

    @property
    def is_open(self) -> bool:
        """Whether something is still to come of it."""
        return self.state in OPEN_STATES


class ReportAhead(Base):
    """The parts of an assessment's full report were drawn before anybody asked.

    `seen_at` is when it had been worked on last (`Assessment.updated_at`) when a worker took it, at `taken_at`.
    """

    __tablename__ = "report_ahead"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
