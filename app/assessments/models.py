"""Rows of assessments. An assessment pins its rubrics by the digest of their content."""

import secrets
from datetime import date as day
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Date, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, Person
from app.db import Base, Data, UTCDateTime
from app.evidence.models import EvidenceItem
from app.scoring.answers import LIVE


class StoredRubric(Base):
    """The resolved content of a rubric, once for each digest.

    An assessment can be shown as it was, whatever became of the files.
    """

    __tablename__ = "stored_rubric"

    digest: Mapped[str] = mapped_column(String(71), primary_key=True)
    reference: Mapped[str] = mapped_column(String(170))
    content: Mapped[dict[str, Any]] = mapped_column(Data)


class OrganisationRubric(Base):
    """A rubric that an organisation brought in. Its content is frozen by the digest: a changed one is a new edition."""

    __tablename__ = "organisation_rubric"
    __table_args__ = (UniqueConstraint("organisation_id", "rubric_id", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    rubric_id: Mapped[str] = mapped_column(String(80))
    edition: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(ForeignKey("stored_rubric.digest"))
    file_name: Mapped[str] = mapped_column(String(255))
    notes: Mapped[list[str]] = mapped_column(Data)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stored: Mapped[StoredRubric] = relationship(lazy="raise")


UNTOUCHED = 1
"""The version of an assessment that nobody has worked on since it was made."""


class Assessment(Base):
    """A self-assessment. `version` counts every change that can move a figure; `date` is the reference date.

    `unit_id` is the faculty or department it belongs to, None for the whole organisation. Frozen: approved, and closed to
    changes until it is reopened. Deleted: hidden from everybody but who may bring it back.
    """

    __tablename__ = "assessment"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[dict[str, str]] = mapped_column(Data)
    institution: Mapped[dict[str, Any]] = mapped_column(Data)
    programme: Mapped[dict[str, Any] | None] = mapped_column(Data)
    date: Mapped[day] = mapped_column(Date)
    profile: Mapped[str] = mapped_column(String(80))
    targets: Mapped[dict[str, int]] = mapped_column(Data, default=dict)
    raters: Mapped[dict[str, Any]] = mapped_column(Data, default=dict)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    rubrics: Mapped[list["PinnedRubric"]] = relationship(
        lazy="raise", order_by="PinnedRubric.position", cascade="all, delete-orphan"
    )
    score: Mapped["StoredScore | None"] = relationship(lazy="raise", cascade="all, delete-orphan")


class PinnedRubric(Base):
    """A rubric that an assessment uses, in order."""

    __tablename__ = "pinned_rubric"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reference: Mapped[str] = mapped_column(String(170))
    digest: Mapped[str] = mapped_column(ForeignKey("stored_rubric.digest"))


class Snapshot(Base):
    """An assessment as it was approved: the portable file as JSON text, and the digest that names it.

    `revision` counts approvals. Text, because a database's own JSON does not keep the order of answers and evidence.
    `signed_name` and `signed_roles` are those of who signed, as they were on that day, and stay when the account goes; None
    for what was approved before names were asked for. `reopened_…` is when, by whom and why it was opened to changes again.
    `token` is what the code in its printed reports leads to: nobody guesses it.
    """

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("assessment_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    revision: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(71))
    content: Mapped[str] = mapped_column(Text)
    token: Mapped[str | None] = mapped_column(String(40), unique=True, default=lambda: secrets.token_urlsafe(18))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    signed_name: Mapped[str | None] = mapped_column(String(200))
    signed_roles: Mapped[list[str] | None] = mapped_column(Data)
    reopened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reopened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reopened_because: Mapped[str | None] = mapped_column(Text)


class SharedAssessment(Base):
    """An assessment shown to another organisation: to an agency's reviewers, or to a partner university's partners.

    `person_id` narrows it to one person there. `with_evidence` opens the cited files too. It ends at `expires_at` or when it
    is revoked, whichever comes first.
    """

    __tablename__ = "shared_assessment"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    with_evidence: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])


class WithheldAssessment(Base):
    """An assessment that is kept from somebody who rates it blind: they see none of its pages while this row stands."""

    __tablename__ = "withheld_assessment"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)


class Answer(Base):
    """What is answered to a criterion (`rubric:criterion`). `version` grows with each save and refuses stale ones."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("assessment_id", "criterion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(String(170))
    level: Mapped[int | None] = mapped_column(Integer)
    not_applicable: Mapped[str | None] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)
    strengths: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(Text)
    to_confirm: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    links: Mapped[list["EvidenceLink"]] = relationship(
        lazy="raise", order_by="EvidenceLink.position", cascade="all, delete-orphan"
    )


class AnswerChange(Base):
    """An answer as it was after a save: the full history."""

    __tablename__ = "answer_change"
    __table_args__ = (UniqueConstraint("answer_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    content: Mapped[dict[str, Any]] = mapped_column(Data)


class EvidenceLink(Base):
    """An answer's link to an evidence item: where in it to look, and what that proves.

    It cites the version of the file that was newest when it was made, by number and digest, until it is moved; None for an
    item without a file.
    """

    __tablename__ = "evidence_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    where: Mapped[str | None] = mapped_column(String(500))
    proves: Mapped[str | None] = mapped_column(Text)
    cited_version: Mapped[int | None] = mapped_column(Integer)
    cited_sha256: Mapped[str | None] = mapped_column(String(64))
    item: Mapped[EvidenceItem] = relationship(lazy="raise")


class GatheredEvidence(Base):
    """An item that was gathered for an assessment, cited or not, in the order it came."""

    __tablename__ = "gathered_evidence"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)


class PlannedAction(Base):
    """An action of the plan: what will be done about a criterion, and about the further `criteria` that it serves too.

    The owner is a person of the organisation (`owner_id`) or, for others, a text. `effort` is in person-days;
    `expected_level` is the level that its criteria will have afterwards; `reason` says why it was dropped.
    """

    __tablename__ = "planned_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    criterion: Mapped[str] = mapped_column(String(170))
    criteria: Mapped[list[str]] = mapped_column(Data, default=list)
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(String(500))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    due: Mapped[day | None] = mapped_column(Date)
    indicator: Mapped[str | None] = mapped_column(Text)
    expected_evidence: Mapped[list[dict[str, Any]]] = mapped_column(Data, default=list)
    effort: Mapped[int | None] = mapped_column(Integer)
    expected_level: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(20), default="open")
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)
    person: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def every_criterion(self) -> tuple[str, ...]:
        """All its criteria, the first one first."""
        return (self.criterion, *self.criteria)

    @property
    def owned_by(self) -> str | None:
        """The owner's name or post; the number of a person who was erased; None where nobody owns it."""
        if self.owner_id is None or self.person is None:
            return self.owner
        return self.person.name or f"#{self.owner_id}"

    @property
    def is_live(self) -> bool:
        """Whether it is still going to be done, or is being done."""
        return self.status in LIVE


class StoredScore(Base):
    """The scorecard of an assessment at its `version`: lists read this one row. A check proves it equals the recomputed one."""

    __tablename__ = "stored_score"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    verdict: Mapped[str] = mapped_column(String(30))
    index: Mapped[float | None] = mapped_column(Float)
    index_low: Mapped[float | None] = mapped_column(Float)
    index_high: Mapped[float | None] = mapped_column(Float)
    answered: Mapped[int] = mapped_column(Integer)
    applicable: Mapped[int] = mapped_column(Integer)
    blockers: Mapped[int] = mapped_column(Integer)
    scorecard: Mapped[dict[str, Any]] = mapped_column(Data)
