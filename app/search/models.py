"""Rows of the search index: the folded words of each answer and of each evidence item."""

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SearchDocument(Base):
    """The words that one answer or one item is found by. It goes with what it is about.

    SQLite keeps its full-text index `search_index` beside this table by triggers; PostgreSQL has an index on the words.
    """

    __tablename__ = "search_document"
    __table_args__ = (CheckConstraint("(answer_id IS NULL) <> (item_id IS NULL)", name="of_one_thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), unique=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_item.id", ondelete="CASCADE"), unique=True)
    words: Mapped[str] = mapped_column(Text)
