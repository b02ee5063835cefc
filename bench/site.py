"""A server process as `sapa serve` starts it, and clients that talk to it over a kept connection on loopback."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from app import clock
from app.accounts import service as accounts
from app.accounts.models import Person
from app.config import ROOT, Settings
from app.db import Database
from app.web.csrf import cookie_name

PATIENCE = 30


@dataclass(frozen=True)
class Running:
    """A server: its port, its process, and the seconds from the start to the first answer."""

    port: int
    process: subprocess.Popen[bytes]
    started: float

    def memory(self) -> float:
        """Resident memory now, MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """A server on this data folder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "SAPA_DATA_DIR": str(folder), "SAPA_BASE_URL": f"http://127.0.0.1:{port}"}  # noqa: TID251 - what the server is started with
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        _wait(port, process)
        yield Running(port, process, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server did not start")


class Client:
    """A signed-in person with one connection."""

    def __init__(self, server: Running, database: Database, settings: Settings, person: Person) -> None:
        with database.write() as session:
            signed_in = accounts.sign_in(session, settings, person, now=clock.now())
        self.csrf = signed_in.csrf_token
        self._origin = f"http://127.0.0.1:{server.port}"
        self.cookie = (cookie_name(settings, "sapa"), signed_in.token)
        self._headers = {"cookie": "=".join(self.cookie), "accept": "text/html"}
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)

    def get(self, path: str, status: int = 200) -> bytes:
        """The body of a page."""
        return self._send("GET", path, None, {}, status)

    def fragment(self, path: str) -> bytes:
        """What htmx asks for when it puts another criterion in the place of this one."""
        return self._send("GET", path, None, {"hx-request": "true", "hx-target": "answer"}, 200)

    def post(self, path: str, fields: Mapping[str, str], status: int = 200) -> bytes:
        """Send a form as htmx does."""
        body = urlencode({"csrf_token": self.csrf, **fields})
        more = {
            "content-type": "application/x-www-form-urlencoded",
            "hx-request": "true",
            "origin": self._origin,
            "sec-fetch-site": "same-origin",
        }
        return self._send("POST", path, body, more, status)

    def _send(self, method: str, path: str, body: str | None, more: Mapping[str, str], status: int) -> bytes:
        self._connection.request(method, path, body, {**self._headers, **more})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != status:
            message = f"{method} {path}: {answer.status} instead of {status}: {content[:300]!r}"
            raise RuntimeError(message)
        return content
