"""A real PostgreSQL for tests: its own cluster on a unix socket in a temporary folder, gone when the tests end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        message = "PostgreSQL is not installed: run ./run test, which installs it"
        raise RuntimeError(message)
    return found[-1].parent


@contextmanager
def running() -> Iterator[str]:
    """The address of an empty database; the server stops at the end."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="sapa-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
    options = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c listen_addresses='' -c max_connections=60"

    def run(program: str, *arguments: str) -> None:
        subprocess.run([str(programs / program), *arguments], check=True, capture_output=True, user=user, cwd=folder)

    try:
        run(
            "initdb", "-D", str(folder / "data"), "-U", "sapa", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        run("pg_ctl", "-D", str(folder / "data"), "-w", "-o", f"{options} -k {folder}", "-l", str(folder / "log"), "start")
        try:
            run("createdb", "-h", str(folder), "-U", "sapa", "sapa_test")
            yield f"postgresql://sapa@/sapa_test?host={folder}"
        finally:
            run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
