"""Files by their content: temporary file, fsync, rename, fsync of the folder; only then may a row name them."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.errors import TooLarge
from app.i18n import gettext as _
from app.scanning import Scanner

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes that are safely on disk."""

    sha256: str
    size: int
    scanned: bool = False
    """The virus scanner saw them and found nothing."""


class Storage:
    """A folder of files named by their SHA-256, two levels deep; with a scanner, what it objects to is never kept."""

    def __init__(self, folder: Path, scanner: Scanner | None = None) -> None:
        self.folder, self.scanner = folder, scanner

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of this digest lie."""
        return self.folder / sha256[:2] / sha256

    def store(self, source: BinaryIO, *, limit: int) -> StoredFile:
        """Copy a stream to disk while hashing it; raises TooLarge past `limit` bytes and leaves nothing behind then.

        Raises Infected, and ScannerAway where a scanner is required, and leaves nothing behind either.
        """
        with self._temporary() as (temporary, target):
            digest, size = hashlib.sha256(), 0
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    message = _("The file is larger than {limit} MB.")
                    raise TooLarge(message.format(limit=limit // CHUNK))
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
            scanned = self._scanned(temporary)
            self._settle(temporary, digest.hexdigest())
        return StoredFile(digest.hexdigest(), size, scanned)

    def open(self, sha256: str) -> BinaryIO:
        """The bytes. Raises FileNotFoundError when they are gone."""
        return self.path_of(sha256).open("rb")

    def _scanned(self, path: Path) -> bool:
        if self.scanner is None:
            return False
        with path.open("rb") as source:
            return self.scanner.check(source)

    @contextmanager
    def _temporary(self) -> Iterator[tuple[Path, BinaryIO]]:
        incoming = self.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = incoming / secrets.token_hex(12)
        try:
            with path.open("xb") as target:
                yield path, target
        finally:
            path.unlink(missing_ok=True)

    def _settle(self, temporary: Path, sha256: str) -> None:
        final = self.path_of(sha256)
        final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A link, not a move: the temporary name is removed by its own context, and an equal file that is there stays.
        try:
            os.link(temporary, final)
        except FileExistsError:
            return
        _sync_folder(final.parent)
        _sync_folder(self.folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
