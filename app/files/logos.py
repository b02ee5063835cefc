"""A logo as we keep it: drawn anew in a child process with limits, so that nothing of the sender's file is ever printed."""

import struct
import subprocess
import sys
import tempfile
import zlib

from app.errors import Problem
from app.files.environment import environment_in
from app.i18n import gettext as _

MOST_BYTES = 1024**2
MOST_SIDE = 4000
"""Pixels of the longer side of what is sent."""
WALL_SECONDS = 5.0
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AROUND = 12
"""Bytes of a piece of a PNG beside what is in it: its length, its kind, its checksum."""


class BadLogo(Problem):
    """The file cannot be a logo; the message says why."""


def draw_logo(content: bytes, *, wall_seconds: float = WALL_SECONDS) -> bytes:
    """The logo as PNG on white, small enough for a page. Raises BadLogo."""
    if len(content) > MOST_BYTES:
        raise BadLogo(_("The logo is larger than {size} MB. Save it with fewer pixels.").format(size=MOST_BYTES // 1024**2))
    with tempfile.TemporaryDirectory(prefix="sapa-logo-") as folder:
        try:
            done = subprocess.run(  # noqa: S603 - our own program; its argument is of our making
                [sys.executable, "-m", "app.files.logo_child", str(MOST_SIDE)],
                input=content,
                capture_output=True,
                timeout=wall_seconds,
                cwd=folder,
                env=environment_in(folder),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise BadLogo(_too_big()) from None
    if done.returncode == 0:
        return done.stdout
    if done.returncode < 0 or done.stderr.strip() == b"too_big":
        raise BadLogo(_too_big())
    raise BadLogo(_("The logo is no picture that can be read: use PNG or JPEG."))


def is_whole(png: bytes) -> bool:
    """Whether a logo that we drew is still what we wrote: every piece with its checksum, up to the end."""
    place = len(_SIGNATURE)
    if not png.startswith(_SIGNATURE):
        return False
    while place + _AROUND <= len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        piece, checksum = png[place + 4 : place + 8 + length], png[place + 8 + length : place + _AROUND + length]
        if checksum != struct.pack(">I", zlib.crc32(piece)):
            return False
        if kind == b"IEND":
            return True
        place += _AROUND + length
    return False


def _too_big() -> str:
    return _("The logo has too many pixels: at most {side} on a side.").format(side=MOST_SIDE)
