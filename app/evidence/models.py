"""Rows of evidence items and the versions of their files."""

from datetime import date as day
from datetime import datetime

from sqlalchemy import Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UTCDateTime


class EvidenceItem(Base):
    """A piece of evidence of an organisation: a file, a web page or a document kept elsewhere.

    `code` names it to people ("E-01") and is unique in the organisation. `sha256` is that of a file kept elsewhere;
    the files kept here are its versions. `unit_id` is the unit it belongs to; None for the whole organisation.
    `confidentiality` narrows who may see it there. `seen_on` is when somebody saw the web page. `withdrawn_because` stands
    while the status is not "valid".
    """

    __tablename__ = "evidence_item"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str] = mapped_column(String(80))
    date: Mapped[day | None] = mapped_column(Date)
    valid_from: Mapped[day | None] = mapped_column(Date)
    valid_until: Mapped[day | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(20), default="valid")
    language: Mapped[str | None] = mapped_column(String(500))
    url: Mapped[str | None] = mapped_column(Text)
    confidentiality: Mapped[str] = mapped_column(String(20), default="ordinary")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    note: Mapped[str | None] = mapped_column(Text)
    seen_on: Mapped[day | None] = mapped_column(Date)
    withdrawn_because: Mapped[str | None] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sha256: Mapped[str | None] = mapped_column(String(64))
    file: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    versions: Mapped[list["EvidenceVersion"]] = relationship(
        back_populates="item", lazy="raise", order_by="EvidenceVersion.number", cascade="all, delete-orphan"
    )
    tagged: Mapped[list["EvidenceTag"]] = relationship(
        lazy="raise", order_by="EvidenceTag.tag", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def tags(self) -> list[str]:
        """Its tags in order. They must have been loaded."""
        return [one.tag for one in self.tagged]


class EvidenceTag(Base):
    """A free word that an item is found by, in its one way of writing."""

    __tablename__ = "evidence_tag"

    item_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class EvidenceVersion(Base):
    """One uploaded file of an item. The bytes lie in storage under their SHA-256; `media_type` was judged by content.

    `scanned_at` is when the virus scanner saw them, None for not yet; `threat` is what it found later, which blocks the file.
    """

    __tablename__ = "evidence_version"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(Integer)
    media_type: Mapped[str] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(300))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    scanned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    threat: Mapped[str | None] = mapped_column(String(200))
    item: Mapped[EvidenceItem] = relationship(back_populates="versions", lazy="raise")
