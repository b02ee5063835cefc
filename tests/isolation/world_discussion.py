"""Of each assessment a remark by its author, who asks the manager in it; one discussion is settled."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app import clock
from app.discussion.models import Mention, Remark, Settled
from tests.isolation.belongings import ASSESSMENTS, FIRST

if TYPE_CHECKING:
    from tests.isolation.world import World


def give(world: "World", session: Session) -> None:
    """The remarks."""
    now = clock.now()
    for thing in ASSESSMENTS:
        said = Remark(
            assessment_id=world.ids[f"assessment:{thing.key}"],
            criterion=FIRST,
            text=world.marks.new("remark", thing.key, thing.organisation, thing.unit),
            said_at=now,
            said_by=world.ids[f"person:{thing.organisation}_author"],
        )
        session.add(said)
        session.flush()
        session.add(Mention(remark_id=said.id, person_id=world.ids["person:manager"]))
        if thing.key == "civil":
            session.add(Settled(assessment_id=said.assessment_id, criterion=FIRST, settled_at=now, settled_by=said.said_by))
    session.flush()
