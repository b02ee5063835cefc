"""Of each organisation the words on its covers."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app import clock
from app.covers.models import Cover
from tests.isolation.people import ORGANISATIONS

if TYPE_CHECKING:
    from tests.isolation.world import World


def give(world: "World", session: Session) -> None:
    """The covers."""
    now = clock.now()
    for key in ORGANISATIONS:
        words = {"en": world.marks.new("cover", key, key)}
        session.add(Cover(organisation_id=world.ids[f"organisation:{key}"], set_at=now, logo=None, colour="#0b5d5a", words=words))
    session.flush()
