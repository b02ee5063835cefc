"""Bulk changes in the world: one in each university, made by who wrote its things."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app import clock
from app.holdings import access, bulk
from app.holdings.bulk_forms import BulkForm

if TYPE_CHECKING:
    from tests.isolation.world import World


def batches(world: "World", session: Session) -> None:
    """Tag the item of the whole organisation, as one batch."""
    for key in ("alfa", "beta", "gamma"):
        actor, now = world.actor(f"{key}_author", session), clock.now()
        items = access.chosen(session, actor, world.ids[f"organisation:{key}"], [world.ids[f"item:{key}"]])
        tag = world.marks.new("evidence", key, key)
        seen = {one.id: one.version for one in items}
        batch = bulk.edit(session, world.library, items, BulkForm(add_tags=(tag,)), seen, actor, now=now)
        assert batch is not None
        # The rows of the matrix send version 1 of every item.
        items[0].version = 1
        batch.changes = [{**one, "version": 1} for one in batch.changes]
        session.flush()
        world.ids[f"batch:{key}"] = batch.id
