"""The process that prints parts: it knows the renderer and the style sheet, and forks a bound child for each thing it is asked.

It is started once (`printing`), reads what it is asked for from its standard input as pairs of pipes, and ends when nobody holds
the other end any more. What people wrote reaches only the children: each is limited in memory and time, has no network, and ends
after one part, with its memory.
"""

import array
import gc
import json
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, BinaryIO

from app.files import confined
from app.reports.fragments import fragment, joining
from app.reports.pdf_child import CPU_SECONDS, MAX_RECURSION, MEMORY_BYTES, REFUSED

PIPES = 2
IDLE_SECONDS = 900
"""How long a press that nobody asks stays: it holds some 80 MB."""


def main() -> int:
    """Answer until nobody asks any more, or for long; 0."""
    asked = socket.socket(fileno=sys.stdin.fileno())
    asked.settimeout(IDLE_SECONDS)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    drawing: Any = None
    while pipes := _received(asked):
        kind, (source, target) = pipes
        if kind == b"d" and drawing is None:
            drawing = _drawing()
        if os.fork() == 0:
            # Whatever happens here ends here.
            code = 1
            try:
                asked.close()
                code = _child(source, target, _draw if kind == b"d" else _join, drawing)
            finally:
                os._exit(code)
        os.close(source)
        os.close(target)
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

    made = Drawing()
    # Draw once, so that every child finds read what all of them read.
    made.draw("warm", "<!DOCTYPE html><html lang='en'><title>x</title><p>x")
    gc.collect()
    gc.freeze()
    return made


Deed = Callable[[Any, dict[str, Any], list[bytes], list[str]], bytes]
"""What a child does: with the renderer, what it was asked, the bytes that came along, and what the renderer says."""


def _child(source: int, target: int, deed: Deed, drawing: Any) -> int:
    with os.fdopen(source, "rb") as read, os.fdopen(target, "wb") as write:
        head = json.loads(read.readline())
        # The kernel ends a child that takes too long, whatever it is busy with.
        signal.setitimer(signal.ITIMER_REAL, head["seconds"])
        confined.limit(MEMORY_BYTES, CPU_SECONDS)
        sys.setrecursionlimit(MAX_RECURSION)
        confined.refuse(*REFUSED)
        gc.disable()
        said: list[str] = []
        logging.basicConfig(level=logging.WARNING, handlers=[_Said(said)], force=True)
        try:
            made, failed = deed(drawing, head, [read.read(length) for length in head["lengths"]], said), ""
        except (Exception, RecursionError, MemoryError) as wrong:  # noqa: BLE001 - whoever asked decides what follows
            made, failed = b"", f"{type(wrong).__name__}: {wrong}"
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = {"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss}
        _tell(write, {"said": said, "failed": failed[:500], "length": len(made), **spent}, made)
    return 0


class _Said(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__()
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name}: {record.getMessage()}")


def _tell(write: BinaryIO, head: dict[str, Any], content: bytes) -> None:
    write.write(json.dumps(head).encode() + b"\n")
    write.write(content)


def _draw(drawing: Any, head: dict[str, Any], blobs: list[bytes], said: list[str]) -> bytes:
    drawn = drawing.draw(head["name"], blobs[0].decode())
    return fragment.to_bytes(replace(drawn, said=tuple(said)))


def _join(_drawing: Any, head: dict[str, Any], blobs: list[bytes], said: list[str]) -> bytes:
    many = head["parts"]
    frame, *parts = [fragment.from_bytes(one) for one in blobs[: many + 1]]
    for one in (frame, *parts):
        said += one.said
    files = zip(head["attached"], blobs[many + 1 :], strict=True)
    attached = [joining.Attached(name, description, content) for (name, description), content in files]
    return joining.join(parts, frame, attached, joining.Naming(head["identifier"], head["stamp"]))


if __name__ == "__main__":
    sys.exit(main())
