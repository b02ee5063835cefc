"""Rows of signing keys."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UTCDateTime

_LIVE = text("retired_at IS NULL")


class SigningKey(Base):
    """A key of an organisation. The private half is sealed, and forgotten when the key is retired; the certificate stays.

    `fingerprint` is the SHA-256 of the certificate; an organisation has at most one key that is not retired.
    """

    __tablename__ = "signing_key"
    __table_args__ = (Index("uq_signing_key_live", "organisation_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    certificate: Mapped[str] = mapped_column(Text)
    sealed: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
