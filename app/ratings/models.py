"""Rows of ratings: rounds of an assessment, who rates in them, and the levels they give."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UTCDateTime


class RatingRound(Base):
    """A round in which raters give their levels blind. Open until every rater has finished or it is closed; then it stays.

    An assessment has at most one open round.
    """

    __tablename__ = "rating_round"
    __table_args__ = (
        UniqueConstraint("assessment_id", "number"),
        Index(
            "uq_rating_round_open",
            "assessment_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    changes: Mapped[int] = mapped_column(Integer, default=0)
    """Counts changes to the round: to count is to take one's turn."""
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RoundRater(Base):
    """Somebody who rates in a round. `rater_role` is whom they speak for, not what they may do.

    Who was removed stays as a row, so that nobody comes back after having seen the answers.
    `file_key` names them in the assessment's file once the round is closed.
    """

    __tablename__ = "round_rater"
    __table_args__ = (UniqueConstraint("round_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rating_round.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    rater_role: Mapped[str] = mapped_column(String(40))
    file_key: Mapped[str | None] = mapped_column(String(80))
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Rating(Base):
    """A rater's level for a criterion (`rubric:criterion`), with a note if they wrote one."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("rater_id", "criterion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rater_id: Mapped[int] = mapped_column(ForeignKey("round_rater.id", ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(String(170))
    level: Mapped[int] = mapped_column(Integer)
    note: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime] = mapped_column(UTCDateTime)
