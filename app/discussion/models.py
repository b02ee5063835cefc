"""Rows of discussions: remarks about a criterion, who is asked in them, and what is settled."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UTCDateTime


class Remark(Base):
    """What somebody said about a criterion (`rubric:criterion`). `text` is None once it was removed; its place stays."""

    __tablename__ = "remark"
    __table_args__ = (Index("ix_remark_place", "assessment_id", "criterion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(String(170))
    text: Mapped[str | None] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    said_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Mention(Base):
    """Somebody who is asked in a remark. They are told by mail once, when this row is made."""

    __tablename__ = "mention"

    remark_id: Mapped[int] = mapped_column(ForeignKey("remark.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class Settled(Base):
    """A discussion that was marked as settled; the row goes when it is open again."""

    __tablename__ = "settled_discussion"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(170), primary_key=True)
    settled_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
