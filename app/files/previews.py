"""Pictures of pages of files: made in a child process when they are asked for, kept by content, page and size."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.errors import Problem
from app.files.environment import environment_in
from app.files.storage import Storage
from app.i18n import gettext as _

WALL_SECONDS = 10.0
MOST_PAGE = 1_000_000
SHOWN_TYPES = ("application/pdf", "image/png", "image/jpeg")
SWEEP_AFTER = 64 * 1024**2
"""Bytes that one process writes before it looks whether the folder has grown too large."""
_BUSY, _DAY = 600, 86_400
"""Seconds for which it is remembered that a page took too long (the machine may have been busy), or that there is none."""


class Size(StrEnum):
    """How large the picture is."""

    SMALL = "small"
    PAGE = "page"


WIDTHS = {Size.SMALL: 240, Size.PAGE: 1200}


class Why(StrEnum):
    """Why there is no picture."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_BIG = "too_big"
    TOO_SLOW = "too_slow"
    NO_SUCH_PAGE = "no_such_page"
    MISSING = "missing"
    NOT_SHOWN = "not_shown"


class NoPreview(Problem):
    """There is no picture of this page; the message says why. The file itself can be downloaded all the same."""

    def __init__(self, why: Why) -> None:
        super().__init__(reasons()[why])
        self.why = why


def reasons() -> dict[Why, str]:
    """Why there is no picture, in words."""
    return {
        Why.ENCRYPTED: _("No preview: the file is encrypted. Download it and open it with its password."),
        Why.DAMAGED: _("No preview: the file is damaged. Download it and look whether it opens."),
        Why.TOO_BIG: _("No preview: the picture is too big to be shown here. Download the file."),
        Why.TOO_SLOW: _("No preview: this page could not be drawn within the limits of time and memory. Download the file."),
        Why.NO_SUCH_PAGE: _("No preview: the file has no such page."),
        Why.MISSING: _("There is no such file."),
        Why.NOT_SHOWN: _("No preview for this type of file. Download it."),
    }


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a file, in a size."""

    sha256: str
    media_type: str
    page: int
    size: Size


@dataclass(frozen=True, slots=True)
class Preview:
    """The picture (WebP, drawn by us) and how many pages the file has."""

    picture: bytes
    pages: int
    width: int
    height: int


def is_shown(media_type: str) -> bool:
    """Whether files of this type have previews."""
    return media_type in SHOWN_TYPES


class Previews:
    """A folder of pictures, at most `room` bytes of them for long."""

    def __init__(self, folder: Path, storage: Storage, *, room: int) -> None:
        self.folder, self.storage, self.room = folder, storage, room
        self._lock, self._written = threading.Lock(), 0

    def kept(self, wanted: Wanted) -> Preview | None:
        """The picture when it is there already. Raises NoPreview when it is known that there is none."""
        if not is_shown(wanted.media_type):
            raise NoPreview(Why.NOT_SHOWN)
        if not 1 <= wanted.page <= MOST_PAGE:
            raise NoPreview(Why.NO_SUCH_PAGE)
        path = self._path(wanted)
        with suppress(OSError, ValueError, KeyError):
            self._refuse_known(path.with_suffix(".no"))
            content = path.read_bytes()
            os.utime(path)
            return _read(content)
        return None

    def make(self, wanted: Wanted, *, wall_seconds: float = WALL_SECONDS) -> Preview:
        """The picture, from what is kept or drawn now, which takes up to `wall_seconds`. Raises NoPreview."""
        found = self.kept(wanted)
        if found is not None:
            return found
        try:
            drawn = _draw(self.storage.path_of(wanted.sha256), wanted, wall_seconds)
        except NoPreview as none:
            if none.why is not Why.MISSING:
                self._keep(self._path(wanted).with_suffix(".no"), none.why.value.encode())
            raise
        self._keep(self._path(wanted), drawn)
        return _read(drawn)

    def sweep(self) -> int:
        """Delete the pictures that were looked at longest ago until the rest has room, and those of files that are gone."""
        every = sorted(self._every(), key=lambda one: one[0])
        total, gone = sum(size for _at, size, _path in every), 0
        for _at, size, path in every:
            if total <= self.room and self.storage.path_of(path.parent.name).exists():
                continue
            with suppress(OSError):
                path.unlink()
                total, gone = total - size, gone + 1
                path.parent.rmdir()
        return gone

    def _every(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.folder.glob("*/*/*"):
            with suppress(OSError):
                told = path.stat()
                yield told.st_mtime, told.st_size, path

    def _path(self, wanted: Wanted) -> Path:
        name = f"{wanted.page}-{wanted.size.value}-{'pdf' if wanted.media_type == SHOWN_TYPES[0] else 'picture'}.yes"
        return self.folder / wanted.sha256[:2] / wanted.sha256 / name

    def _refuse_known(self, path: Path) -> None:
        """Raise NoPreview when it was found before that there is none."""
        if not path.exists():
            return
        why = Why(path.read_text(encoding="ascii"))
        if path.stat().st_mtime < time.time() - (_BUSY if why is Why.TOO_SLOW else _DAY):
            path.unlink(missing_ok=True)
            return
        raise NoPreview(why)

    def _keep(self, path: Path, content: bytes) -> None:
        """Put it in its place as a whole. A full disk loses the picture, not the answer."""
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            written = path.with_name(f"{secrets.token_hex(8)}.new")
            written.write_bytes(content)
            written.replace(path)
        with self._lock:
            self._written += len(content)
            due = self._written > SWEEP_AFTER
            self._written = 0 if due else self._written
        if due:
            self.sweep()


def _draw(path: Path, wanted: Wanted, wall_seconds: float) -> bytes:
    """What the child writes. Raises NoPreview."""
    arguments = [wanted.media_type, str(wanted.page), str(WIDTHS[wanted.size])]
    try:
        source = path.open("rb")
    except OSError:
        raise NoPreview(Why.MISSING) from None
    with source, tempfile.TemporaryDirectory(prefix="sapa-preview-") as folder:
        try:
            done = subprocess.run(  # noqa: S603 - our own program; its arguments are of our making
                [sys.executable, "-m", "app.files.preview_child", *arguments],
                stdin=source,
                capture_output=True,
                timeout=wall_seconds,
                cwd=folder,
                env=environment_in(folder),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NoPreview(Why.TOO_SLOW) from None
    if done.returncode == 0:
        return done.stdout
    if done.returncode < 0:
        # Stopped by a limit, or by what the file did to it: from outside the two look alike.
        raise NoPreview(Why.TOO_SLOW)
    said = done.stderr.decode("ascii", "replace").strip()
    raise NoPreview(Why(said) if said in set(Why) else Why.DAMAGED)


def _read(content: bytes) -> Preview:
    head, _newline, picture = content.partition(b"\n")
    told = json.loads(head)
    return Preview(picture, told["pages"], told["width"], told["height"])
