"""`./run mutants [--known-right] [--through=FILE] [PART …]`: take each authorisation check away, one by one, and see it noticed.

By the matrix, or by the tests that come through the function: some checks divide people who are both in the right house. On
SQLite. Which tests come by is seen in a run of them before, which is kept in FILE and not repeated when it is there.

Prints each mutant with what gave it away, then the figures. Ends with 1 when one survives that nobody explained.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from app.accounts.policy import Permission
from tests.isolation.conftest import settings_in
from tests.isolation.equivalent import EQUIVALENT
from tests.isolation.mutating import ROOT, Mutant, every
from tests.isolation.rows import ROWS
from tests.isolation.sweep import Cell, Sweep
from tests.isolation.table import Row
from tests.isolation.through import FEW, Through
from tests.isolation.world import build

POLICY = "app/accounts/policy.py"
KNOWN_RIGHT = "--known-right"
SCOUTS = ("manager", "law_contributor", "reviewer", "partner", "operator", "beta_manager", "reading_token", "anonymous")


QUICK = [row for row in ROWS if not row.costly]


class Hunt:
    """A world, and which rows and tests come through which function of the service."""

    def __init__(self, folder: Path, tests: Through | None = None) -> None:
        self.folder, self.worlds, self.tests = folder, 0, tests
        self.sweep = self._new_sweep()
        self.through: dict[tuple[str, str], list[Row]] = {}
        self.telling: dict[str, int] = {}
        """The questions that gave a mutant away, each with how many."""

    def _new_sweep(self) -> Sweep:
        self.worlds += 1
        place = self.folder / str(self.worlds)
        place.mkdir()
        return Sweep(build(settings_in(place)))

    def scout(self) -> None:
        """Ask a few cells of every row and note the functions that they come through."""
        inside = str(ROOT / "app")
        for row in QUICK:
            seen: set[tuple[str, str]] = set()

            def note(frame: FrameType, event: str, _argument: Any, seen: set[tuple[str, str]] = seen) -> None:
                if event == "call" and frame.f_code.co_filename.startswith(inside):
                    seen.add((frame.f_code.co_filename, frame.f_code.co_name))

            self.sweep.caller.profile = note
            for cell in self._some_of(row):
                self.sweep.ask(cell)
            self.sweep.caller.profile = None
            assert seen, f"{row.call} is answered by nothing"
            for name, function in seen:
                where = Path(name).relative_to(ROOT).as_posix()
                self.through.setdefault((where, function), []).append(row)

    def _some_of(self, row: Row) -> list[Cell]:
        cells = [cell for cell in self.sweep.cells(row) if cell.who.key in SCOUTS]
        first = {cell.who.key: cell for cell in reversed(cells)}
        closed = [cell for cell in cells if cell.who.key == SCOUTS[0] and cell.target.key in {"frozen", "deleted"}]
        return [*first.values(), *closed]

    def rows_through(self, mutant: Mutant) -> list[Row]:
        """One row of each kind that comes through the function: what it is about, the permission, the method, page or API."""
        rows = self.through.get((mutant.where, mutant.function)) or QUICK
        if mutant.where == POLICY:
            rows = [row for row in rows if row.about.permission and mutant.what.startswith(f"{row.about.permission} ")]
        kinds = {
            (type(row.about), row.about.permission, row.method, row.is_api, row.names, row.cookie, row.status, row.file): row
            for row in reversed(rows)
        }
        return _in_turn(kinds.values())

    def told(self, mutant: Mutant) -> str | None:
        """What gives the mutant away; None when it survives.

        Where rows are known to come by, they are asked when few tests do not notice; all rows are asked only where no test
        comes by either.
        """
        tests = self.tests.tests_of(mutant.where, mutant.function, mutant.what) if self.tests else []
        known = (mutant.where, mutant.function) in self.through or mutant.where == POLICY
        first, rest = tests[:FEW], tests[FEW:]
        found = _told_by(mutant, first)
        if not found and (known or not tests):
            found = self.given_away_by(mutant)
        return found or _told_by(mutant, rest)

    def given_away_by(self, mutant: Mutant, rows: list[Row] | None = None) -> str | None:
        """The first thing that is wrong with the mutant in place; None when it survives.

        Those who are known by something wrong are asked first: they are few, and many checks are there for them.
        """
        rows = rows or self.rows_through(mutant)
        told = self._given_away_by(mutant, rows)
        if told is None or self._is_still_right():
            return told
        # Time went by in this world: links and proofs ended. Only a fresh one tells what the mutant does.
        self.sweep.caller.close()
        self.sweep = self._new_sweep()
        told = self._given_away_by(mutant, rows)
        assert self._is_still_right(), f"wrong without the mutant too: {told}"
        return told

    def _is_still_right(self) -> bool:
        """Whether the cell that was looked at last is answered rightly by the service as it is."""
        return self.sweep.last is None or not list(self.sweep.wrong_with(self.sweep.last, {}))

    def _given_away_by(self, mutant: Mutant, rows: list[Row]) -> str | None:
        with mutant.applied():
            try:
                return next(self._asked_of(rows), None)
            except Exception as broken:  # noqa: BLE001 - a fault that the service does not answer gives it away too
                return f"{type(broken).__name__}: {broken}"

    def _asked_of(self, rows: list[Row]) -> Iterator[str]:
        """What is wrong in these rows. What gave others away is asked first, then what should be refused, row by row in turn: it
        costs little, and a check that is gone is mostly seen there.
        """
        cells: list[tuple[tuple[int, bool, bool, int], Cell]] = []
        for row in rows:
            for place, cell in enumerate(self.sweep.cells(row)):
                told = -self.telling.get(str(cell), 0)
                cells.append(((told, self.sweep.expected(cell) is row.fine, not cell.who.own_only, place), cell))
        hidden: dict[str, dict[tuple[str, bool, str], bytes]] = {}
        for _order, cell in sorted(cells, key=lambda one: one[0]):
            self.sweep.last = cell
            for wrong in self.sweep.wrong_with(cell, hidden.setdefault(cell.row.call, {})):
                self.telling[str(cell)] = self.telling.get(str(cell), 0) + 1
                yield wrong


def _told_by(mutant: Mutant, tests: list[str]) -> str | None:
    """Which of the tests fails with the mutant in place."""
    if not tests:
        return None
    with mutant.applied():
        failed = _first_failing(tests)
    assert failed is None or _first_failing([failed]) is None, f"{failed} fails without a mutant too"
    return failed


class _First:
    """Of pytest: which test failed first."""

    def __init__(self) -> None:
        self.failed: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.failed is None:
            self.failed = report.nodeid


def _first_failing(tests: list[str]) -> str | None:
    quiet = [
        "-q",
        "-x",
        "--no-header",
        "--tb=no",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "no:cov",
        "-k",
        "not postgresql",
    ]
    first = _First()
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        code = pytest.main([*quiet, *tests], plugins=[first])
    assert code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}, f"{tests[0]} …: {code}"
    return first.failed


def _unasked(mutant: Mutant) -> bool:
    """Whether it widens a permission that no row of the table needs: then no route can give it away."""
    asked = {row.about.permission for row in ROWS} | {Permission.OPERATE}
    return mutant.where == POLICY and not any(mutant.what.startswith(f"{one} ") for one in asked if one)


def _in_turn(rows: Iterable[Row]) -> list[Row]:
    """Cheap rows first, and not all of one kind before the next."""
    return sorted(rows, key=lambda row: not row.is_api and "{assessment_id}" in row.path and row.method == "GET")


def main() -> int:
    """Hunt all mutants, or those whose name holds one of the arguments."""
    parts = [one for one in sys.argv[1:] if not one.startswith("--")] or [""]
    kept = next((Path(one.partition("=")[2]) for one in sys.argv if one.startswith("--through=")), None)
    mutants = [one for one in every() if any(part in one.name for part in parts) and not _unasked(one)]
    survivors, began = [], time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        hunt = Hunt(Path(folder), Through(kept or Path(folder) / "through"))
        # A matrix that is wrong anyway gives everything away. Who has just seen that it is right need not look again.
        wrong = [] if KNOWN_RIGHT in sys.argv else list(hunt.sweep.wrong_in(QUICK))
        assert not wrong, "\n".join(wrong[:20])
        hunt.scout()
        for number, mutant in enumerate(mutants, 1):
            found = None if mutant.name in EQUIVALENT else hunt.told(mutant)
            fate = "killed" if found else "equivalent" if mutant.name in EQUIVALENT else "SURVIVED"
            if fate == "SURVIVED":
                survivors.append(mutant.name)
            told = found or EQUIVALENT.get(mutant.name, "")
            sys.stdout.write(f"{number}/{len(mutants)} {fate}: {mutant.name} <- {told[:160]}\n")
            sys.stdout.flush()
    same = sum(one.name in EQUIVALENT for one in mutants)
    took = time.monotonic() - began
    sys.stdout.write(f"{len(mutants)} mutants, {len(mutants) - same - len(survivors)} killed, {same} equivalent, ")
    sys.stdout.write(f"{len(survivors)} survived, {took:.0f} s\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
