"""A retired signing key of each organisation: nothing of it is shown to anybody on a page."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app import clock
from app.keys.models import SigningKey
from tests.isolation.people import ORGANISATIONS

if TYPE_CHECKING:
    from tests.isolation.world import World


def give(world: "World", session: Session) -> None:
    """The keys."""
    for key in ORGANISATIONS:
        organisation_id, now = world.ids[f"organisation:{key}"], clock.now()
        told = {name: world.marks.new("secret", key, key) for name in ("fingerprint", "certificate", "sealed")}
        session.add(SigningKey(organisation_id=organisation_id, created_at=now, retired_at=now, **told))
    session.flush()
