"""Changes to ratings. A change takes its turn on the round first, so that the last to finish closes it, and only once."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.assessments import service as assessments
from app.assessments import trail
from app.assessments.models import Assessment, WithheldAssessment
from app.errors import Conflict
from app.i18n import gettext as _
from app.ratings import access
from app.ratings.access import Seat
from app.ratings.forms import InviteRaterForm, RatingForm
from app.ratings.models import Rating, RatingRound, RoundRater
from app.rubrics.registry import Library

FEWEST_RATERS = 2
"""A round of fewer does not close by itself: others may still be invited."""


class RoundState(Conflict):
    """The round is not in the state that this needs."""


class NoSuchRater(Conflict):
    """Nobody who can be invited was meant."""


def open_round(session: Session, assessment: Assessment, actor: Actor, *, now: datetime) -> RatingRound:
    """A new round without raters. Raises RoundState while one is open."""
    # The assessment's own row is the queue: two who open a round at once follow each other.
    _queue(session, assessment)
    if access.open_round(session, assessment) is not None:
        raise RoundState(_("A round of ratings is open already."))
    last = session.scalar(select(func.max(RatingRound.number)).where(RatingRound.assessment_id == assessment.id)) or 0
    made = RatingRound(assessment_id=assessment.id, number=last + 1, opened_at=now, opened_by=actor.id)
    session.add(made)
    session.flush()
    trail.note(session, assessment, "ratings.opened", actor, now=now, data={"round": made.number})
    return made


def _queue(session: Session, assessment: Assessment) -> None:
    """Keep others waiting at the assessment. Its version stays: ratings move no figure."""
    same = update(Assessment).where(Assessment.id == assessment.id).values(updated_at=Assessment.updated_at)
    session.execute(same.execution_options(synchronize_session=False))


def _take_turn(session: Session, assessment: Assessment) -> RatingRound:
    """The open round, with everybody else kept waiting until the commit. Raises RoundState when it is closed."""
    turn = update(RatingRound).where(RatingRound.assessment_id == assessment.id, RatingRound.closed_at.is_(None))
    session.execute(turn.values(changes=RatingRound.changes + 1).execution_options(synchronize_session=False))
    found = session.scalar(
        select(RatingRound)
        .where(RatingRound.assessment_id == assessment.id, RatingRound.closed_at.is_(None))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise RoundState(_("The round of ratings is closed."))
    return found


def invite(session: Session, assessment: Assessment, form: InviteRaterForm, actor: Actor, *, now: datetime) -> RoundRater:
    """Invite somebody to the open round; from now on the answers are kept from them. Raises RoundState or NoSuchRater."""
    round_ = _take_turn(session, assessment)
    person_id = _meant(session, assessment, form, actor)
    if access.was_invited(session, round_, person_id):
        raise NoSuchRater(_("This person is or was a rater of this round. Who was removed can rate in the next one."))
    made = RoundRater(round_id=round_.id, person_id=person_id, rater_role=form.rater_role, invited_at=now, invited_by=actor.id)
    session.add_all([made, WithheldAssessment(assessment_id=assessment.id, person_id=person_id)])
    session.flush()
    data = {"round": round_.number, "rater": made.id, "rater_role": form.rater_role}
    trail.note(session, assessment, "ratings.invited", actor, now=now, data=data)
    return made


def _meant(session: Session, assessment: Assessment, form: InviteRaterForm, actor: Actor) -> int:
    if form.email is None:
        if form.person_id not in {number for number, _name in access.of_house(session, assessment)}:
            raise NoSuchRater(_("Choose somebody, or write the address of a guest to whom the assessment is shown."))
        return form.person_id or 0
    person = accounts.find_person(session, form.email)
    if person is not None:
        somebody = Actor.of(person, at=actor.at)
        of_house = person.id in {number for number, _name in access.of_house(session, assessment)}
        if of_house or access.is_guest(session, somebody, assessment):
            return person.id
    raise NoSuchRater(_("Nobody with this address sees this assessment. Show it to them first."))


def remove(session: Session, assessment: Assessment, rater_id: int, actor: Actor, *, now: datetime) -> None:
    """Take a rater out of the open round; their ratings no longer count. Raises RoundState or NotFound."""
    round_ = _take_turn(session, assessment)
    rater = access.get_rater(session, round_, rater_id)
    rater.removed_at = now
    _show_again(session, assessment, [rater])
    session.flush()
    data = {"round": round_.number, "rater": rater.id}
    trail.note(session, assessment, "ratings.rater_removed", actor, now=now, data=data)
    _close_when_done(session, assessment, round_, actor, now=now)


def rate(
    session: Session, library: Library, seat: Seat, reference: str, form: RatingForm, actor: Actor, *, now: datetime
) -> Rating:
    """Save one's level for a criterion. Raises RoundState once the rater has finished or the round is closed, or NotFound."""
    assessments.get_criterion(session, library, seat.assessment, reference)
    _still_rating(session, seat)
    rating = access.own_ratings(session, seat.rater).get(reference)
    if rating is None:
        rating = Rating(rater_id=seat.rater.id, criterion=reference)
        session.add(rating)
    rating.level, rating.note, rating.rated_at = form.level, form.note, now
    session.flush()
    data = {"round": seat.round.number, "rater": seat.rater.id, "criterion": reference}
    trail.note(session, seat.assessment, "ratings.rated", actor, now=now, data=data)
    return rating


def _still_rating(session: Session, seat: Seat) -> RatingRound:
    round_ = _take_turn(session, seat.assessment)
    session.refresh(seat.rater)
    if round_.id != seat.round.id or seat.rater.removed_at is not None:
        raise RoundState(_("The round of ratings is closed."))
    if seat.rater.finished_at is not None:
        raise RoundState(_("You have finished: your ratings stand as they are."))
    return round_


def finish(session: Session, seat: Seat, actor: Actor, *, now: datetime) -> None:
    """Say that one has rated all one can; the last to say so closes the round. Raises RoundState."""
    round_ = _still_rating(session, seat)
    rated = len(access.own_ratings(session, seat.rater))
    if not rated:
        raise RoundState(_("You have not rated anything yet."))
    seat.rater.finished_at = now
    session.flush()
    data = {"round": round_.number, "rater": seat.rater.id, "rated": rated}
    trail.note(session, seat.assessment, "ratings.finished", actor, now=now, data=data)
    _close_when_done(session, seat.assessment, round_, actor, now=now)


def close(session: Session, assessment: Assessment, actor: Actor, *, now: datetime) -> None:
    """Close the open round, whoever has not finished. Raises RoundState."""
    _close(session, assessment, _take_turn(session, assessment), actor, now=now)


def _close_when_done(session: Session, assessment: Assessment, round_: RatingRound, actor: Actor, *, now: datetime) -> None:
    raters = access.raters_of(session, round_)
    if len(raters) >= FEWEST_RATERS and all(one.finished_at is not None for one in raters):
        _close(session, assessment, round_, actor, now=now)


def _close(session: Session, assessment: Assessment, round_: RatingRound, actor: Actor, *, now: datetime) -> None:
    raters = access.raters_of(session, round_)
    round_.closed_at = now
    _show_again(session, assessment, raters)
    _queue(session, assessment)
    session.refresh(assessment, ["raters"])
    assessment.raters = _in_file(session, assessment, round_, raters)
    session.flush()
    trail.note(session, assessment, "ratings.closed", actor, now=now, data={"round": round_.number, "raters": len(raters)})


def _show_again(session: Session, assessment: Assessment, raters: list[RoundRater]) -> None:
    people = [one.person_id for one in raters]
    rows = delete(WithheldAssessment).where(WithheldAssessment.assessment_id == assessment.id)
    session.execute(rows.where(WithheldAssessment.person_id.in_(people)))


def _in_file(session: Session, assessment: Assessment, round_: RatingRound, raters: list[RoundRater]) -> dict[str, Any]:
    """The raters of the assessment's file: those it came with, and this round's in place of an earlier round's.

    They are called by whom they speak for and a number, never by name; notes stay here.
    """
    mine = access.file_keys(session, assessment)
    kept = {key: one for key, one in assessment.raters.items() if key not in mine}
    levels: dict[int, dict[str, int]] = {}
    for rating in access.ratings_of(session, round_):
        levels.setdefault(rating.rater_id, {})[rating.criterion] = rating.level
    numbers: Counter[str] = Counter()
    for rater in raters:
        if rater.id not in levels:
            continue
        key = ""
        while not key or key in kept:
            numbers[rater.rater_role] += 1
            key = f"{rater.rater_role}-{numbers[rater.rater_role]}"
        rater.file_key = key
        kept[key] = {"role": rater.rater_role, "levels": levels[rater.id]}
    return kept
