"""Rows of who answers what by when, of how far answers are, and of the reminders that went out."""

from datetime import date as day
from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UTCDateTime


class Assignment(Base):
    """Who answers a standard (`rubric:standard`, then `whole`) or one criterion (`rubric:criterion`), and by when.

    It is given to a person or to a unit. A unit's is everybody's who has a role there and may answer.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("assessment_id", "whole", "reference", "person_id", name="uq_assignment_person"),
        UniqueConstraint("assessment_id", "whole", "reference", "unit_id", name="uq_assignment_unit"),
        CheckConstraint("(person_id IS NULL) <> (unit_id IS NULL)", name="one_assignee"),
        # SQLite would give the number of a deleted one to the next, and calendar programs know entries by it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    whole: Mapped[bool] = mapped_column(Boolean)
    reference: Mapped[str] = mapped_column(String(170))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), index=True)
    due: Mapped[day | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class AssignedCriterion(Base):
    """A criterion that an assignment is about: its own, or each of its standard. Written with it, for queries to join."""

    __tablename__ = "assigned_criterion"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(170), primary_key=True)


class StatedAnswer(Base):
    """The state that somebody gave one version of an answer (`app.assignments.states`). Any later version is a draft.

    `reason` says why it was returned; it stays to be read while the answer is worked on again.
    """

    __tablename__ = "stated_answer"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(170), primary_key=True)
    answer_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    stated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stated_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class SentReminder(Base):
    """A person was reminded of an assignment and its due date: once of each kind. Another date counts anew."""

    __tablename__ = "sent_reminder"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    due: Mapped[day] = mapped_column(Date, primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReminderDay(Base):
    """A person has had the reminders of a day: no second message that day."""

    __tablename__ = "reminder_day"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    of_day: Mapped[day] = mapped_column(Date, primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
