"""How long modules, functions and templates may be, and which are longer for a reason. Complexity is ruff's to watch."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
EXCEPTIONS = ROOT / "house-exceptions.toml"
MOST_LINES = {"module": 300, "function": 40, "template": 200}
LEAST_REASON = 20
"""Characters: shorter than this is no reason."""


class Measured(NamedTuple):
    """A thing of a kind ("module", "function" or "template"), as the list of exceptions names it."""

    kind: str
    name: str
    lines: int


def committed(*endings: str) -> list[Path]:
    """The files of the project: what git has or would take. Without git, all that stand in the folders of code."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        folders = ("app", "bench", "docs", "examples", "migrations", "requirements", "rubrics", "templates", "tests")
        found = [path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
        found += ROOT.glob("*")
    else:
        found = [ROOT / name for name in listed.split("\0") if name]
    return sorted(path for path in found if path.is_file() and path.name.endswith(endings or ("",)))


def measure(path: Path, text: str) -> Iterator[Measured]:
    """The module or template, and each of its functions as `path:qualified.name`."""
    name = path.relative_to(ROOT).as_posix()
    lines = text.count("\n")
    if path.suffix != ".py":
        yield Measured("template", name, lines)
        return
    yield Measured("module", name, lines)
    yield from _functions(ast.parse(text), name, "")


def _functions(node: ast.AST, file: str, inside: str) -> Iterator[Measured]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{inside}{child.name}"
            if not isinstance(child, ast.ClassDef):
                yield Measured("function", f"{file}:{name}", (child.end_lineno or child.lineno) - child.lineno + 1)
            yield from _functions(child, file, f"{name}.")


def exceptions() -> dict[str, dict[str, dict[str, object]]]:
    """By kind and name: the lines allowed and the reason."""
    return tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8")) if EXCEPTIONS.exists() else {}


def problems() -> list[str]:
    """A sentence for each thing that is too long, and for each exception that has no reason or is no longer needed."""
    paths = [path for path in committed(".py", ".html") if "versions" not in path.parts and "vendor" not in path.parts[:-1]]
    measured = [one for path in paths for one in measure(path, path.read_text(encoding="utf-8"))]
    return judge(measured, exceptions())


def judge(measured: list[Measured], allowed: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    """As `problems`, from what was measured and what is allowed."""
    told = []
    long = {(one.kind, one.name): one for one in measured if one.lines > MOST_LINES[one.kind]}
    for (kind, name), one in long.items():
        most = allowed.get(kind, {}).get(name, {}).get("lines", MOST_LINES[kind])
        if not isinstance(most, int) or one.lines > most:
            told.append(f"{name}: a {kind} of {one.lines} lines, at most {most} - split it by what the user does")
    for kind, names in allowed.items():
        for name, entry in names.items():
            if len(str(entry.get("reason", ""))) < LEAST_REASON:
                told.append(f"{EXCEPTIONS.name}: {kind} {name}: no reason is given - say why it is better whole")
            if (kind, name) not in long:
                told.append(f"{EXCEPTIONS.name}: {kind} {name}: no exception is needed - take it out")
    return told


if __name__ == "__main__":
    found = problems()
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    sys.exit(bool(found))
