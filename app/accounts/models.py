"""Rows of organisations, people, memberships and sign-in sessions."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UTCDateTime


class Role(StrEnum):
    """What a person does in an organisation."""

    QUALITY_MANAGER = "quality_manager"
    CONTRIBUTOR = "contributor"
    RECTOR = "rector"
    REVIEWER = "reviewer"


WRITERS = (Role.QUALITY_MANAGER, Role.CONTRIBUTOR)
"""Roles that may change answers, evidence and actions."""


class Organisation(Base):
    """A university or an agency. Everything that is stored belongs to one."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20), default="university")
    country: Mapped[str] = mapped_column(String(2), default="KZ")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Person(Base):
    """Somebody who can sign in; the e-mail is stored folded, so that it is unique whatever its case."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="en")
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", lazy="raise")


class Membership(Base):
    """A person's role in an organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    person: Mapped[Person] = relationship(back_populates="memberships", lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class SignInSession(Base):
    """A signed-in browser. Only the hash of its token is stored: a copy of the database opens no session."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    person: Mapped[Person] = relationship(lazy="raise")


class SignInAttempt(Base):
    """A failed sign-in, by a hash of the account or of the address, so that throttling survives restarts."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
