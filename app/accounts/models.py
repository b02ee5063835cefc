"""Rows of organisations, their units and programmes, people, memberships and invitations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, UTCDateTime


class Role(StrEnum):
    """What a person does in an organisation; what a role may do stands in `app.accounts.policy`."""

    QUALITY_MANAGER = "quality_manager"
    CONTRIBUTOR = "contributor"
    INTERNAL_AUDITOR = "internal_auditor"
    RECTOR = "rector"
    REVIEWER = "reviewer"
    PARTNER = "partner"
    OPERATOR = "operator"


class OrganisationKind(StrEnum):
    """A university assesses itself; an agency reviews what is shared with it."""

    UNIVERSITY = "university"
    AGENCY = "agency"


ROLES_OF: dict[OrganisationKind, tuple[Role, ...]] = {
    OrganisationKind.UNIVERSITY: (
        Role.QUALITY_MANAGER,
        Role.CONTRIBUTOR,
        Role.INTERNAL_AUDITOR,
        Role.RECTOR,
        Role.PARTNER,
    ),
    OrganisationKind.AGENCY: (Role.QUALITY_MANAGER, Role.REVIEWER),
}
"""The roles that can be granted in each kind of organisation. The operator belongs to the installation, not to one."""


class RequiredOf(StrEnum):
    """Of whom an organisation requires a second factor. Operators need one anyway."""

    NOBODY = "nobody"
    QUALITY_MANAGERS = "quality_managers"
    EVERYBODY = "everybody"


class Organisation(Base):
    """A university or an agency. Everything that is stored belongs to one."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20), default="university")
    country: Mapped[str] = mapped_column(String(2), default="KZ")
    second_factor_of: Mapped[str] = mapped_column(String(20), default=RequiredOf.NOBODY.value)
    """Of whom a second factor is required, as `RequiredOf` has it."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Unit(Base):
    """A faculty, or a department below it: a tree inside one organisation. `parent_id` is None at the top."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("organisation_id", "parent_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20), default="faculty")


class UnitLine(Base):
    """Which unit lies in which: one row for each unit and each unit above it, itself included. Access joins through it."""

    __tablename__ = "unit_line"

    ancestor_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True)
    descendant_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True, index=True)


class Programme(Base):
    """A study programme of a university, in a unit or in none."""

    __tablename__ = "programme"
    __table_args__ = (UniqueConstraint("organisation_id", "name", "level"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    level: Mapped[str] = mapped_column(String(20), default="master")


class Person(Base):
    """Somebody who can sign in; the e-mail is stored folded, so that it is unique whatever its case.

    `password_hash` is None for who signs in with a passkey or the organisation's own sign-in only. An erased person keeps
    the row, so that the trail's numbers still point somewhere, and nothing else.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="en")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_operator: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", lazy="raise", order_by="Membership.id")
    """The first is the one a new session begins with: without an order PostgreSQL would choose as it likes."""


class Membership(Base):
    """A person's role in an organisation, or only in one of its units and what lies below it."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "role", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    person: Mapped[Person] = relationship(back_populates="memberships", lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")


class Invitation(Base):
    """An invitation to a role. The link's token is stored as its hash; it works once, until `expires_at`.

    `organisation_id` is None for an invitation to run the installation.
    """

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_organisation_email", "organisation_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2), default="en")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")
