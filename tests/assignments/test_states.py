"""The table of states: every state with every role and every deed, open and approved. What is not listed cannot be done."""

from itertools import product

import pytest

from app.accounts.models import Role
from app.accounts.policy import Frozen, Permission, State
from app.assignments.states import TABLE, AnswerState, Deed, NotNow, deeds, next_state
from app.errors import Forbidden

ANSWERERS = {Role.QUALITY_MANAGER, Role.CONTRIBUTOR}
REVIEWERS = {Role.QUALITY_MANAGER, Role.INTERNAL_AUDITOR}
RIGHT: dict[Deed, tuple[set[Role], dict[str, str]]] = {
    Deed.DECLARE: (ANSWERERS, {"draft": "answered", "returned": "answered"}),
    Deed.TAKE_BACK: (ANSWERERS, {"answered": "draft"}),
    Deed.TAKE_UP: (REVIEWERS, {"answered": "in_review"}),
    Deed.ACCEPT: (REVIEWERS, {"answered": "accepted", "in_review": "accepted"}),
    Deed.RETURN: (REVIEWERS, {"answered": "returned", "in_review": "returned", "accepted": "returned"}),
}
"""Written down once more, by deed: who may, and from where to where."""


@pytest.mark.parametrize("state", [None, *AnswerState])
@pytest.mark.parametrize("deed", list(Deed))
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("standing", list(State))
def test_each_deed_is_for_its_roles_in_its_states_and_for_nothing_else(
    state: AnswerState | None, deed: Deed, role: Role | None, standing: State
) -> None:
    who, ways = RIGHT[deed]
    roles = [role] if role else []
    if role not in who:
        with pytest.raises(Forbidden):
            next_state(state, deed, roles, standing)
    elif standing is State.FROZEN:
        with pytest.raises(Frozen):
            next_state(state, deed, roles, standing)
    elif state is None or state.value not in ways:
        with pytest.raises(NotNow):
            next_state(state, deed, roles, standing)
    else:
        assert next_state(state, deed, roles, standing).value == ways[state.value]


def test_what_is_offered_is_what_can_be_done() -> None:
    for state, permission in product([None, *AnswerState], (Permission.ANSWER, Permission.REVIEW)):
        offered = deeds(state, {permission.value})
        assert set(offered) == {deed for (one, deed), move in TABLE.items() if one is state and move.permission is permission}


def test_every_state_leads_somewhere_and_can_be_reached() -> None:
    assert {state for state, _deed in TABLE} == set(AnswerState)
    assert {move.to for move in TABLE.values()} == set(AnswerState)
