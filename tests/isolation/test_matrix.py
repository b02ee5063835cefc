"""Nobody sees or changes what is not theirs: every route, asked by everybody about everything, on both engines.

What is right is computed from `app.accounts.policy` and the world (`oracle`, `people`), never from what the service does.
"""

import re
from collections.abc import Iterator
from itertools import groupby

import pytest
from sqlalchemy import JSON, String, Text

from app.db import Base
from tests.conftest import routes_of
from tests.isolation.calling import form, multipart
from tests.isolation.marks import MARK
from tests.isolation.oracle import FINE, About, OfAssessment, Target, wanted
from tests.isolation.people import BY_KEY
from tests.isolation.rehearsal import Change
from tests.isolation.rows import ROWS
from tests.isolation.sweep import Cell, Sweep
from tests.isolation.table import Row
from tests.isolation.world import World

GROUPS = {name: list(rows) for name, rows in groupby(sorted(ROWS, key=lambda row: row.path), key=lambda row: row.path)}
NO_TEXT = re.compile(
    r"(^|\.)(id|kind|role|level|status|stage|state|method|scopes|reference|digest|profile|criterion|targets|media_type|sha256|verdict"
    r"|scorecard|country|second_factor_of|rubric_id|edition|language|hash|previous|subject|salt|detail_digest|data|sealed"
    r"|sealed_body|sealed_secret|\w+_hash|csrf_token|content_digest|rater_role|file_key"
    r"|confidentiality|cited_sha256|standard|signed_roles|token|colour|reader|ending|page|part|key|sight|told)$"
)
"""Columns that hold what a program chose, or nothing that could be read."""
EXTRAS = {
    "id": "999998",
    "organisation_id": "2",
    "unit_id": "2",
    "assessment_id": "2",
    "person_id": "2",
    "role": "operator",
    "is_operator": "true",
    "frozen_at": "1999-09-09T09:09:09",
    "deleted_at": "1999-09-09T09:09:09",
    "frozen_by": "2",
    "created_by": "2",
    "kind_of": "x",
    "password_hash": "x",
    "stage": "complete",
    "with_evidence": "true",
    "expires_at": "2999-09-09T09:09:09",
    "scopes": "write",
    "code": "E-FORGED",
    "status": "done",
    "sha256": "0" * 64,
    "second_factor_of": "nobody",
}
FRESH = re.compile(r"(^at|_at|_hash|_token|sealed\w*)$")
"""Columns whose values differ from one request to the next by nature."""


def refuse(wrong: list[str]) -> None:
    """Fail with the first of what is wrong, one a line."""
    assert not wrong, "\n".join([f"{len(wrong)} wrong:", *wrong[:40]])


def test_every_route_has_a_row_and_every_row_a_route(world: World) -> None:
    routes = {f"{method} {path}" for method, path in routes_of(world.app)}
    rows = {f"{row.method} {row.path}" for row in ROWS}
    assert routes - rows == set(), "add a row to tests/isolation/table.py; its top says how"
    assert rows - routes == set(), "there are no such routes any more"


def test_every_text_of_the_world_carries_a_mark(world: World) -> None:
    bare = []
    for table in Base.metadata.sorted_tables:
        rows = list(world.database.known(table.name).values())
        texts = [column.name for column in table.columns if isinstance(column.type, String | Text | JSON)]
        for name in texts:
            plain = [row for row in rows if row[name] and not MARK.search(str(row[name]))]
            if not NO_TEXT.search(f".{name}") and (plain or not rows):
                bare.append(f"{table.name}.{name}: {len(rows)} rows, {len(plain)} without a mark")
    # The evidence of one file may be seen under the code that the file gave it; that code is a mark too.
    assert [one for one in bare if not one.startswith(("person.", "stored_rubric."))] == []


@pytest.mark.parametrize("path", GROUPS)
def test_nobody_is_answered_more_or_less_than_is_theirs(sweep: Sweep, path: str) -> None:
    refuse(list(sweep.wrong_in(GROUPS[path])))


def test_nothing_of_it_was_kept(sweep: Sweep) -> None:
    assert sweep.world.database.still_as_known()


def _changing() -> Iterator[Row]:
    yield from (row for row in ROWS if row.method != "GET" and row.fine is FINE and (row.form is not None or row.json))


def _essence(changes: list[Change]) -> list[str]:
    """What rows came and changed, without moments and secrets. Numbers are the same each time: SQLite counts anew."""
    return sorted(
        f"{one.table} {bool(one.before)} "
        + str({name: value for name, value in sorted((one.after or {}).items()) if not FRESH.search(name)})
        for one in changes
        if not one.table.startswith("audit_")
    )


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("row", list(_changing()), ids=lambda row: row.call)
def test_a_form_takes_only_the_fields_it_has(sweep: Sweep, row: Row) -> None:
    asked_by = ("operator" if "/operator" in row.path else "manager", "manager")
    for who in (BY_KEY[key] for key in asked_by):
        target = next(iter(wanted(row, sweep.world, who)))
        cell = Cell(row, who, target)
        if sweep.expected(cell) is not FINE:
            continue
        sweep.ask(cell)
        plain = _essence(sweep.world.database.changes)
        listed = {*(row.form or {}), *(row.json or {})}
        more = {name: value for name, value in EXTRAS.items() if name not in listed | _known_to(row)}
        answer = sweep.ask(cell, row.sent(target, more))
        stored = _essence(sweep.world.database.changes)
        assert stored == (plain if answer.status < 400 else []), f"{cell}: {answer.status}"


def _known_to(row: Row) -> set[str]:
    """Fields that the form has and the row leaves out: they are listed, so they may be stored."""
    found: dict[str, set[str]] = {
        "evidence": {"status"},
        "upload": {"status", "code"},
        "actions": {"status"},
        "shares": {"with_evidence", "expires_at"},
        "programmes": {"unit_id"},
        "action_id}": {"status"},
        "item_id}": {"status"},
        "assessments": {"unit_id"},
        "import": {"unit_id"},
        "tokens": {"scopes"},
    }
    last = row.path.rpartition("/")[2].lstrip("{")
    return found.get(last, set())


def _own_assessment(world: World, key: str) -> Target:
    return next(one for one in OfAssessment().targets(world, BY_KEY["manager"]) if one.key == key)


UPLOAD = next(row for row in ROWS if row.path.endswith("/upload"))
SHARES = next(row for row in ROWS if row.path.endswith("/shares"))


def test_the_bytes_of_another_facultys_file_tell_nothing_of_it(sweep: Sweep) -> None:
    world = sweep.world
    cell = Cell(UPLOAD, BY_KEY["law_contributor"], _own_assessment(world, "law"))
    sent = multipart({"title": "T", "kind": "policy"}, "n.txt", world.contents["alfa.science"])
    answer = sweep.ask(cell, sent)
    assert answer.status == 303
    assert set(MARK.findall(answer.content.decode())) <= sweep.allowed["law_contributor"]
    own = sweep.ask(cell, multipart({"title": "T", "kind": "policy"}, "n.txt", world.contents["alfa.law"]))
    assert own.status == 409


def test_sharing_does_not_tell_who_has_an_account(sweep: Sweep) -> None:
    world = sweep.world
    cell = Cell(SHARES, BY_KEY["manager"], _own_assessment(world, "shared"))
    answers = set()
    for address in (world.titles["email:beta_manager"], world.titles["email:operator"], "nobody@example.org"):
        answer = sweep.ask(cell, form({"email": address}))
        answers.add((answer.status, answer.content.replace(address.encode(), b"#")))
    assert len(answers) == 1


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_going_on_never_leaves_the_site(sweep: Sweep, path: str) -> None:
    row = next(one for one in ROWS if one.path == "/language")
    cell = Cell(row, BY_KEY["anonymous"], next(About().targets(sweep.world, BY_KEY["anonymous"])))
    answer = sweep.ask(cell, form({"language": "en", "next": path}))
    assert (answer.status, answer.headers["location"]) == (303, "/")
