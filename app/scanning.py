"""Asking a virus scanner (clamd) about a stream of bytes.

The protocol is that of clamd(8), command INSTREAM: pieces with their length before them, an empty one at the end, one line back.
"""

import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.errors import Problem, Unavailable
from app.i18n import gettext as _

PIECE = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 1.0, 8.0
AWAY_SECONDS = 30.0
"""For how long a scanner that did not answer is not asked again by those who wait for it."""
LONGEST_LINE = 1024
LONGEST_NAME = 200
_away: dict[str, float] = {}


class Infected(Problem):
    """The scanner found something; `threat` is its name for it."""

    def __init__(self, threat: str) -> None:
        message = _("The virus scanner found “{threat}” in this file: it was not stored. Tell whoever gave it to you.")
        super().__init__(message.format(threat=threat))
        self.threat = threat


class ScannerAway(Unavailable):
    """The scanner cannot be reached, or did not answer in time or in a way that can be read."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A scanner at an address: the path of a socket, or host:port. `required`: without its word nothing is stored."""

    address: str
    required: bool = False

    def threat_in(self, source: BinaryIO) -> str | None:
        """The name of what was found; None for nothing. The stream is read to its end. Raises ScannerAway."""
        with _connected(self.address) as talk:
            talk.sendall(b"zINSTREAM\0")
            while piece := source.read(PIECE):
                talk.sendall(struct.pack(">I", len(piece)) + piece)
            talk.sendall(struct.pack(">I", 0))
            said = _line(talk)
        if said == "stream: OK":
            return None
        if said.startswith("stream: ") and said.endswith(" FOUND"):
            found = said.removeprefix("stream: ").removesuffix(" FOUND")
            return "".join(letter for letter in found if letter.isprintable())[:LONGEST_NAME] or "?"
        raise ScannerAway(_("The virus scanner did not answer as it should."))

    def version(self) -> str:
        """What the scanner says it is. Raises ScannerAway."""
        with _connected(self.address) as talk:
            talk.sendall(b"zVERSION\0")
            return "".join(letter for letter in _line(talk) if letter.isprintable())[:LONGEST_NAME]

    def check(self, source: BinaryIO) -> bool:
        """Whether the bytes were scanned. Raises Infected, or ScannerAway where the scanner is required.

        A scanner that has just been away is not waited for again: somebody waits for this answer.
        """
        try:
            if not self.required and _away.get(self.address, 0) > time.monotonic():
                return False
            threat = self.threat_in(source)
        except ScannerAway:
            _away[self.address] = time.monotonic() + AWAY_SECONDS
            if self.required:
                raise
            return False
        if threat is not None:
            raise Infected(threat)
        return True


class _connected:  # noqa: N801 - reads as a word where it is used
    """A connection; what goes wrong while it is used is ScannerAway."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __enter__(self) -> socket.socket:
        try:
            if Path(self.address).is_absolute():
                self.talk = socket.socket(socket.AF_UNIX)
                self.talk.settimeout(CONNECT_SECONDS)
                self.talk.connect(self.address)
            else:
                host, _colon, port = self.address.rpartition(":")
                self.talk = socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as failed:
            raise _unreachable() from failed
        self.talk.settimeout(ANSWER_SECONDS)
        return self.talk

    def __exit__(self, _kind: object, failed: BaseException | None, _trace: object) -> None:
        self.talk.close()
        if isinstance(failed, OSError):
            raise _unreachable() from failed


def _unreachable() -> ScannerAway:
    return ScannerAway(_("The virus scanner cannot be reached. Nothing was stored; please try again later."))


def _line(talk: socket.socket) -> str:
    """One answer, to its end or to as much as is believed."""
    said, until = b"", time.monotonic() + ANSWER_SECONDS
    while b"\0" not in said and len(said) < LONGEST_LINE and time.monotonic() < until:
        piece = talk.recv(LONGEST_LINE)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
