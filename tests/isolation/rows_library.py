"""Rows of the evidence library as a whole: lists, standing, versions, bulk changes."""

from collections.abc import Iterator

from app.accounts.policy import Permission, State
from tests.isolation.oracle import HIDDEN, NOWHERE, PART, Expected, OfAssessment, OfEvidence, Target, permitted
from tests.isolation.people import Thing, Who, allows, anywhere, roles
from tests.isolation.places import AnywhereIn
from tests.isolation.table import Row
from tests.isolation.world import World

O, E, A = "/organisations/{organisation_id}/evidence", "/evidence/{item_id}", "/assessments/{assessment_id}"  # noqa: E741 - as in table
EDIT = Permission.EDIT_EVIDENCE


class OfBatch(AnywhereIn):
    """A bulk change of the whole organisation's items: for who may change those, and for who made it, who is nobody here."""

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        for target in super().targets(world, who):
            batch = world.ids.get(f"batch:{target.key}", NOWHERE)
            yield Target(target.key, {**target.ids, "batch_id": batch}, target.thing, absent=batch == NOWHERE)
        other = {"organisation_id": world.ids["organisation:alfa"], "batch_id": world.ids["batch:beta"]}
        yield Target("alfa, batch of beta", other, Thing("alfa", "alfa"), absent=True)

    def crossed(self, world: World, row: Row, who: Who) -> Iterator[Target]:
        del world, row, who
        return iter(())

    def expected(self, row: Row, who: Who, target: Target) -> Expected:
        place = target.thing.organisation
        if not anywhere(who, place):
            return HIDDEN
        found = permitted(anywhere(who, place), EDIT, State.OPEN, row)
        if found is not row.fine:
            return found
        return row.fine if allows(roles(who, place), EDIT) and not target.absent else PART


OWNERS = frozenset({"person"})
"""Who can own an item is offered by name, as far as one may know them."""
BATCH = frozenset({"person"})
"""A batch says who made it."""
LIBRARY_ROWS = (
    Row(f"GET {O}/new", AnywhereIn(EDIT), tells=OWNERS),
    Row(f"GET {O}/bulk", AnywhereIn(EDIT), status=422),
    Row(f"GET {O}/bulk/preview", AnywhereIn(EDIT), status=422),
    Row(f"POST {O}/bulk", AnywhereIn(EDIT), form={"language": "ru"}, status=422),
    Row(f"GET {O}/link", AnywhereIn(EDIT), status=422),
    Row(f"POST {O}/link", AnywhereIn(EDIT), form={"criterion": "tiny:first"}, status=422),
    Row(f"GET {O}/batches", AnywhereIn(EDIT), tells=BATCH),
    Row(f"GET {O}/batches/{{batch_id}}", OfBatch(), tells=BATCH),
    Row(f"POST {O}/batches/{{batch_id}}/undo", OfBatch(), form={"others": "yes"}),
    Row(f"POST {E}/withdraw", OfEvidence(EDIT), form={"reason": "Replaced"}),
    Row(f"POST {E}/revalidate", OfEvidence(EDIT)),
    Row(f"POST {E}/delete", OfEvidence(EDIT), form={"code": "E-01"}, status=422, tells=OWNERS),
    Row(f"POST {E}/citations/move", OfEvidence(EDIT), form={"version": "1"}),
    Row(f"POST {A}/links/{{link_id}}/move", OfAssessment(Permission.ANSWER), form={"version": "1"}),
    Row(f"POST /api/v1{E}/withdraw", OfEvidence(EDIT), json={"reason": "Replaced"}),
    Row(f"POST /api/v1{E}/revalidate", OfEvidence(EDIT)),
    Row(f"PUT /api/v1{E}/tags", OfEvidence(EDIT), json={"tags": ["new"]}),
    Row(f"POST /api/v1{O}/bulk/preview", AnywhereIn(EDIT), json={"items": [], "changes": {}}, status=422),
    Row(f"POST /api/v1{O}/bulk", AnywhereIn(EDIT), json={"items": [], "changes": {}}, status=422),
    Row(f"GET /api/v1{O}/batches", AnywhereIn(EDIT)),
    Row(f"POST /api/v1{O}/batches/{{batch_id}}/undo", OfBatch(), json={"others": True}),
    Row(f"POST /api/v1{E}/citations/move", OfEvidence(EDIT), json={"version": 1}),
    Row(f"POST /api/v1{A}/links/{{link_id}}/move", OfAssessment(Permission.ANSWER), json={"version": 1}),
)
