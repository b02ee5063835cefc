"""Asking the press: draw a part, join fragments, or lay out a PDF in one piece. Two things are done side by side, others wait.

The press is started when it is first needed and kept, because starting the renderer costs more than a part. It gets nothing of
our environment, and no secret.
"""

import atexit
import contextlib
import io
import json
import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from app.files.environment import environment_in

AT_ONCE = 2
GRACE = 10
"""Seconds that starting the press may take, or a child that the kernel should have ended."""
MOST = 256 * 1024 * 1024
"""Bytes of an answer that are read."""
_CHUNK = 1 << 20
_OURS = ("NotAsExpected", "NotJoined", "FragmentNotRead", "StructureNotFound", "MetadataNotWritten")
_NO_ANSWER = "the process ended without an answer"


class NotPrinted(Exception):  # noqa: N818 - errors are sentences here
    """The press did not make it."""

    @property
    def told(self) -> str:
        """Why, for a log: of an error that is not ours only the name, since what people wrote may stand in the rest."""
        kind, _colon, _words = str(self).partition(":")
        return str(self) if kind in _OURS else kind


class TookTooLong(NotPrinted):
    """It was stopped when its time was over."""


@dataclass(frozen=True, slots=True)
class Made:
    """What the press made, one or several, what the renderer warned of, and what it took of the processor and of memory."""

    contents: tuple[bytes, ...]
    said: tuple[str, ...]
    cpu_seconds: float
    peak_kib: int

    @property
    def content(self) -> bytes:
        """What was made, where one thing was asked for."""
        (only,) = self.contents
        return only


class Press:
    """One process that prints for this one, from any thread."""

    peak_kib = 0
    """The most memory that a child has taken so far."""

    def __init__(self) -> None:
        self._lock, self._places = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)
        self._process: subprocess.Popen[bytes] | None = None
        self._asking: socket.socket | None = None
        self._folder = ""
        self._owner = 0

    def draw(self, *parts: tuple[str, str], seconds: float) -> Made:
        """Parts, each a name and HTML, as fragments in their order, drawn one after the other. Raises NotPrinted."""
        return self._ask(b"d", {"names": [name for name, _html in parts]}, [html.encode() for _name, html in parts], seconds)

    def join(
        self,
        frame: bytes,
        parts: Sequence[bytes],
        attached: Sequence[tuple[str, str, bytes]],
        named: tuple[str, str],
        *,
        seconds: float,
    ) -> Made:
        """Fragments as one PDF. `named` are its identifier and its moment. Raises NotPrinted."""
        head = {
            "parts": len(parts),
            "attached": [[name, description] for name, description, _content in attached],
            "identifier": named[0],
            "stamp": named[1],
        }
        return self._ask(b"j", head, [frame, *parts, *(content for *_told, content in attached)], seconds)

    def lay_out(self, request: bytes, *, seconds: float) -> Made:
        """A PDF in one piece, from what `pdf.render_pdf` writes. Raises NotPrinted."""
        with tempfile.TemporaryDirectory(prefix="sapa-render-") as folder:
            return self._ask(b"p", {"folder": folder}, [request], seconds)

    def start(self) -> None:
        """Have the process ready, and the renderer in it: whoever forks afterwards prints with it too."""
        with contextlib.suppress(NotPrinted):
            self.draw(("ready", "<!DOCTYPE html><html lang='en'><title>x</title><p>x"), seconds=GRACE)

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _ask(self, kind: bytes, head: dict[str, Any], blobs: Sequence[bytes], seconds: float) -> Made:
        with self._places:
            if seconds <= 0:
                message = "no time is left"
                raise TookTooLong(message)
            begun = time.monotonic()
            lengths = [len(one) for one in blobs]
            bounds = {"seconds": seconds, "nice": os.nice(0), "lengths": lengths}
            request = json.dumps({**head, **bounds}).encode() + b"\n"
            whole = b"".join([request, *blobs])
            try:
                # A press that went because nobody had asked for long is started again, once.
                answer = self._exchange(kind, whole, seconds) or (self._gone() and self._exchange(kind, whole, seconds)) or b""
            except OSError as broken:
                raise NotPrinted(type(broken).__name__) from broken
            if not answer:
                late = time.monotonic() - begun >= seconds
                raise (TookTooLong if late else NotPrinted)(_NO_ANSWER)
            return self._made(answer)

    def _made(self, answer: bytes) -> Made:
        """What a child answered. It worked on what people wrote: its answer is believed no further than it is well formed."""
        line, _end, content = answer.partition(b"\n")
        try:
            told = json.loads(line)
            lengths = [int(one) for one in told["lengths"]]
            cut = tuple(content[end - length : end] for length, end in zip(lengths, accumulate(lengths), strict=True))
            made = Made(cut, tuple(str(one) for one in told["said"]), float(told["cpu"]), int(told["peak"]))
            failed, whole = str(told["failed"]), sum(lengths) == len(content) and min(lengths, default=0) >= 0
        except (ValueError, KeyError, TypeError) as wrong:
            raise NotPrinted(_NO_ANSWER) from wrong
        if failed or not whole:
            raise NotPrinted(failed or _NO_ANSWER)
        self.peak_kib = max(self.peak_kib, made.peak_kib)
        return made

    def _gone(self) -> bool:
        """Whether the press is there no more, so that the next one that is asked is new."""
        with self._lock:
            if self._asking is None or self._process is None:
                return True
            if self._owner == os.getpid():
                return self._process.poll() is not None
            # That of the process we were forked from: it closes its end when it goes.
            self._asking.settimeout(0)
            try:
                gone = self._asking.recv(1, socket.MSG_PEEK) == b""
            except BlockingIOError:
                gone = False
            finally:
                self._asking.settimeout(None)
            if gone:
                self._end()
            return gone

    def _exchange(self, kind: bytes, request: bytes, seconds: float) -> bytes:
        source, ours = os.pipe()
        back, target = os.pipe()
        try:
            with self._lock, contextlib.suppress(BrokenPipeError):
                socket.send_fds(self._begun(), [kind], [source, target])
        finally:
            os.close(source)
            os.close(target)
        with os.fdopen(back, "rb", buffering=0) as read:
            # A child that ended early reads no more: what it said is worth more than that.
            with contextlib.suppress(BrokenPipeError), os.fdopen(ours, "wb") as write:
                write.write(request)
            return self._answer(read, time.monotonic() + seconds + GRACE)

    def _answer(self, read: io.RawIOBase, until: float) -> bytes:
        """Everything that is said until the other end closes. A press that says nothing for too long is ended."""
        found: list[bytes] = []
        room = MOST
        with selectors.DefaultSelector() as waiting:
            waiting.register(read, selectors.EVENT_READ)
            while waiting.select(max(0.0, until - time.monotonic())):
                some = read.read(_CHUNK) or b""
                room -= len(some)
                if not some or room < 0:
                    return b"".join(found) if room >= 0 else b""
                found.append(some)
        with self._lock:
            if self._process and self._owner == os.getpid():
                self._process.kill()
                self._process.wait()
        return b""

    def _begun(self) -> socket.socket:
        """The way to the press, which is started where there is none. One that was there before we were forked is ours too."""
        if self._asking and self._process and (self._owner != os.getpid() or self._process.poll() is None):
            return self._asking
        self._end()
        ours, theirs = socket.socketpair()
        # No object that deletes it when it is forgotten: in a process that was forked that would take the fonts from the press.
        self._folder = tempfile.mkdtemp(prefix="sapa-press-")
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.reports.fragments.press"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env=environment_in(self._folder),
            )
        self._asking, self._owner = ours, os.getpid()
        return ours

    def _end(self) -> None:
        if self._asking:
            self._asking.close()
        # Only whoever started it waits for it and cleans up behind it.
        if self._process and self._owner == os.getpid():
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = self._asking = None


PRESS = Press()
"""The press of this process."""
atexit.register(PRESS.close)
