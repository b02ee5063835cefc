"""What a child process that touches what others wrote is given of the world."""

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def environment_in(folder: str) -> dict[str, str]:
    """Only what the child needs: no secret of the service reaches it. Its own temporary folder is home and cache."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(_ROOT),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MALLOC_ARENA_MAX": "1",
        "LANG": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "XDG_CACHE_HOME": folder,
    }
