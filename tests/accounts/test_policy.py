"""The one table and the one function that decide."""

import pytest

from app.accounts.models import Role
from app.accounts.policy import POLICY, Frozen, Permission, State, allows, require
from app.errors import Forbidden
from tests import policy_page


def test_the_page_prints_the_table_of_the_code() -> None:
    text = policy_page.PAGE.read_text(encoding="utf-8")
    assert policy_page.page(text) == text, "run python -m tests.policy_page"


def test_every_permission_has_a_rule_and_nobody_without_a_role_has_any() -> None:
    assert set(POLICY) == set(Permission)
    assert not any(allows([], permission, state) for permission in Permission for state in State)


def test_what_is_not_listed_is_not_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(POLICY, Permission.SHARE)
    assert not any(allows([role], Permission.SHARE) for role in Role)
    with pytest.raises(Forbidden):
        require(list(Role), Permission.SHARE)


def test_operators_may_run_the_installation_and_nothing_else() -> None:
    held = {permission for permission in Permission if allows([Role.OPERATOR], permission)}
    assert held == {Permission.OPERATE}


def test_guests_read_and_rate_and_change_nothing_else() -> None:
    reads = {Permission.READ, Permission.READ_EVIDENCE, Permission.READ_RUBRICS, Permission.RATE}
    for role in (Role.REVIEWER, Role.PARTNER):
        assert {one for one in Permission if allows([role], one)} == reads


def test_a_frozen_thing_is_told_apart_from_a_role_that_may_not() -> None:
    with pytest.raises(Frozen):
        require([Role.CONTRIBUTOR], Permission.ANSWER, State.FROZEN)
    with pytest.raises(Forbidden):
        require([Role.RECTOR], Permission.ANSWER, State.FROZEN)
    require([Role.RECTOR], Permission.APPROVE, State.FROZEN)
