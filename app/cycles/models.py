"""Rows of cycles: which assessment follows which, and what was carried forward together."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UTCDateTime


class Following(Base):
    """The assessment that an assessment follows: that of the cycle before."""

    __tablename__ = "cycle_following"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True)
    previous_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    chosen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    chosen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class Carry(Base):
    """What was carried forward in one step: the open criteria of a standard (`rubric:standard`). Undone or not."""

    __tablename__ = "cycle_carry"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    standard: Mapped[str] = mapped_column(String(170))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CarriedAnswer(Base):
    """An answer of a carry, and the version that the carry made of it: a later one is somebody's work."""

    __tablename__ = "cycle_carried_answer"

    carry_id: Mapped[int] = mapped_column(ForeignKey("cycle_carry.id", ondelete="CASCADE"), primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
