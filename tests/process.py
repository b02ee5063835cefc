"""`sapa` as a process of its own, with a fault planted in it if a test wants one."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECRET = "Wq7-vT3_kLz9XbN2mRf8YcH5dPj0sGaE"
TOLD = "a port was bound"
# urllib3 binds port 0 when it is loaded, to see whether there is IPv6.
_START = """
import sys
def told(event, values):
    if event == "socket.bind" and values[1][1:2] != (0,):
        print({told!r}, file=sys.stderr)
sys.addaudithook(told)
{plant}
from app.cli import main
sys.argv = ["sapa", *{arguments!r}]
main()
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A server that answers, and where its output goes."""

    address: str
    output: Path

    def lines(self) -> list[str]:
        """What it has written so far."""
        return self.output.read_text(encoding="utf-8").splitlines()


def command(arguments: list[str], plant: str = "") -> list[str]:
    """What runs `sapa` with these arguments after the planted lines."""
    return [sys.executable, "-c", _START.format(told=TOLD, plant=plant, arguments=arguments)]


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process with these settings and no others."""
    own = {"SAPA_DATA_DIR": str(folder), "SAPA_SECRET": SECRET, "SAPA_PASSWORD_MEMORY_KIB": "64", "SAPA_PASSWORD_ROUNDS": "1"}
    path = os.pathsep.join(part for part in (settings.get("PYTHONPATH"), str(ROOT)) if part)
    return {"PATH": os.defpath, "PYTHONUTF8": "1", **own, **settings, "PYTHONPATH": path}


def sapa(
    folder: Path, settings: Mapping[str, str], *arguments: str, plant: str = "", seconds: int = 60
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(list(arguments), plant),
        env=environment(folder, settings),
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


@contextmanager
def served(folder: Path, settings: Mapping[str, str], plant: str = "") -> Iterator[Site]:
    """`sapa serve` until the block ends; raises what it said when it does not start."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    output = folder.parent / f"output-{port}.txt"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command(["serve", "--port", str(port)], plant),
            env=environment(folder, {"SAPA_BASE_URL": address, **settings}),
            cwd=folder.parent,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, port, output)
            yield Site(address, output)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def _wait(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=2):
            return
        time.sleep(0.05)
    raise RuntimeError(output.read_text(encoding="utf-8"))
