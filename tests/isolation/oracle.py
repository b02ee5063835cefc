"""What a row of the table is about, the things it is asked of, and the status that the policy and the world demand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.accounts.policy import HOUSE, Permission, State
from tests.isolation import working
from tests.isolation.belongings import ASSESSMENTS, FIRST, ITEMS, THIRD, item_key
from tests.isolation.people import (
    ELSEWHERE,
    Fault,
    Thing,
    Way,
    Who,
    allows,
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
        if changes and who.fault in {Fault.FORGED, *ELSEWHERE}:
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
        yield Target("it", {**shut, "somebody": world.titles["email:auditor"]})

    def asked(self, row: "Row", who: Who, target: Target) -> Expected:
        del target
        faults = {Fault.FORGED, *ELSEWHERE} if self.form else ELSEWHERE if self.guarded else set()
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


def permitted(held: object, permission: Permission | None, state: State, row: "Row") -> Expected:
    """What `app.accounts.policy` says to somebody who sees the thing."""
    assert permission is not None
    mine = frozenset(held)  # type: ignore[call-overload]  # an iterable of roles
    if allows(mine, permission, state):
        return row.fine
    return CLOSED if any(allows(mine, permission, other) for other in State) else REFUSED


def _assessment_ids(world: World, thing: Thing) -> dict[str, object]:
    ids = {"reference": FIRST, "criterion": FIRST, "third": THIRD, "number": 1, "title": world.titles.get(thing.key, "x")}
    found = {
        name: world.ids.get(f"{name}:{thing.key}", NOWHERE)
        for name in ("assessment", "action", "link", "share", "assignment", "job")
    }
    item = world.ids.get(f"item:{item_key(thing)}", NOWHERE)
    code = world.codes.get(item_key(thing), NO_CODE)
    guest, university = world.ids["organisation:elsewhere"], world.ids["organisation:gamma"]
    emails = {
        key: world.titles[f"email:{key}"] for key in ("reviewer", "partner", "beta_manager", "stray_reviewer", "own_partner")
    }
    ids |= {"guest": guest, "university": university, "foreign_bytes": world.contents["gamma"].decode(), **emails}
    ids |= working.ids_of(world, thing)
    return {**ids, **{f"{name}_id": number for name, number in found.items()}, "item_id": item, "code": code}


class OfAssessment(About):
    """An assessment, or a part of it."""

    seldom = frozenset({"law_deleted", "beta_frozen", "beta_deleted"})
    """Asked only where deleted ones are brought back: elsewhere they are as others are."""

    def targets(self, world: World, who: Who) -> Iterator[Target]:
        for thing in (*ASSESSMENTS, MISSING):
            if thing.key not in self.seldom and (who.near is None or thing.key in who.near):
                yield Target(thing.key, _assessment_ids(world, thing), thing)

    def crossed(self, world: World, row: "Row", who: Who) -> Iterator[Target]:
        """An assessment that is seen, with a part of somebody else's, of a sibling faculty's, and of none."""
        own = next((one for one in ASSESSMENTS if who.near is None and sees(who, one)), None)
        names = [name for name in ("action_id", "assignment_id", "link_id", "share_id", "item_id", "code") if name in row.names]
        for name in names if own else ():
            assert own is not None
            for key in ("science", "beta_shared", "gamma_open", "missing"):
                thing = next((one for one in ASSESSMENTS if one.key == key), MISSING)
                ids = {**_assessment_ids(world, own), name: _assessment_ids(world, thing)[name]}
                item = next((one for one in ITEMS if one.key == item_key(thing)), MISSING)
                linked = name == "code" and thing.organisation == own.organisation and sees_evidence(who, item)
                gathered = name == "item_id" and item_key(thing) == item_key(own)
                yield Target(f"{own.key}, {name} of {key}", ids, own, absent=not linked and not gathered)
        if own and own.key == "shared" and "share_id" in row.names:
            ended = {**_assessment_ids(world, own), "share_id": world.ids["share:ended"]}
            yield Target(f"{own.key}, share_id of ended", ended, own, absent=True)
        if own and "number" in row.names:
            yield Target(f"{own.key}, number of none", {**_assessment_ids(world, own), "number": NOWHERE}, own, absent=True)

    def expected(self, row: "Row", who: Who, target: Target) -> Expected:
        if not sees(who, target.thing):
            return HIDDEN
        found = permitted(roles_on(who, target.thing), self.permission, state_of(target.thing), row)
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
        return row.fine if self.permission is Permission.READ_EVIDENCE else permitted(held, self.permission, State.OPEN, row)


def wanted(row: "Row", world: World, who: Who) -> Iterator[Target]:
    """What a person is asked about: everything, or for who is not let in at all only what would be their own."""
    if who.fault is Fault.HALF and not (row.is_api or world.has_second_factor or isinstance(row.about, Public)):
        return
    targets = list(row.about.targets(world, who))
    crossed = getattr(row.about, "crossed", None)
    if crossed is not None and not row.costly:
        targets += crossed(world, row, who)
    if row.within:
        targets = [one for one in targets if one.thing.organisation in {row.within, ""}]
    yield from targets[:1] if who.own_only or (who.way is Way.TOKEN and not row.is_api) else targets
