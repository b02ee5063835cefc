"""The process that prints: it knows the renderer and the style sheet, and forks a bound child for each thing it is asked.

It is started once (`printing`), reads what it is asked for from its standard input as pairs of pipes, and ends when nobody holds
the other end any more. What people wrote reaches only the children: each is limited in memory and time, has no network, and ends
after one thing, with its memory.
"""

import array
import contextlib
import fcntl
import gc
import json
import logging
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any, BinaryIO

from app.files import confined
from app.reports.fragments import fragment, joining, specimen

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 60
MAX_RECURSION = 3000
REFUSED = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")
PIPES = 2
_SETSIG = 10
"""F_SETSIG of Linux, which Python does not name: the signal that a pipe sends in place of SIGIO."""
IDLE_SECONDS = 900
"""How long a press that nobody asks stays: it holds some 80 MB."""


def main() -> int:
    """Answer until nobody asks any more, or for long; 0."""
    asked = socket.socket(fileno=sys.stdin.fileno())
    asked.settimeout(IDLE_SECONDS)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    drawing: Any = None
    warm = False
    while pipes := _received(asked):
        kind, (source, target) = pipes
        if kind != b"j" and drawing is None:
            drawing = _drawing()
        if os.fork() == 0:
            # Whatever happens here ends here.
            code = 1
            try:
                asked.close()
                code = _child(source, target, DEEDS[kind], drawing)
            finally:
                os._exit(code)
        os.close(source)
        os.close(target)
        if drawing is not None and not warm:
            # Whoever asked first does not wait for it.
            _warm(drawing)
            warm = True
    return 0


def _received(asked: socket.socket) -> tuple[bytes, tuple[int, int]] | None:
    """What kind of thing is asked for, and where it is read from and written to; None when nobody will ask again."""
    try:
        kind, fds = asked.recvmsg(1, socket.CMSG_LEN(PIPES * array.array("i").itemsize))[:2]
    except TimeoutError:
        return None
    found = array.array("i")
    for _level, _type, content in fds:
        found.frombytes(content)
    return (kind, (found[0], found[1])) if kind and len(found) == PIPES else None


def _drawing() -> Any:
    from app.reports.fragments.drawing import Drawing  # noqa: PLC0415 - joining alone starts without the renderer

    return Drawing()


def _warm(drawing: Any) -> None:
    """Find fonts and read dictionaries, so that every child from now on finds them found and read."""
    # Should the specimen fail, parts take longer, and those that fail too say why.
    with contextlib.suppress(Exception):
        drawing.draw("specimen", specimen.html(drawing.css))
    gc.collect()
    gc.freeze()


Deed = Callable[[Any, dict[str, Any], list[bytes], list[str]], list[bytes]]
"""What a child does: with the renderer, what it was asked, the bytes that came along, and what the renderer says."""


def _child(source: int, target: int, deed: Deed, drawing: Any) -> int:
    with os.fdopen(source, "rb") as read, os.fdopen(target, "wb") as write:
        _die_with(target)
        head = json.loads(read.readline() or "null")
        if head is None:
            # Whoever asked was gone before it had said what.
            return 0
        # The kernel ends a child that takes too long, whatever it is busy with.
        signal.setitimer(signal.ITIMER_REAL, head["seconds"])
        confined.limit(MEMORY_BYTES, CPU_SECONDS, may_write=deed is _lay_out)
        os.nice(max(0, head["nice"] - os.nice(0)))
        sys.setrecursionlimit(MAX_RECURSION)
        confined.refuse(*REFUSED)
        # What is laid out is one large graph, and the process ends with it: collecting costs a quarter of the time for nothing.
        gc.disable()
        said: list[str] = []
        logging.basicConfig(level=logging.WARNING, handlers=[_Said(said)], force=True)
        try:
            made, failed = deed(drawing, head, [read.read(length) for length in head["lengths"]], said), ""
        except (Exception, RecursionError, MemoryError) as wrong:  # noqa: BLE001 - whoever asked decides what follows
            made, failed = [], f"{type(wrong).__name__}: {wrong}"
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = {"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss}
        _die_with(target, dies=False)
        _tell(write, {"said": said, "failed": failed[:500], "lengths": [len(one) for one in made], **spent}, made)
    return 0


def _die_with(target: int, *, dies: bool = True) -> None:
    """End this process at once when nobody reads any more what it will say: who asked was cancelled, or is gone."""
    if sys.platform == "linux":
        fcntl.fcntl(target, _SETSIG, signal.SIGKILL)
        fcntl.fcntl(target, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(target, fcntl.F_GETFL)
        fcntl.fcntl(target, fcntl.F_SETFL, flags | os.O_ASYNC if dies else flags & ~os.O_ASYNC)


class _Said(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__()
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name}: {record.getMessage()}")


def _tell(write: BinaryIO, head: dict[str, Any], contents: list[bytes]) -> None:
    write.write(json.dumps(head).encode() + b"\n")
    write.writelines(contents)


def _draw(drawing: Any, head: dict[str, Any], blobs: list[bytes], said: list[str]) -> list[bytes]:
    made = []
    for name, html in zip(head["names"], blobs, strict=True):
        before = len(said)
        drawn = drawing.draw(name, html.decode())
        made.append(fragment.to_bytes(replace(drawn, said=tuple(said[before:]))))
    return made


def _join(_drawing: Any, head: dict[str, Any], blobs: list[bytes], said: list[str]) -> list[bytes]:
    many = head["parts"]
    frame, *parts = [fragment.from_bytes(one) for one in blobs[: many + 1]]
    for one in (frame, *parts):
        said += one.said
    files = zip(head["attached"], blobs[many + 1 :], strict=True)
    attached = [joining.Attached(name, description, content) for (name, description), content in files]
    return [joining.join(parts, frame, attached, joining.Naming(head["identifier"], head["stamp"]))]


def _lay_out(_drawing: Any, head: dict[str, Any], blobs: list[bytes], _said: list[str]) -> list[bytes]:
    from app.reports import one_piece  # noqa: PLC0415 - the renderer is there when it is needed

    tempfile.tempdir = head["folder"]
    return [one_piece.lay_out(json.loads(blobs[0]))]


DEEDS: dict[bytes, Deed] = {b"d": _draw, b"j": _join, b"p": _lay_out}
"""What the press is asked for by one letter: to draw parts, to join fragments, to lay out a PDF in one piece."""


if __name__ == "__main__":
    sys.exit(main())
