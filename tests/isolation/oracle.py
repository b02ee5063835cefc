"""What a row of the table is about, the things it is asked of, and the status that the policy and the world demand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.accounts.policy import HOUSE, Permission, State
from tests.isolation.belongings import ASSESSMENTS, FIRST, ITEMS, THIRD, item_key
from tests.isolation.people import (
    ORGANISATIONS,
    Fault,
    Thing,
    Way,
    Who,
    allows,
    anywhere,
    guesthood,
    may_bring_back,
    roles,
    roles_on,
    sees,
    sees_evidence,
    state_of,
)
from tests.isolation.world import MISSING, World

if TYPE_CHECKING:
    from tests.isolation.table import Row

NOWHERE = 999_999
NO_CODE = "qzxjjjjj"
FINE = frozenset({200, 201, 204, 303})
SIGN_IN = frozenset({401})
REFUSED, HIDDEN, CLOSED = frozenset({403}), frozenset({404}), frozenset({409})
PART = frozenset([404])
"""A part is hidden or missing in something that the person sees: said in other words than HIDDEN, but always in the same."""
Expected = frozenset[int]


@dataclass(frozen=True)
class Target:
    """A thing that a request is about. `absent`: the thing is there, but not the part of it that is named."""

    key: str
    ids: Mapping[str, object]
    thing: Thing = MISSING
    absent: bool = False


class About:
    """What a row is about. `permission` opens it; None where being signed in, or nothing, is enough."""

    def __init__(self, permission: Permission | None = None) -> None:
        self.permission = permission

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        """The person's own thing first."""
        del world, who
        yield Target("it", {})

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        """The statuses that are right for somebody whom the service knows."""
        del who, target
        return row.fine

    def asked(self, row: "Row", who: Who, target: Target) -> Expected:
        """As `expected`, for everybody: signed out, half signed in, with a forged form, with a token that only reads."""
        changes = row.method != "GET"
        if changes and who.fault in {Fault.FORGED, Fault.CROSS_SITE}:
            return REFUSED
        if not who.known(api=row.is_api):
            return SIGN_IN
        if changes and not who.writes:
            return REFUSED
        return self.expected(row, who, target)


class Public(About):
    """What anybody may open. `form` is whether a visitor's form is sent, which must come from a page of ours."""

    def __init__(self, *, form: bool = False, guarded: bool = True) -> None:
        super().__init__()
        self.form, self.guarded = form, guarded

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        del who
        shut = {name: world.titles[f"email:{name}_session"] for name in ("erased", "disabled")}
        yield Target("it", shut)

    def asked(self, row: "Row", who: Who, target: Target) -> Expected:
        del target
        faults = {Fault.FORGED, Fault.CROSS_SITE} if self.form else {Fault.CROSS_SITE} if self.guarded else set()
        return REFUSED if row.method != "GET" and who.fault in faults else row.fine


class SignedIn(About):
    """What every signed-in person has. `halfway`: also before the second factor."""

    def __init__(self, *, halfway: bool = False) -> None:
        super().__init__()
        self.halfway = halfway

    def asked(self, row: "Row", who: Who, target: Target) -> Expected:
        if self.halfway and who.fault is Fault.HALF:
            return row.fine
        return super().asked(row, who, target)


def _permitted(held: object, permission: Permission | None, state: State, row: "Row") -> Expected:
    """What `app.accounts.policy` says to somebody who sees the thing."""
    assert permission is not None
    mine = frozenset(held)  # type: ignore[call-overload]  # an iterable of roles
    if allows(mine, permission, state):
        return row.fine
    return CLOSED if any(allows(mine, permission, other) for other in State) else REFUSED


def _assessment_ids(world: World, thing: Thing) -> dict[str, object]:
    ids = {"reference": FIRST, "criterion": FIRST, "third": THIRD, "number": 1, "title": world.titles.get(thing.key, "x")}
    found = {name: world.ids.get(f"{name}:{thing.key}", NOWHERE) for name in ("assessment", "action", "link", "share")}
    item = world.ids.get(f"item:{item_key(thing)}", NOWHERE)
    code = world.codes.get(item_key(thing), NO_CODE)
    guest = world.ids["organisation:elsewhere"]
    return {**ids, **{f"{name}_id": number for name, number in found.items()}, "item_id": item, "code": code, "guest": guest}


class OfAssessment(About):
    """An assessment, or a part of it."""

    seldom = frozenset({"law_deleted", "beta_open", "beta_deleted"})
    """Asked only where deleted ones are brought back: elsewhere they are as others are."""

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        for thing in (*ASSESSMENTS, MISSING):
            if thing.key not in self.seldom and (who.near is None or thing.key in who.near):
                yield Target(thing.key, _assessment_ids(world, thing), thing)

    def crossed(self, world: World, row: "Row", who: Who) -> Iterator[Target]:
        """An assessment that is seen, with a part of somebody else's, of a sibling faculty's, and of none."""
        own = next((one for one in ASSESSMENTS if sees(who, one)), None)
        names = [name for name in ("action_id", "link_id", "share_id", "item_id", "code") if name in row.names]
        for name in names if own else ():
            assert own is not None
            for key in ("science", "beta_shared", "missing"):
                thing = next((one for one in ASSESSMENTS if one.key == key), MISSING)
                ids = {**_assessment_ids(world, own), name: _assessment_ids(world, thing)[name]}
                item = next((one for one in ITEMS if one.key == item_key(thing)), MISSING)
                linked = name == "code" and thing.organisation == own.organisation and sees_evidence(who, item)
                gathered = name == "item_id" and item_key(thing) == item_key(own)
                yield Target(f"{own.key}, {name} of {key}", ids, own, absent=not linked and not gathered)
        if own and "number" in row.names:
            yield Target(f"{own.key}, number of none", {**_assessment_ids(world, own), "number": NOWHERE}, own, absent=True)

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        if not sees(who, target.thing):
            return HIDDEN
        found = _permitted(roles_on(who, target.thing), self.permission, state_of(target.thing), row)
        if found is not row.fine:
            return found
        if target.absent or (row.names & {"share_id"} and target.ids["share_id"] == NOWHERE):
            return PART
        return CLOSED if row.when not in {None, target.thing.state} else row.fine


class OfDeleted(OfAssessment):
    """An assessment that was deleted: there for who may bring it back, and for nobody else."""

    seldom = frozenset()

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        return row.fine if may_bring_back(who, target.thing) else HIDDEN


class OfGathered(OfAssessment):
    """An evidence item as it was gathered for an assessment. `files` of it are shown to guests only with the evidence."""

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        thing = target.thing
        if not sees(who, thing):
            return HIDDEN
        shown = roles(who, thing.organisation, thing.unit) & HOUSE or guesthood(who, thing, evidence=True)
        return row.fine if shown and not target.absent else PART


class OfEvidence(About):
    """An item of an organisation's library."""

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        del who
        for item in (*ITEMS, MISSING):
            yield Target(item.key, {"item_id": world.ids.get(f"item:{item.key}", NOWHERE), "number": 1}, item)

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        if not sees_evidence(who, target.thing):
            return HIDDEN
        held = roles(who, target.thing.organisation, target.thing.unit) & HOUSE
        return row.fine if self.permission is Permission.READ_EVIDENCE else _permitted(held, self.permission, State.OPEN, row)


def _organisation_ids(world: World, key: str) -> dict[str, object]:
    names = ("organisation", "invitation", "membership", "programme")
    found = {f"{name}_id": world.ids.get(f"{name}:{key}", NOWHERE) for name in names}
    return {**found, "unit_id": world.ids.get(f"unit:{key}.empty", NOWHERE)}


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
            for key in ("beta", "missing"):
                other = _organisation_ids(world, key)[name]
                yield Target(f"alfa, {name} of {key}", {**own, name: other}, Thing("alfa", "alfa"), absent=True)

    def held(self, who: Who, organisation: str) -> object:
        """The roles that count."""
        return roles(who, organisation)

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        if not anywhere(who, target.thing.organisation):
            return HIDDEN
        found = _permitted(self.held(who, target.thing.organisation), self.permission, State.OPEN, row)
        part = any(target.ids[name] == NOWHERE for name in row.names if name in target.ids)
        return PART if found is row.fine and (target.absent or part) else found


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
            yield Target(f"{key}.{unit}" if unit else key, ids, Thing(key, key, unit))

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        if not anywhere(who, target.thing.organisation):
            return HIDDEN
        if target.absent:
            return PART
        return _permitted(roles(who, target.thing.organisation, target.thing.unit), self.permission, State.OPEN, row)


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
        yield Target("missing", {"organisation_id": NOWHERE, "mail_id": NOWHERE, "email": "nobody@example.org"}, absent=True)

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        if not who.is_operator or who.only is not None:
            return HIDDEN
        if target.absent and "email" in row.names:
            return frozenset({422})
        return HIDDEN if target.absent and row.names & {"organisation_id", "mail_id"} else row.fine


def wanted(row: "Row", world: World, who: Who) -> Iterator[Target]:
    """What a person is asked about: everything, or for who is not let in at all only what would be their own."""
    if who.fault is Fault.HALF and not row.is_api and not world.has_second_factor:
        return
    targets = list(row.about.targets(world, who))
    crossed = getattr(row.about, "crossed", None)
    if crossed is not None and not row.costly:
        targets += crossed(world, row, who)
    yield from targets[:1] if who.own_only or (who.way is Way.TOKEN and not row.is_api) else targets
