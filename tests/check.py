"""`./run check`: everything a machine can say without running the service's tests. Each step is named; all are run."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.util.exc import CommandError

from app.config import Settings
from app.db import make_engine
from app.migrate import alembic_config, migrate
from tests import catalogues

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent


def _program(*arguments: str) -> Callable[[], bool]:
    return lambda: subprocess.run([str(PROGRAMS / arguments[0]), *arguments[1:]], cwd=ROOT, check=False).returncode == 0


def _module(*arguments: str) -> Callable[[], bool]:
    return lambda: subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, check=False).returncode == 0


def _catalogues() -> bool:
    wrong = catalogues.problems()
    sys.stdout.write("".join(f"{one}\n" for one in wrong[:30]))
    return not wrong


def _migrations() -> bool:
    """The tables that the migrations make are those the models describe."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        migrate(settings)
        engine = make_engine(settings)
        try:
            with engine.connect() as connection:
                command.check(alembic_config(connection))
        except CommandError as wrong:
            sys.stdout.write(f"{wrong}\n")
            return False
        finally:
            engine.dispose()
    return True


STEPS: dict[str, Callable[[], bool]] = {
    "lint": _program("ruff", "check", "."),
    "format": _program("ruff", "format", "--check", "."),
    "types": _program("mypy"),
    "imports": _program("lint-imports"),
    "rubrics": _module("app.cli", "rubric", "check"),
    "catalogues": _catalogues,
    "migrations": _migrations,
    "coverage of scoring": _module("pytest", "-q", "tests/scoring", "--cov=app/scoring", "--cov-branch", "--cov-fail-under=100"),
    "house rules": _module("pytest", "-q", "tests/test_house_rules.py"),
}


def main() -> int:
    """Run the steps, or those named; 0 when all are good."""
    names = sys.argv[1:] or list(STEPS)
    failed = []
    for name in names:
        sys.stdout.write(f"--- {name}\n")
        sys.stdout.flush()
        if not STEPS[name]():
            failed.append(name)
    sys.stdout.write(f"failed: {', '.join(failed)}\n" if failed else "all good\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
