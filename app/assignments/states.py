"""How far the answer to a criterion is, and who may take it further: one table, one function, no database.

A state belongs to one version of an answer: a save makes a new version, which is a draft. A criterion that nobody has touched
has no state at all. States say nothing about levels and move no figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.accounts.models import Role
from app.accounts.policy import Permission, State, require
from app.errors import Conflict
from app.i18n import gettext as _


class AnswerState(StrEnum):
    """How far an answer is."""

    DRAFT = "draft"
    """Touched, and not declared ready."""
    ANSWERED = "answered"
    """Declared ready by who answered."""
    IN_REVIEW = "in_review"
    """A reviewer of the house is looking at it."""
    RETURNED = "returned"
    """Sent back to who answers, with the reason."""
    ACCEPTED = "accepted"


class Deed(StrEnum):
    """What somebody does about the state of an answer."""

    DECLARE = "declare"
    """Say that it is ready."""
    TAKE_BACK = "take_back"
    """Say that it is not ready yet after all."""
    TAKE_UP = "take_up"
    """Begin to review it."""
    ACCEPT = "accept"
    RETURN = "return"
    """Send it back, with a reason."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a deed leads, and what one must be permitted for it."""

    to: AnswerState
    permission: Permission


ANSWER, REVIEW = Permission.ANSWER, Permission.REVIEW
DRAFT, ANSWERED, IN_REVIEW = AnswerState.DRAFT, AnswerState.ANSWERED, AnswerState.IN_REVIEW
RETURNED, ACCEPTED = AnswerState.RETURNED, AnswerState.ACCEPTED
TABLE: dict[tuple[AnswerState, Deed], Move] = {
    (DRAFT, Deed.DECLARE): Move(ANSWERED, ANSWER),
    (RETURNED, Deed.DECLARE): Move(ANSWERED, ANSWER),
    (ANSWERED, Deed.TAKE_BACK): Move(DRAFT, ANSWER),
    (ANSWERED, Deed.TAKE_UP): Move(IN_REVIEW, REVIEW),
    (ANSWERED, Deed.ACCEPT): Move(ACCEPTED, REVIEW),
    (ANSWERED, Deed.RETURN): Move(RETURNED, REVIEW),
    (IN_REVIEW, Deed.ACCEPT): Move(ACCEPTED, REVIEW),
    (IN_REVIEW, Deed.RETURN): Move(RETURNED, REVIEW),
    (ACCEPTED, Deed.RETURN): Move(RETURNED, REVIEW),
}
"""What can be done in which state. What is not listed cannot be done."""
NEEDED = {deed: move.permission for (_from, deed), move in TABLE.items()}
"""What one must be permitted for a deed, whatever the state."""
READY = frozenset({ANSWERED, IN_REVIEW, ACCEPTED})
"""Nothing is waited for from who answers."""
WAITING = frozenset({ANSWERED, IN_REVIEW})
"""A reviewer of the house is waited for."""


class NotNow(Conflict):
    """In this state it cannot be done."""


def next_state(state: AnswerState | None, deed: Deed, roles: Iterable[Role], standing: State) -> AnswerState:
    """The state after a deed. Raises NotNow for the state, Forbidden for the role, Frozen for an approved assessment."""
    require(roles, NEEDED[deed], standing)
    move = TABLE.get((state, deed)) if state is not None else None
    if move is None:
        raise NotNow(_("This cannot be done with the answer as it stands now. The page shows how it stands."))
    return move.to


def deeds(state: AnswerState | None, permissions: Iterable[str]) -> tuple[Deed, ...]:
    """What somebody with these permissions can do in this state, in the order of the table."""
    allowed = frozenset(permissions)
    return tuple(deed for (one, deed), move in TABLE.items() if one is state and move.permission.value in allowed)
