"""Who may do what, on what, in which state: one table, one function. What is not listed here is not allowed.

The doors (`access.py` of each feature) ask it; `docs/security.md` prints it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.accounts.models import Role
from app.errors import Conflict, Forbidden
from app.i18n import gettext as _


class Permission(StrEnum):
    """What can be done."""

    READ = "read"
    """See an assessment: answers, results, plan, reports."""
    ANSWER = "answer"
    """Change answers, links to evidence and the plan of an assessment."""
    ASSIGN = "assign"
    """Say who answers what in an assessment, and by when."""
    REVIEW = "review"
    """Accept answers that were declared ready, or return them with a reason."""
    READ_WORK = "read_work"
    """See who answers what in an assessment, and how far it is."""
    MANAGE = "manage"
    """Begin or bring in an assessment, move it to another edition, delete it and bring it back."""
    APPROVE = "approve"
    """Freeze an assessment, and open it again."""
    SHARE = "share"
    """Show an assessment to an agency or a partner university, and end that."""
    DISCUSS = "discuss"
    """See and take part in the discussions of criteria: people of the house alone."""
    READ_HISTORY = "read_history"
    """See who changed what in an assessment or an evidence item."""
    TRY_OUT = "try_out"
    """Try on an assessment what its actions would change. Nothing is stored."""
    READ_EVIDENCE = "read_evidence"
    """See evidence items and download their files."""
    READ_RESTRICTED = "read_restricted"
    """See evidence that is restricted; its owner sees it too."""
    EDIT_EVIDENCE = "edit_evidence"
    """Add, describe, withdraw and delete evidence, change many items at once."""
    READ_RUBRICS = "read_rubrics"
    """See the organisation's own rubrics."""
    MANAGE_RUBRICS = "manage_rubrics"
    """Bring in rubrics of the organisation's own."""
    SET_COVER = "set_cover"
    """Set the logo, the colour and the words on the covers of the organisation's reports."""
    READ_PEOPLE = "read_people"
    """See who has which role in the organisation, its units and programmes."""
    MANAGE_PEOPLE = "manage_people"
    """Invite people, take roles away, keep the tree of units and the programmes."""
    READ_TRAIL = "read_trail"
    """Read and export the organisation's trail."""
    RATE = "rate"
    """Rate an assessment when invited to: levels of one's own beside its answers."""
    READ_RATINGS = "read_ratings"
    """See who rates an assessment, and the ratings of closed rounds. Who rated in a round may see it too."""
    MANAGE_RATERS = "manage_raters"
    """Open a round of ratings, invite and remove raters, close the round."""
    OPERATE = "operate"
    """Run the installation: organisations, their first people, single sign-on. No content."""


class State(StrEnum):
    """The state of the thing that is asked for. What is deleted is not found at all."""

    OPEN = "open"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Rule:
    """Roles that hold a permission, and the states in which they do."""

    roles: frozenset[Role]
    states: frozenset[State] = frozenset(State)


QUALITY_MANAGER, CONTRIBUTOR, INTERNAL_AUDITOR = Role.QUALITY_MANAGER, Role.CONTRIBUTOR, Role.INTERNAL_AUDITOR
RECTOR, REVIEWER, PARTNER, OPERATOR = Role.RECTOR, Role.REVIEWER, Role.PARTNER, Role.OPERATOR
HOUSE = frozenset({QUALITY_MANAGER, CONTRIBUTOR, INTERNAL_AUDITOR, RECTOR})
"""The roles of an organisation's own people in its own things."""
GUESTS = frozenset({REVIEWER, PARTNER})
"""The roles that only what is shared gives anything to."""
ONLY_OPEN = frozenset({State.OPEN})

POLICY: dict[Permission, Rule] = {
    Permission.READ: Rule(HOUSE | GUESTS),
    Permission.ANSWER: Rule(frozenset({QUALITY_MANAGER, CONTRIBUTOR}), ONLY_OPEN),
    Permission.ASSIGN: Rule(frozenset({QUALITY_MANAGER}), ONLY_OPEN),
    Permission.REVIEW: Rule(frozenset({QUALITY_MANAGER, INTERNAL_AUDITOR}), ONLY_OPEN),
    Permission.READ_WORK: Rule(HOUSE),
    Permission.MANAGE: Rule(frozenset({QUALITY_MANAGER}), ONLY_OPEN),
    Permission.APPROVE: Rule(frozenset({QUALITY_MANAGER, RECTOR})),
    Permission.SHARE: Rule(frozenset({QUALITY_MANAGER})),
    Permission.DISCUSS: Rule(HOUSE),
    Permission.READ_HISTORY: Rule(HOUSE),
    Permission.TRY_OUT: Rule(HOUSE),
    Permission.READ_EVIDENCE: Rule(HOUSE | GUESTS),
    Permission.READ_RESTRICTED: Rule(frozenset({QUALITY_MANAGER, INTERNAL_AUDITOR, RECTOR})),
    Permission.EDIT_EVIDENCE: Rule(frozenset({QUALITY_MANAGER, CONTRIBUTOR})),
    Permission.READ_RUBRICS: Rule(HOUSE | GUESTS),
    Permission.MANAGE_RUBRICS: Rule(frozenset({QUALITY_MANAGER})),
    Permission.SET_COVER: Rule(frozenset({QUALITY_MANAGER})),
    Permission.READ_PEOPLE: Rule(HOUSE),
    Permission.MANAGE_PEOPLE: Rule(frozenset({QUALITY_MANAGER})),
    Permission.READ_TRAIL: Rule(frozenset({QUALITY_MANAGER, INTERNAL_AUDITOR, RECTOR})),
    Permission.RATE: Rule(HOUSE | GUESTS),
    Permission.READ_RATINGS: Rule(HOUSE),
    Permission.MANAGE_RATERS: Rule(frozenset({QUALITY_MANAGER})),
    Permission.OPERATE: Rule(frozenset({OPERATOR})),
}


class Frozen(Conflict):
    """The role would allow it, but the thing is approved and closed to changes."""


def allows(roles: Iterable[Role], permission: Permission, state: State = State.OPEN) -> bool:
    """Whether any of these roles may do this to a thing in this state. The one function that decides."""
    rule = POLICY.get(permission)
    return rule is not None and state in rule.states and not rule.roles.isdisjoint(roles)


def require(roles: Iterable[Role], permission: Permission, state: State = State.OPEN) -> None:
    """Raise Forbidden when no role of these may do this at all, Frozen when the state forbids it."""
    held = frozenset(roles)
    if allows(held, permission, state):
        return
    if any(allows(held, permission, other) for other in State):
        raise Frozen(_("This assessment is approved and closed to changes. Reopen it first."))
    raise Forbidden(_("Your role in this organisation does not allow this."))


def roles_that(permission: Permission, among: frozenset[Role] = frozenset(Role)) -> tuple[str, ...]:
    """The stored names of the roles that hold a permission in some state; doors put them into their queries."""
    rule = POLICY.get(permission)
    return tuple(sorted(role.value for role in rule.roles & among)) if rule else ()
