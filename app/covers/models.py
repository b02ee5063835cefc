"""Rows of covers. They are added and never changed: the report of what was approved wears what was set on that day."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Data, UTCDateTime


class Cover(Base):
    """The cover of an organisation's reports from `set_at` on. `logo` is a PNG drawn by us, `words` are by language."""

    __tablename__ = "cover"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    colour: Mapped[str | None] = mapped_column(String(7))
    words: Mapped[dict[str, str]] = mapped_column(Data, default=dict)
