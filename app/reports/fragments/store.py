"""Fragments kept between reports, by a hash of everything they were made from: what is asked for is what was asked for before.

They hold what people wrote. So the folder is the service's alone, what nobody asked for lately goes, and nothing stays for long
after it was made: what was deleted in an assessment is gone from here after `DAYS` at the latest.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path

from app import __version__, clock
from app.reports.fonts import FONTS
from app.reports.parts import Part
from app.web.templates import TEMPLATES

DAYS = 7
ROOM = 256 * 1024 * 1024
"""Bytes at most: some 500 full reports."""
_LOOK = "00"
"""Beginning of the names after which it is looked how much there is: one in 256."""
_LIBRARIES = ("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "cssselect2", "jinja2")


class Store:
    """A folder of fragments. What has no room goes, the oldest first."""

    def __init__(self, folder: Path, *, room: int = ROOM, now: Callable[[], datetime] = clock.now) -> None:
        self.folder, self.room, self.now = folder, room, now

    def get(self, part: Part) -> bytes | None:
        """The fragment of a part when it is there and not too old."""
        path = self._path(part)
        with suppress(OSError):
            if path.stat().st_mtime >= self._oldest():
                return path.read_bytes()
            path.unlink()
        return None

    def put(self, part: Part, content: bytes) -> None:
        """Keep a fragment. A folder that cannot be written costs time and nothing else."""
        path = self._path(part)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            # Made under another name that only we can read, then moved: nobody reads half a fragment.
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(content)
            Path(file.name).replace(path)
        if path.name.startswith(_LOOK):
            self.sweep()

    def drop(self, parts: Iterable[Part]) -> None:
        """Forget fragments of which one turned out to be none."""
        for part in parts:
            with suppress(OSError):
                self._path(part).unlink()

    def sweep(self) -> int:
        """Delete what is too old, then the oldest until the rest has room; how many went."""
        every = sorted(self._every())
        total, gone, oldest = sum(size for _at, size, _path in every), 0, self._oldest()
        for at, size, path in every:
            if total <= self.room and at >= oldest:
                break
            with suppress(OSError):
                path.unlink()
                total, gone = total - size, gone + 1
        return gone

    def _oldest(self) -> float:
        return (self.now() - timedelta(days=DAYS)).timestamp()

    def _every(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.folder.glob("*/*"):
            with suppress(OSError):
                told = path.stat()
                yield told.st_mtime, told.st_size, path

    def _path(self, part: Part) -> Path:
        key = key_of(part)
        return self.folder / key[:2] / key


def key_of(part: Part) -> str:
    """SHA-256 of a part and of everything that decides how it is drawn."""
    return hashlib.sha256(f"{_program()}\0{part.name}\0{part.html}".encode()).hexdigest()


@cache
def _program() -> str:
    """SHA-256 of what draws: our code and style sheets, the fonts, the versions of the libraries."""
    found = hashlib.sha256(f"{__version__}\0{[version(name) for name in _LIBRARIES]}".encode())
    sheets = [TEMPLATES / "reports" / name for name in ("report.css", "parts.css", "feet.css")]
    here = Path(__file__).parent
    for file in [*sheets, *sorted(here.glob("*.py")), *sorted(here.parent.glob("p*.py")), *sorted(FONTS.glob("*.ttf"))]:
        content = file.read_bytes()
        found.update(f"{file.name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()
