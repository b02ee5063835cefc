"""One authorisation check less: finds the checks in the code of the service, and puts functions without one in their place.

A function keeps its identity and gets other bytes: whoever holds it, a router or another module, calls the changed one.
"""

import ast
import copy
import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from app.accounts import policy
from app.accounts.models import Role
from app.accounts.policy import Permission, Rule, State

ROOT = Path(__file__).resolve().parents[2]
ROOMS = tuple(
    f"app/{room}"
    for room in (
        *("accounts", "assessments", "assignments", "audit", "binder", "covers", "cycles", "decisions", "discussion", "evidence"),
        *("files", "holdings", "jobs", "keys", "ratings", "report_jobs", "reports", "search", "verification", "web"),
    )
)
GUARDS = {
    "require", "require_operator", "refuse_unless_same", "check_origin", "require_open", "get_unit", "get_organisation",
    "get_own_organisation", "get_joined", "check_visitor", "get_editable", "get_readable", "get_permitted",
    "get_assignment", "get_for_rating", "refuse_wrong_hands", "refuse_vouched", "refuse_blocked", "_refuse_unless_offered",
}  # fmt: skip
"""Calls that refuse by raising; standing alone they are there for nothing else."""
CONDITIONS = (
    "holding(", "belonging(", "memberships_of(", "_guesthood(", "_in_force(", "_visible(", "roles_that(", "deleted_at",
    "organisation_id ==", "organisation_id.in_", "organisation_id !=", "unit_id ==", "descendant_id ==", "unit_id.is_",
    "person_id ==", "assessment_id ==", "revoked_at", "expires_at", "Organisation.kind", "Membership.role", "disabled_at",
    "erased_at", "with_evidence", "kinds", "_open(", "used_at", "Assessment.id ==", "unrestricted(", "for_guests(", "_shown(",
    "confidentiality", "owner_id", "rater_id ==", "round_id ==", "removed_at", "closed_at", "item_id ==", "is_mine(", "_reached(",
    "said_by", "withheld",
)  # fmt: skip
"""What a condition of a query speaks of when it says whose a row is, or whether it still counts."""
NAMES = {"mine", "own", "whole", "here", "reach", "inside", "roles", "place"}
"""Conditions that were given a name before."""
DECIDING = {
    "find_session", "find", "find_actor", "current_session", "current_actor", "_by_token", "get_permitted", "shows_evidence",
    "shown_in", "reachable", "actor_of", "check_origin", "same", "memberships_of", "require_operator", "get_waiting",
    "_guest", "end", "optional_actor", "_is_the_same", "admit", "settled", "refuse_vouched", "readable_in", "get_followed",
    "get_seat", "last_closed", "get_for_rating", "unrestricted", "refuse_wrong_hands", "may_discuss", "may_read", "get_revision",
}  # fmt: skip
"""Functions that decide with `if`, `and`, `or`."""
WEAKER = {"get_editable": "get_readable"}
HOLDING = {
    "get_permitted": "READ",
    "get_for_rating": "READ",
    "get_organisation": "READ_RUBRICS",
    "get_own_organisation": "READ_RUBRICS",
}
"""Doors that are given a permission, and one that nearly everybody holds."""
TRUE = "__import__('sqlalchemy').true()"


@dataclass(frozen=True)
class Mutant:
    """A function of the service with one check less. `apply` puts it in place until the block ends."""

    where: str
    function: str
    what: str
    put: Callable[[], Callable[[], None]]

    @property
    def name(self) -> str:
        return f"{self.where} {self.function}: {self.what}"

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The service as it would be."""
        back = self.put()
        try:
            yield
        finally:
            back()


def every() -> list[Mutant]:
    """Every mutant, in the order of the files."""
    found = [mutant for path in sorted(_files()) for mutant in _of_file(path)]
    return [*found, *_of_policy()]


def _files() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room).glob("*.py")


def _of_file(path: Path) -> Iterator[Mutant]:
    where = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"), where)
    doors = path.name == "access.py" or b"select(" in path.read_bytes()
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        seen: dict[str, int] = {}
        for change in _changes(function, doors=doors):
            what = change.what if not seen.get(change.what) else f"{change.what} #{seen[change.what] + 1}"
            seen[change.what] = seen.get(change.what, 0) + 1
            mutated = change.make()
            yield Mutant(where, function.name, what, _putting(where, tree, function, mutated))


@dataclass(frozen=True)
class _Change:
    what: str
    make: Callable[[], ast.AST]


def _changes(function: ast.FunctionDef | ast.AsyncFunctionDef, *, doors: bool) -> Iterator[_Change]:
    for number, node in enumerate(ast.walk(function)):
        yield from _guards(function, number, node)
        if doors:
            yield from _conditions(function, number, node)
        if function.name in DECIDING:
            yield from _decisions(function, number, node)
        yield from _permissions(function, number, node)


def _with(function: ast.AST, number: int, edit: Callable[[Any], None]) -> Callable[[], ast.AST]:
    """A copy of the function in which the node of this number was edited."""

    def make() -> ast.AST:
        changed = copy.deepcopy(function)
        edit(next(node for index, node in enumerate(ast.walk(changed)) if index == number))
        return changed

    return make


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 90 else f"{text[:87]}…"


def _guards(function: ast.AST, number: int, node: ast.AST) -> Iterator[_Change]:
    """A statement that only refuses, taken out."""
    if not isinstance(node, ast.Expr):
        return
    call = node.value.value if isinstance(node.value, ast.Await) else node.value
    if _called(call) in GUARDS:
        yield _Change(f"without {_short(call)}", _with(function, number, lambda it: setattr(it, "value", ast.Constant(None))))


def _conditions(function: ast.AST, number: int, node: ast.AST) -> Iterator[_Change]:
    """A condition of a query, always true."""
    if _called(node) not in {"where", "and_"} or not isinstance(node, ast.Call):
        return
    for place, argument in enumerate(node.args):
        text = ast.unparse(argument)
        if any(word in text for word in CONDITIONS) or text in NAMES:
            true = ast.parse(TRUE, mode="eval").body
            edit = lambda it, place=place, true=true: it.args.__setitem__(place, true)  # noqa: E731 - a small edit of one place
            yield _Change(f"any {_short(argument)}", _with(function, number, edit))


def _decisions(function: ast.AST, number: int, node: ast.AST) -> Iterator[_Change]:
    """A part of a decision left out, or an `if` that never holds."""
    if isinstance(node, ast.BoolOp):
        for place, part in enumerate(node.values):
            if not ast.unparse(part).endswith("is None"):
                neutral = ast.Constant(isinstance(node.op, ast.And))
                edit = lambda it, place=place, neutral=neutral: it.values.__setitem__(place, neutral)  # noqa: E731 - as above
                yield _Change(f"whatever {_short(part)}", _with(function, number, edit))
    if isinstance(node, ast.If) and isinstance(node.body[0], ast.Raise | ast.Return) and not _only_none(node.test):
        yield _Change(
            f"never {_short(node.test)}", _with(function, number, lambda it: setattr(it, "test", ast.Constant(value=False)))
        )
    if isinstance(node, ast.IfExp):
        yield _Change(
            f"always {_short(node.body)}", _with(function, number, lambda it: setattr(it, "test", ast.Constant(value=True)))
        )


def _only_none(test: ast.expr) -> bool:
    return ast.unparse(test).endswith("is None")


def _permissions(function: ast.AST, number: int, node: ast.AST) -> Iterator[_Change]:
    """A weaker door, or a weaker permission for the same one."""
    name = _called(node)
    if not isinstance(node, ast.Call):
        return
    if name in WEAKER and isinstance(node.func, ast.Attribute):
        yield _Change(f"{WEAKER[name]} for {name}", _with(function, number, lambda it: setattr(it.func, "attr", WEAKER[name])))
    for place, argument in enumerate(node.args):
        text = ast.unparse(argument)
        if name in HOLDING and text.startswith("Permission.") and text != f"Permission.{HOLDING[name]}":
            weak = ast.parse(f"Permission.{HOLDING[name]}", mode="eval").body
            edit = lambda it, place=place, weak=weak: it.args.__setitem__(place, weak)  # noqa: E731 - as above
            yield _Change(f"{name} with {HOLDING[name]} for {text.removeprefix('Permission.')}", _with(function, number, edit))


def _putting(where: str, tree: ast.Module, function: Any, mutated: ast.AST) -> Callable[[], Callable[[], None]]:
    def put() -> Callable[[], None]:
        module = importlib.import_module(where.removesuffix(".py").replace("/", "."))
        changed = copy.copy(tree)
        changed.body = [mutated if node is function else node for node in tree.body]  # type: ignore[misc]  # a statement each
        whole = compile(ast.fix_missing_locations(changed), str(ROOT / where), "exec", dont_inherit=True)
        target = inspect.unwrap(getattr(module, function.name))
        assert isinstance(target, FunctionType), f"{where} {function.name}"
        before = target.__code__
        target.__code__ = next(one for one in _codes(whole) if one.co_qualname == before.co_qualname)
        return lambda: setattr(target, "__code__", before)

    return put


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _of_policy() -> Iterator[Mutant]:
    """Each row of the policy with one role more, and for each that a state closes, in every state."""
    where = "app/accounts/policy.py"
    for permission, rule in policy.POLICY.items():
        for role in Role:
            if role not in rule.roles:
                wider = Rule(rule.roles | {role}, rule.states)
                yield Mutant(where, "allows", f"{permission} for {role} too", _policy(permission, wider))
        if rule.states != frozenset(State):
            yield Mutant(where, "allows", f"{permission} in every state", _policy(permission, Rule(rule.roles)))


def _policy(permission: Permission, rule: Rule) -> Callable[[], Callable[[], None]]:
    def put() -> Callable[[], None]:
        before = policy.POLICY[permission]
        policy.POLICY[permission] = rule
        return lambda: policy.POLICY.__setitem__(permission, before)

    return put
