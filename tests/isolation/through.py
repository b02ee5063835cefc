"""Which tests come through which function of the service, as coverage.py sees them do it: those are asked about a mutant."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

from coverage import CoverageData

from tests.isolation.mutating import ROOMS, ROOT

MOST = 120
"""Tests that are asked about one mutant; they stop at the first that fails."""


class Through:
    """What was seen in one run of the rooms' tests on SQLite, kept in a file."""

    def __init__(self, file: Path) -> None:
        """Read what was seen; runs the tests first when there is no such file."""
        if not file.exists():
            _watch(file)
        self.data = CoverageData(basename=str(file))
        self.data.read()
        self.files = self.data.measured_files()

    def tests_of(self, where: str, function: str) -> list[str]:
        """The tests that ran a line of the function, those of its own room first; at most `MOST`."""
        if where not in self.files:
            return []
        lines, by_line = _lines(where).get(function, range(0)), self.data.contexts_by_lineno(where)
        found = {context.partition("|")[0] for line in lines for context in by_line.get(line, ())} - {""}
        room = f"tests/{where.split('/')[1]}/"
        return sorted(found, key=lambda one: (not one.startswith(room), one))[:MOST]


@cache
def _lines(where: str) -> dict[str, range]:
    """The lines of each function's body. The line that defines it runs when the module is loaded and tells nothing."""
    tree = ast.parse((ROOT / where).read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {one.name: range(one.body[0].lineno, (one.end_lineno or 0) + 1) for one in functions}


def _watch(file: Path) -> None:
    """Run the tests of all rooms on SQLite and note which lines each of them runs."""
    rooms = [f"tests/{room.partition('/')[2]}" for room in ROOMS if room not in {"app/reports", "app/web"}]
    config = file.with_suffix(".ini")
    config.write_text(f"[run]\nsource = app\nrelative_files = True\ndata_file = {file}\n", encoding="utf-8")
    watched = ["--cov=app", f"--cov-config={config}", "--cov-context=test", "--cov-report="]
    tests = [one for one in rooms if (ROOT / one).is_dir()] + ["tests/web/test_a_day.py"]
    quiet = ["-q", "-n", "2", "-p", "no:cacheprovider", "-k", "not postgresql"]
    subprocess.run([sys.executable, "-m", "pytest", *quiet, *watched, *tests], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
