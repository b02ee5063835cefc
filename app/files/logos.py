"""A logo as we keep it: drawn anew in a child process with limits, so that nothing of the sender's file is ever printed."""

import subprocess
import sys
import tempfile

from app.errors import Problem
from app.files.environment import environment_in
from app.i18n import gettext as _

MOST_BYTES = 1024**2
MOST_SIDE = 4000
"""Pixels of the longer side of what is sent."""
WALL_SECONDS = 5.0


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


def _too_big() -> str:
    return _("The logo has too many pixels: at most {side} on a side.").format(side=MOST_SIDE)
