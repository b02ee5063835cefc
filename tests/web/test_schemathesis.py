"""The API, asked by a machine that reads its description: as each role, and as nobody. `SAPA_FUZZ=2000` asks more.

The answers fit the description, no question is a fault of the service, what is not wanted is refused, and signing in counts.
Nothing that is asked here is kept: each request is rehearsed (`tests/isolation/rehearsal.py`).
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ensure_resource_availability,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    use_after_free,
)

from app.db import Database
from tests.isolation.belongings import PORTABLE
from tests.isolation.calling import Sent, headers_of
from tests.isolation.conftest import settings_in
from tests.isolation.people import BY_KEY
from tests.isolation.world import World, build

EXAMPLES = int(os.environ.get("SAPA_FUZZ", "12"))  # noqa: TID251 - how long to look is the tester's affair, not the service's
ROLES = ("manager", "contributor", "reviewer", "reading_token", "anonymous")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
]

WANTED: dict[str, Any] = {
    "POST /api/v1/organisations/{organisation_id}/evidence": {"title": "Made", "kind": "policy"},
    "POST /api/v1/organisations/{organisation_id}/assessments": PORTABLE,
    "POST /api/v1/assessments/{assessment_id}/actions": {"criterion": "tiny:first", "what": "Do it"},
}
"""Bodies that make something: a machine hardly finds one by chance."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    built = build(settings_in(tmp_path_factory.mktemp("fuzz")))
    yield built
    built.database.close()


@pytest.fixture(scope="module")
def schema(world: World) -> Any:
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", world.app)


def _known(world: World) -> dict[str, Any]:
    """Ids that are there: without them most questions would end at "not found"."""
    return {
        "assessment_id": world.ids["assessment:shared"],
        "organisation_id": world.ids["organisation:alfa"],
        "item_id": world.ids["item:alfa"],
        "link_id": world.ids["link:shared"],
        "action_id": world.ids["action:shared"],
        "batch_id": world.ids["batch:alfa"],
        "criterion": "tiny:first",
    }


def _credentials(world: World, key: str, method: str) -> tuple[dict[str, str], dict[str, str]]:
    headers = headers_of(world, BY_KEY[key], method, Sent(), accept_html=False)
    names = {"authorization": "Authorization", "x-csrf-token": "X-CSRF-Token", "sec-fetch-site": "Sec-Fetch-Site"}
    kept = {names[name]: value for name, value in headers.items() if name in names}
    name, _equals, value = headers.get("cookie", "").partition("=")
    return kept, {name: value} if name else {}


@pytest.mark.parametrize("key", ROLES)
def test_every_operation_answers_as_described(world: World, schema: Any, key: str) -> None:
    problems = []
    for operation in (found.ok() for found in schema.get_all_operations()):
        try:
            _ask(world, operation, key)
        except (Exception, BaseExceptionGroup) as wrong:  # noqa: BLE001 - every operation is asked before the test fails
            problems.append(f"--- {operation.label}, {key}: {_told(wrong)}")
    assert not problems, "\n".join(problems)


def _told(wrong: BaseException) -> str:
    inner = getattr(wrong, "exceptions", None)
    return "\n".join(_told(one) for one in inner) if inner else f"{type(wrong).__name__}: {wrong}"[:1500]


def _ask(world: World, operation: Any, key: str) -> None:
    known = _known(world)
    headers, cookies = _credentials(world, key, operation.method.upper())
    # Nobody is refused before anything is read; a few questions show it.
    examples = EXAMPLES if key != "anonymous" else max(3, EXAMPLES // 8)
    checks = [*CHECKS, negative_data_rejection] if key == "manager" else CHECKS

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), real=st.booleans())
    def probe(case: Any, real: bool) -> None:
        if real:
            case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
        response = case.call(headers=headers, cookies=cookies)
        case.validate_response(response, checks=checks)
        if key == "anonymous":
            assert response.status_code in {401, 404, 405, 422}, response.status_code

    probe()


def test_the_description_says_how_to_show_who_one_is(world: World) -> None:
    document = world.app.openapi()
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    assert document["security"] == [{"token": []}, {"session": []}]


def test_what_was_made_is_there_and_what_was_deleted_is_gone(tmp_path: Path) -> None:
    """Steps that lead from one operation to the next, and that are kept."""
    world = build(settings_in(tmp_path))
    world.app.state.database = Database(world.settings)
    machine = schemathesis.openapi.from_asgi("/api/v1/openapi.json", world.app).as_state_machine()
    known, statuses = _known(world), set()

    class Steps(machine):  # type: ignore[misc,valid-type]  # the class is made from the description
        def before_call(self, case: Any) -> None:
            # What a step before made keeps its number; the rest is what the world has.
            for name, value in (case.path_parameters or {}).items():
                made = name != "organisation_id" and isinstance(value, int) and 0 < value < 1000
                case.path_parameters[name] = value if made else known.get(name, value)
            case.query = {}
            # A token made up on the way would only be refused, whatever follows.
            case.headers = {}
            case.body = WANTED.get(case.operation.label, case.body)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            headers, cookies = _credentials(world, "manager", case.operation.method.upper())
            return {"headers": headers, "cookies": cookies}

        def validate_response(self, response: Any, case: Any, **_more: Any) -> None:
            statuses.add((case.operation.method.upper(), response.status_code))
            case.validate_response(response, checks=[not_a_server_error, use_after_free, ensure_resource_availability])

    wanted = settings(
        max_examples=max(6, EXAMPLES // 2), stateful_step_count=8, database=None, suppress_health_check=list(HealthCheck)
    )
    # A run tries few operations: another beginning is taken until something was made and read.
    for beginning in range(8):
        seed(beginning)(Steps).run(settings=wanted)
        if {("POST", 201), ("GET", 200)} <= statuses:
            break
    world.app.state.database.close()
    assert {("POST", 201), ("GET", 200)} <= statuses
