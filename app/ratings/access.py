"""The only door to ratings. A rater sees their own; those of others open to the house and the raters when the round closes."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Membership, Person
from app.accounts.policy import HOUSE, Permission, roles_that
from app.assessments import access as assessments
from app.assessments.models import Assessment
from app.errors import Forbidden, NotFound
from app.i18n import gettext as _
from app.ratings.models import Rating, RatingRound, RoundRater


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's place as a rater in the open round of an assessment."""

    assessment: Assessment
    round: RatingRound
    rater: RoundRater


def get_seat(session: Session, actor: Actor, assessment_id: int) -> Seat:
    """The person's own place in the open round. Raises NotFound for who has none, Forbidden for the role."""
    assessment = assessments.get_for_rating(session, actor, assessment_id, Permission.RATE)
    round_ = open_round(session, assessment)
    rater = _own(session, actor, round_) if round_ else None
    if round_ is None or rater is None:
        raise NotFound(_("You are not invited to rate this assessment, or the round is closed."))
    return Seat(assessment, round_, rater)


def _own(session: Session, actor: Actor, round_: RatingRound) -> RoundRater | None:
    query = select(RoundRater).where(RoundRater.round_id == round_.id, RoundRater.person_id == actor.id)
    return session.scalar(query.where(RoundRater.removed_at.is_(None)))


def get_managed(session: Session, actor: Actor, assessment_id: int) -> Assessment:
    """An assessment whose rounds the person may open, fill and close. Raises NotFound or Forbidden."""
    return assessments.get_for_rating(session, actor, assessment_id, Permission.MANAGE_RATERS)


def get_followed(session: Session, actor: Actor, assessment_id: int) -> Assessment:
    """An assessment whose raters the person may see: of the house, or a rater themself. Raises NotFound or Forbidden."""
    assessment = assessments.get_for_rating(session, actor, assessment_id, Permission.READ)
    if not _of_house(session, actor, assessment) and session.scalar(_rated_by(actor, assessment).limit(1)) is None:
        raise Forbidden(_("Your role in this organisation does not allow this."))
    return assessment


def _of_house(session: Session, actor: Actor, assessment: Assessment) -> bool:
    return assessments.may(session, actor, assessment, Permission.READ_RATINGS)


def _rated_by(actor: Actor, assessment: Assessment) -> Select[RatingRound]:
    """The rounds in which the person is a rater and was not removed."""
    return (
        select(RatingRound)
        .join(RoundRater, RoundRater.round_id == RatingRound.id)
        .where(RatingRound.assessment_id == assessment.id, RoundRater.person_id == actor.id, RoundRater.removed_at.is_(None))
    )


def open_round(session: Session, assessment: Assessment) -> RatingRound | None:
    """The round that is open; None when there is none."""
    return session.scalar(select(RatingRound).where(RatingRound.assessment_id == assessment.id, RatingRound.closed_at.is_(None)))


def last_closed(session: Session, actor: Actor, assessment: Assessment) -> RatingRound | None:
    """The latest closed round whose ratings the person may see: of the house any, else one they rated in.

    None also while they rate in an open round: what was said before would not leave them blind.
    """
    now_open = open_round(session, assessment)
    if now_open is not None and _own(session, actor, now_open) is not None:
        return None
    rounds = select(RatingRound).where(RatingRound.assessment_id == assessment.id)
    query = rounds if _of_house(session, actor, assessment) else _rated_by(actor, assessment)
    return session.scalar(query.where(RatingRound.closed_at.is_not(None)).order_by(RatingRound.number.desc()).limit(1))


def raters_of(session: Session, round_: RatingRound) -> list[RoundRater]:
    """Who rates in a round, in the order of invitation, without who was removed."""
    query = select(RoundRater).where(RoundRater.round_id == round_.id, RoundRater.removed_at.is_(None))
    return list(session.scalars(query.order_by(RoundRater.id)))


def get_rater(session: Session, round_: RatingRound, rater_id: int) -> RoundRater:
    """A rater of this round. Raises NotFound."""
    found = next((one for one in raters_of(session, round_) if one.id == rater_id), None)
    if found is None:
        raise NotFound(_("There is no such rater in this round."))
    return found


def was_invited(session: Session, round_: RatingRound, person_id: int) -> bool:
    """Whether the person is or was a rater of this round."""
    query = select(RoundRater.id).where(RoundRater.round_id == round_.id, RoundRater.person_id == person_id)
    return session.scalar(query) is not None


def own_ratings(session: Session, rater: RoundRater) -> dict[str, Rating]:
    """A rater's own ratings by criterion."""
    query = select(Rating).where(Rating.rater_id == rater.id).order_by(Rating.id)
    return {one.criterion: one for one in session.scalars(query)}


def counts_of(session: Session, round_: RatingRound) -> dict[int, int]:
    """How many criteria each rater of a round has rated, by rater: that tells nothing of the levels."""
    query = (
        select(RoundRater.id, func.count(Rating.id))
        .join(Rating, Rating.rater_id == RoundRater.id)
        .where(RoundRater.round_id == round_.id)
        .group_by(RoundRater.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def ratings_of(session: Session, round_: RatingRound, criterion: str | None = None) -> list[Rating]:
    """The ratings of a closed round that the caller got from `last_closed`, or is just closing."""
    query = select(Rating).join(RoundRater, RoundRater.id == Rating.rater_id)
    query = query.where(RoundRater.round_id == round_.id, RoundRater.removed_at.is_(None)).order_by(Rating.id)
    return list(session.scalars(query if criterion is None else query.where(Rating.criterion == criterion)))


def file_keys(session: Session, assessment: Assessment) -> set[str]:
    """The keys under which the raters of all rounds stand in the assessment's file."""
    query = (
        select(RoundRater.file_key)
        .join(RatingRound, RatingRound.id == RoundRater.round_id)
        .where(RatingRound.assessment_id == assessment.id, RoundRater.file_key.is_not(None))
    )
    return {key for key in session.scalars(query) if key}


def of_house(session: Session, assessment: Assessment) -> list[tuple[int, str]]:
    """(id, name) of the people of the house whose role reaches the assessment, by name."""
    query = (
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == assessment.organisation_id, Membership.role.in_(roles_that(Permission.RATE, HOUSE)))
        .where(Person.disabled_at.is_(None), Person.erased_at.is_(None))
        .where(accounts.reaching(Membership, assessment.unit_id))
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return [(number, name) for number, name in session.execute(query)]


def is_guest(session: Session, actor: Actor, assessment: Assessment) -> bool:
    """Whether this person, given as an actor without bounds, sees the assessment because it is shared with them."""
    return bool(assessments.roles_on(session, actor, assessment) - HOUSE)


def my_open(session: Session, actor: Actor) -> list[tuple[Assessment, RoundRater]]:
    """Where the person is invited to rate now, with their place there, latest invitation first."""
    query = (
        select(Assessment, RoundRater)
        .join(RatingRound, RatingRound.assessment_id == Assessment.id)
        .join(RoundRater, RoundRater.round_id == RatingRound.id)
        .where(assessments.reached_by(actor), Assessment.deleted_at.is_(None))
        .where(RatingRound.closed_at.is_(None), RoundRater.person_id == actor.id, RoundRater.removed_at.is_(None))
        .order_by(RoundRater.id.desc())
    )
    return [(assessment, rater) for assessment, rater in session.execute(query)]
