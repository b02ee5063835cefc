"""The only door to discussions: who holds a role of the house on the assessment, and nobody else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app import folding
from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Membership, Person, UnitLine
from app.accounts.policy import HOUSE, Permission, roles_that
from app.assessments import access as assessments
from app.assessments.models import Assessment
from app.discussion.models import Mention, Remark, Settled
from app.errors import NotFound
from app.i18n import gettext as _

DISCUSS = Permission.DISCUSS
LONGEST_LIST = 200
"""Mentions that are listed."""
MOST_OFFERED = 8
"""Names that are offered at once."""


def may_discuss(session: Session, actor: Actor, assessment: Assessment) -> bool:
    """Whether the person takes part in the discussions of an assessment they may read."""
    return assessments.may(session, actor, assessment, DISCUSS)


def get_discussed(session: Session, actor: Actor, assessment_id: int) -> Assessment:
    """An assessment in whose discussions the person takes part. Raises NotFound, or Forbidden for the role."""
    return assessments.get_permitted(session, actor, assessment_id, DISCUSS)


def remarks(session: Session, assessment: Assessment, criterion: str) -> list[tuple[Remark, str | None]]:
    """What was said about a criterion, in order, each with the name of who said it. The caller has permitted it."""
    query = (
        select(Remark, Person.name)
        .outerjoin(Person, Person.id == Remark.said_by)
        .where(Remark.assessment_id == assessment.id, Remark.criterion == criterion)
        .order_by(Remark.id)
    )
    return [(remark, name) for remark, name in session.execute(query)]


def get_own(session: Session, actor: Actor, assessment: Assessment, remark_id: int) -> Remark:
    """A remark of the person's own in this assessment, not removed. Raises NotFound."""
    query = select(Remark).where(Remark.id == remark_id, Remark.assessment_id == assessment.id, Remark.said_by == actor.id)
    found = session.scalar(query.where(Remark.text.is_not(None)))
    if found is None:
        raise NotFound(_("There is no such remark of yours."))
    return found


def find_settled(session: Session, assessment: Assessment, criterion: str) -> Settled | None:
    """Since when and by whom a discussion is settled; None while it is open."""
    return session.get(Settled, (assessment.id, criterion))


def _reached(assessment: Assessment) -> ColumnElement[bool]:
    """The condition, for a query of people, that they take part in the discussions of an assessment."""
    reach = select(1).select_from(Membership).outerjoin(UnitLine, UnitLine.ancestor_id == Membership.unit_id)
    takes_part = reach.where(
        Membership.person_id == Person.id,
        Membership.role.in_(roles_that(DISCUSS, HOUSE)),
        Membership.organisation_id == assessment.organisation_id,
        or_(Membership.unit_id.is_(None), UnitLine.descendant_id == assessment.unit_id),
    )
    return and_(Person.disabled_at.is_(None), Person.erased_at.is_(None), exists(takes_part))


def people(session: Session, assessment: Assessment) -> list[Person]:
    """Who can be asked, by name. The caller has permitted the discussion."""
    return list(session.scalars(select(Person).where(_reached(assessment)).order_by(Person.name, Person.id)))


def people_called(session: Session, assessment: Assessment, beginning: str, actor: Actor) -> list[str]:
    """The names of those who can be asked besides oneself, where each word begins a word of the name; a few, each once.

    What keyboards without Kazakh letters write in their place is found too. The caller has permitted the discussion.
    """
    looked_for = folding.wanted(beginning)
    names = dict.fromkeys(one.name for one in people(session, assessment) if one.id != actor.id and one.name)
    return [one for one in names if folding.matches(folding.words(one), looked_for)][:MOST_OFFERED]


def mentioned(session: Session, remark: Remark) -> set[int]:
    """The ids of those who are asked in a remark."""
    return set(session.scalars(select(Mention.person_id).where(Mention.remark_id == remark.id)))


@dataclass(frozen=True, slots=True)
class MentionOfMe:
    """A remark in which the person is asked, in a discussion that is not settled."""

    assessment_id: int
    title: dict[str, str]
    criterion: str
    said_at: datetime
    said_by: int | None
    name: str | None


def mentions_of(session: Session, actor: Actor, organisation_id: int | None = None) -> list[MentionOfMe]:
    """Where the person is asked and the discussion is still open, latest first; in one organisation, or in all of theirs."""
    settled = exists(select(1).where(Settled.assessment_id == Remark.assessment_id, Settled.criterion == Remark.criterion))
    query = (
        select(Remark.assessment_id, Assessment.title, Remark.criterion, Remark.said_at, Remark.said_by, Person.name)
        .join(Mention, Mention.remark_id == Remark.id)
        .join(Assessment, Assessment.id == Remark.assessment_id)
        .outerjoin(Person, Person.id == Remark.said_by)
        .where(Mention.person_id == actor.id, Remark.text.is_not(None), Assessment.deleted_at.is_(None), ~settled)
        .where(accounts.holding(actor, DISCUSS, Assessment.organisation_id, Assessment.unit_id))
        .order_by(Remark.id.desc())
        .limit(LONGEST_LIST)
    )
    if organisation_id is not None:
        query = query.where(Assessment.organisation_id == organisation_id)
    return [MentionOfMe(*row) for row in session.execute(query)]
