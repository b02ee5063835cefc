"""Which tests come through which function of the service, as coverage.py sees them do it: those are asked about a mutant."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from coverage import CoverageData

from tests.isolation.mutating import ROOMS, ROOT

FEW, MOST = 25, 120
"""Tests that are asked about one mutant, before the matrix and in all; they stop at the first that fails."""


class Through:
    """What was seen in one run of the rooms' tests on SQLite, kept in a file."""

    def __init__(self, file: Path) -> None:
        """Read what was seen; runs the tests first when there is no such file."""
        if not file.exists():
            _watch(file)
        self.data = CoverageData(basename=str(file))
        self.data.read()
        self.files = self.data.measured_files()

    def tests_of(self, where: str, function: str, what: str = "") -> list[str]:
        """The tests that ran a line of the function, at most `MOST`: first those that share words with its name and with what is
        changed in it, and of its room, not all of one file before the next.
        """
        if where not in self.files:
            return []
        lines, by_line = _lines(where).get(function, range(0)), self.data.contexts_by_lineno(where)
        found = {context.partition("|")[0] for line in lines for context in by_line.get(line, ())} - {""}
        room, words = f"tests/{where.split('/')[1]}/", _words(f"{Path(where).stem} {function} {what}")
        in_turn: list[tuple[int, bool, int, str]] = []
        for number_in_file, test in _numbered(sorted(found)):
            in_turn.append((-len(words & _words(test)), not test.startswith(room), number_in_file, test))
        return [one[-1] for one in sorted(in_turn)][:MOST]


def _words(text: str) -> set[str]:
    return set(re.findall("[a-z]{3,}", text)) - {"access", "service", "routes", "get", "find", "tests", "test", "sqlite"}


def _numbered(tests: list[str]) -> Iterator[tuple[int, str]]:
    """Each test with how many of its file come before it."""
    seen: Counter[str] = Counter()
    for one in tests:
        file = one.partition("::")[0]
        yield seen[file], one
        seen[file] += 1


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
