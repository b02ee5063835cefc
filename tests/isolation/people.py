"""Who asks: one person for each role, place, share and way of being known, and what the policy gives each of them.

Nothing here is asked of the service. What a person holds is computed from `PEOPLE`, `SHARES` and `app.accounts.policy`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.accounts.models import OrganisationKind, Role
from app.accounts.policy import GUESTS, HOUSE, POLICY, Permission, State

KNOWN = dict(POLICY)
"""The policy as it stands when the tests begin: a mutant changes the service's, not ours."""
ABOVE: dict[str | None, tuple[str, ...]] = {None: (), "law": ("law",), "civil": ("civil", "law"), "science": ("science",)}
"""The units of each university, each with those above it: two faculties, and a department below the first."""
ORGANISATIONS = {
    "alfa": OrganisationKind.UNIVERSITY,
    "beta": OrganisationKind.UNIVERSITY,
    "gamma": OrganisationKind.UNIVERSITY,
    "agency": OrganisationKind.AGENCY,
    "elsewhere": OrganisationKind.AGENCY,
}
GUEST_IN = {Role.REVIEWER: OrganisationKind.AGENCY, Role.PARTNER: OrganisationKind.UNIVERSITY}
M, C, A, R = Role.QUALITY_MANAGER, Role.CONTRIBUTOR, Role.INTERNAL_AUDITOR, Role.RECTOR


class Way(StrEnum):
    """How a person is known to the service."""

    SESSION = "session"
    TOKEN = "token"
    NOBODY = "nobody"


class Fault(StrEnum):
    """What is wrong with how a person is known."""

    NONE = ""
    DISABLED = "disabled"
    ERASED = "erased"
    IDLE = "idle"
    ENDED = "ended"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    HALF = "half"
    """The second factor is still to come."""
    FORGED = "forged"
    """The form does not carry the session's token."""
    CROSS_SITE = "cross_site"
    """Another site's page sends the form."""
    OTHER_ORIGIN = "other_origin"
    """So it does, in a browser that says no more than the origin."""


ELSEWHERE = frozenset({Fault.CROSS_SITE, Fault.OTHER_ORIGIN})
LIVING = {Fault.NONE, Fault.FORGED, *ELSEWHERE}


@dataclass(frozen=True)
class Grant:
    """A role in an organisation, or in one of its units."""

    organisation: str
    role: Role
    unit: str | None = None


@dataclass(frozen=True)
class Who:
    """A person, by key. `only` binds the session or token to one organisation; `writes` is False for a token that reads.

    Who is known by something wrong is asked about their own things alone: it is wrong everywhere (`own_only`).
    """

    key: str
    grants: tuple[Grant, ...] = ()
    way: Way = Way.SESSION
    only: str | None = None
    writes: bool = True
    is_operator: bool = False
    fault: Fault = Fault.NONE
    near: frozenset[str] | None = None
    """The assessments that are asked about, by key; None for all. What was never shared is alike for who has no house role."""

    @property
    def own_only(self) -> bool:
        return self.fault is not Fault.NONE or self.way is Way.NOBODY

    @property
    def usable(self) -> tuple[Grant, ...]:
        """The grants that the session or token may use."""
        return tuple(one for one in self.grants if self.only in (None, one.organisation))

    def known(self, *, api: bool) -> bool:
        """Whether the service knows who asks: tokens are for the API alone."""
        return self.way is not Way.NOBODY and self.fault in LIVING and (api or self.way is Way.SESSION)


def _at(organisation: str, role: Role, unit: str | None = None) -> tuple[Grant, ...]:
    return (Grant(organisation, role, unit),)


GUEST = frozenset({"shared", "deleted", "beta_shared", "missing"})
BOUND = frozenset({"shared", "law", "beta_shared", "missing"})
PEOPLE = (
    Who("manager", _at("alfa", M)),
    Who("contributor", _at("alfa", C)),
    Who("auditor", _at("alfa", A)),
    Who("rector", _at("alfa", R)),
    Who("law_manager", _at("alfa", M, "law")),
    Who("law_contributor", _at("alfa", C, "law")),
    Who("civil_contributor", _at("alfa", C, "civil")),
    Who("beta_manager", _at("beta", M)),
    Who("gamma_manager", _at("gamma", M), near=frozenset({"shared", "gamma_open", "missing"})),
    Who("reviewer", _at("agency", Role.REVIEWER)),
    Who("agency_manager", _at("agency", M), near=GUEST),
    Who("named_reviewer", _at("elsewhere", Role.REVIEWER), near=GUEST),
    Who("other_reviewer", _at("elsewhere", Role.REVIEWER), near=GUEST),
    Who("late_reviewer", _at("elsewhere", Role.REVIEWER), near=GUEST),
    Who("dropped_reviewer", _at("elsewhere", Role.REVIEWER), near=GUEST),
    Who("partner", _at("gamma", Role.PARTNER)),
    Who("other_partner", _at("gamma", Role.PARTNER), near=GUEST),
    Who("stray_reviewer", _at("gamma", Role.REVIEWER), near=GUEST),
    Who("operator", is_operator=True, near=GUEST),
    Who("gamma_unit_manager", _at("gamma", M, "law"), near=GUEST),
    Who("stray_operator", _at("alfa", Role.OPERATOR), near=GUEST),
    Who("two_hats", (*_at("alfa", M), *_at("gamma", Role.RECTOR), *_at("beta", Role.OPERATOR))),
    Who("own_partner", _at("alfa", Role.PARTNER), near=GUEST),
    Who("bound_operator", _at("beta", M), only="beta", is_operator=True, near=BOUND),
    Who("without_role", near=GUEST),
    Who("bound_session", (*_at("alfa", M), *_at("beta", M)), only="beta", near=BOUND),
    Who("bound_token", (*_at("alfa", M), *_at("beta", M)), Way.TOKEN, only="beta", near=BOUND),
    Who("bound_reviewer", (*_at("agency", Role.REVIEWER), *_at("beta", C)), only="beta", near=BOUND),
    Who("reading_token", _at("alfa", M), Way.TOKEN, only="alfa", writes=False, near=BOUND),
    Who("anonymous", way=Way.NOBODY),
    *(Who(f"{fault}_session", _at("alfa", M), fault=fault) for fault in Fault if fault not in {Fault.NONE, Fault.REVOKED}),
    *(
        Who(f"{fault}_token", _at("alfa", M), Way.TOKEN, only="alfa", fault=fault)
        for fault in (Fault.DISABLED, Fault.ERASED, Fault.ENDED, Fault.REVOKED, Fault.UNKNOWN)
    ),
)
BY_KEY = {one.key: one for one in PEOPLE}


@dataclass(frozen=True)
class Share:
    """An assessment shown to an organisation, or to one person there. `fault`: why it opens nothing any more."""

    assessment: str
    to: str
    person: str | None = None
    evidence: bool = False
    fault: str = ""


SHARES = (
    Share("shared", "agency", evidence=True),
    Share("shared", "elsewhere", "named_reviewer"),
    Share("shared", "elsewhere", "late_reviewer", evidence=True, fault="expired"),
    Share("shared", "elsewhere", "dropped_reviewer", evidence=True, fault="revoked"),
    Share("shared", "gamma", "partner"),
    Share("beta_shared", "gamma", "other_partner", evidence=True),
    Share("beta_shared", "elsewhere", "named_reviewer", evidence=True),
    Share("shared", "gamma", "stray_reviewer"),
    Share("deleted", "agency", evidence=True),
)


@dataclass(frozen=True)
class Thing:
    """An assessment or evidence item of the world. Its `state`: open, frozen, deleted or missing."""

    key: str
    organisation: str
    unit: str | None = None
    state: str = "open"


def allows(held: Iterable[Role], permission: Permission, state: State = State.OPEN) -> bool:
    """What the policy says."""
    rule = KNOWN[permission]
    return state in rule.states and not rule.roles.isdisjoint(held)


def roles(who: Who, organisation: str, unit: str | None = None) -> frozenset[Role]:
    """The roles in the whole organisation, and those in the unit or one above it."""
    reach = (None, *ABOVE[unit])
    return frozenset(one.role for one in who.usable if one.organisation == organisation and one.unit in reach)


def anywhere(who: Who, organisation: str) -> frozenset[Role]:
    """The roles in the organisation or in whatever unit of it."""
    return frozenset(one.role for one in who.usable if one.organisation == organisation)


def guesthood(who: Who, thing: Thing, *, evidence: bool = False) -> frozenset[Role]:
    """The guest's roles that shares of an assessment give; with `evidence`, of those that open its files."""
    shares = [
        one
        for one in SHARES
        if one.assessment == thing.key and not one.fault and one.person in (None, who.key) and (one.evidence or not evidence)
    ]
    return frozenset(
        grant.role
        for share in shares
        for grant in who.usable
        if grant.organisation == share.to and GUEST_IN.get(grant.role) is ORGANISATIONS[share.to]
    )


def roles_on(who: Who, thing: Thing) -> frozenset[Role]:
    """The roles on an assessment: of the house, else as a guest."""
    own = roles(who, thing.organisation, thing.unit) & HOUSE
    return own or guesthood(who, thing) & GUESTS


def sees(who: Who, thing: Thing) -> bool:
    """Whether an assessment is there for the person."""
    return thing.state not in {"deleted", "missing"} and allows(roles_on(who, thing), Permission.READ)


def may_bring_back(who: Who, thing: Thing) -> bool:
    """Whether a deleted assessment is there for the person."""
    own = roles(who, thing.organisation, thing.unit) & HOUSE
    return thing.state == "deleted" and allows(own, Permission.MANAGE)


def sees_evidence(who: Who, thing: Thing) -> bool:
    """Whether an item of the library is there for the person: what belongs to no unit is there for every unit's people."""
    held = anywhere(who, thing.organisation) if thing.unit is None else roles(who, thing.organisation, thing.unit)
    return thing.state != "missing" and allows(held & HOUSE, Permission.READ_EVIDENCE)


def state_of(thing: Thing) -> State:
    """The state as the policy knows it."""
    return State.FROZEN if thing.state == "frozen" else State.OPEN
