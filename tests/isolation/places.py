"""Rows about organisations, their units and rubrics, one's own account and the installation."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from app.accounts.policy import Permission, State
from tests.isolation.oracle import CLOSED, HIDDEN, NOWHERE, PART, About, Expected, Target, permitted
from tests.isolation.people import ORGANISATIONS, Thing, Who, allows, anywhere, roles
from tests.isolation.world import MISSING, World

if TYPE_CHECKING:
    from tests.isolation.table import Row


LAST = "gamma"
"""The organisation of which the last manager of the whole is asked to be taken away: that is refused."""


def _organisation_ids(world: World, key: str) -> dict[str, object]:
    names = ("organisation", "invitation", "membership", "programme")
    found = {f"{name}_id": world.ids.get(f"{name}:{key}", NOWHERE) for name in names}
    invited = world.titles["email:invited"]
    return {**found, "unit_id": world.ids.get(f"unit:{key}.empty", NOWHERE), "invited": invited, **_described(world)}


def _described(world: World) -> dict[str, object]:
    """Assessment files that describe somebody else's evidence word for word."""
    return {f"like_{name}": text for name, text in world.described.items()}


class OfOrganisation(About):
    """An organisation as a whole."""

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        del who
        for key in (*ORGANISATIONS, "missing"):
            yield Target(key, _organisation_ids(world, key), Thing(key, key))

    def crossed(self, world: World, row: "Row", who: Who) -> Iterator[Target]:
        """One's own organisation with a part of another, and of none."""
        if not anywhere(who, "alfa"):
            return
        own = _organisation_ids(world, "alfa")
        for name in sorted(row.names & {"invitation_id", "membership_id", "programme_id", "unit_id"}):
            for key in ("beta", "closed", "missing") if name == "invitation_id" else ("beta", "missing"):
                other = _organisation_ids(world, key)[name]
                yield Target(f"alfa, {name} of {key}", {**own, name: other}, Thing("alfa", "alfa"), absent=True)

    def held(self, who: Who, organisation: str) -> object:
        """The roles that count."""
        return roles(who, organisation)

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        if not anywhere(who, target.thing.organisation):
            return HIDDEN
        found = permitted(self.held(who, target.thing.organisation), self.permission, State.OPEN, row)
        part = any(target.ids[name] == NOWHERE for name in row.names if name in target.ids)
        if found is row.fine and (target.absent or part):
            return PART
        last = found is row.fine and "membership_id" in row.names and target.thing.key == LAST
        return CLOSED if last else found


class AnywhereIn(OfOrganisation):
    """An organisation, for a role in any of its units."""

    def held(self, who: Who, organisation: str) -> object:
        return anywhere(who, organisation)


class Joined(OfOrganisation):
    """An organisation that one belongs to. `denied` is what the others are answered."""

    def __init__(self, denied: Expected = HIDDEN) -> None:
        super().__init__()
        self.denied = denied

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        return row.fine if anywhere(who, target.thing.organisation) else self.denied


class OfPlace(OfOrganisation):
    """An organisation as a whole or one of its units, named in the query or the body."""

    places = (
        ("alfa", None), ("alfa", "law"), ("alfa", "civil"), ("alfa", "science"), ("beta", None), ("beta", "law"),
        ("gamma", None), ("agency", None), ("missing", None),
    )  # fmt: skip

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        del who
        for key, unit in self.places:
            unit_id: object = world.ids[f"unit:{key}.{unit}"] if unit else ""
            ids = {"organisation_id": world.ids.get(f"organisation:{key}", NOWHERE), "unit_id": unit_id}
            ids |= _described(world)
            yield Target(f"{key}.{unit}" if unit else key, ids, Thing(key, key, unit))

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        if not anywhere(who, target.thing.organisation):
            return HIDDEN
        if target.absent:
            return PART
        return permitted(roles(who, target.thing.organisation, target.thing.unit), self.permission, State.OPEN, row)


class OfRubric(About):
    """A rubric that an organisation brought in."""

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        del who
        for key in ("alfa", "beta", "gamma", "missing"):
            yield Target(key, {"own_id": world.ids.get(f"rubric:{key}", NOWHERE)}, Thing(key, key))

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        return row.fine if allows(anywhere(who, target.thing.organisation), Permission.READ_RUBRICS) else HIDDEN


class Own(About):
    """Something of one's own account, by what it is called ("session", "token")."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        other = "manager" if who.key == "beta_manager" else "beta_manager"
        keys = {"own": who.key, "somebody else's": other, "missing": "missing"}
        for key, whose in keys.items():
            number = world.ids.get(f"{self.name}:{whose}", NOWHERE)
            yield Target(key, {f"{self.name}_id": number}, replace(MISSING, key="own" if number != NOWHERE else ""))

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        del who
        return row.fine if target.key == "own" and target.thing.key == "own" else HIDDEN


class Operating(About):
    """Running the installation: for everybody else there is no such page."""

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        del who
        email = world.titles["email:auditor"]
        yield Target("it", {"organisation_id": world.ids["organisation:beta"], "mail_id": world.ids["mail"], "email": email})
        sent = {"organisation_id": NOWHERE, "mail_id": world.ids["mail:sent"], "email": "nobody@example.org"}
        yield Target("sent", sent, absent=True)
        yield Target("missing", {"organisation_id": NOWHERE, "mail_id": NOWHERE, "email": "nobody@example.org"}, absent=True)

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        if not who.is_operator or who.only is not None:
            return HIDDEN
        if target.absent and "email" in row.names:
            return frozenset({422})
        return HIDDEN if target.absent and row.names & {"organisation_id", "mail_id"} else row.fine
