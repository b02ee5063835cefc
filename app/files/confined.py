"""How a child process that touches what others wrote binds itself: memory, time, deeds. It ends with its parent."""

import ctypes
import resource
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1


def limit(memory_bytes: int, cpu_seconds: int, *, may_write: bool = False) -> None:
    """Bound this process. What it says goes to a pipe: unless it `may_write`, it writes no file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not may_write:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":
        # A server that dies takes its children along.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def refuse(*beginnings: str) -> None:
    """From now on what Python reports under a name that begins so (PEP 578) raises PermissionError. It cannot be taken back."""

    def hook(event: str, _arguments: tuple[Any, ...]) -> None:
        if event.startswith(beginnings):
            message = f"not allowed here: {event}"
            raise PermissionError(message)

    sys.addaudithook(hook)
