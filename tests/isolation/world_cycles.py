"""What follows what in the world: an assessment that is shared follows one that is not, and a faculty's one the whole's."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app import clock
from app.cycles.models import Following
from tests.isolation.belongings import ASSESSMENTS
from tests.isolation.people import Thing

if TYPE_CHECKING:
    from tests.isolation.world import World

FOLLOWS = {"shared": "frozen", "law": "shared"}


def previous(key: str) -> Thing:
    """What an assessment of the world follows."""
    return next(one for one in ASSESSMENTS if one.key == FOLLOWS[key])


def follow(world: "World", session: Session) -> None:
    """Make them follow each other."""
    for one, other in FOLLOWS.items():
        assessment_id, previous_id = world.ids[f"assessment:{one}"], world.ids[f"assessment:{other}"]
        session.add(Following(assessment_id=assessment_id, previous_id=previous_id, chosen_at=clock.now()))
    session.flush()
