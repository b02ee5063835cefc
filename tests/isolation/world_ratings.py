"""A closed round of ratings of each assessment that is there, by its author, with a note that is not for guests."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app import clock
from app.ratings.models import Rating, RatingRound, RoundRater
from tests.isolation.belongings import ASSESSMENTS, FIRST

if TYPE_CHECKING:
    from tests.isolation.world import World


def give(world: "World", session: Session) -> None:
    """The rounds."""
    now = clock.now()
    for thing in ASSESSMENTS:
        closed = RatingRound(assessment_id=world.ids[f"assessment:{thing.key}"], number=1, opened_at=now, closed_at=now)
        session.add(closed)
        session.flush()
        person_id = world.ids[f"person:{thing.organisation}_author"]
        rater = RoundRater(round_id=closed.id, person_id=person_id, rater_role="student", invited_at=now, finished_at=now)
        session.add(rater)
        session.flush()
        note = world.marks.new("rating", thing.key, thing.organisation, thing.unit)
        session.add(Rating(rater_id=rater.id, criterion=FIRST, level=2, note=note, rated_at=now))
    session.flush()
