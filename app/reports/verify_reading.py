"""What a PDF says of itself, read in a process that can be killed."""

import base64
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from app.errors import Problem
from app.files.environment import environment_in
from app.i18n import gettext as _

WALL_SECONDS = 40.0
LARGEST = 30 * 1024 * 1024
"""Bytes of a file that is looked at: a report of 350 pages has 4 MB."""


class NotAReport(Problem):
    """The file is no PDF that Sapa made, or none that can be read within the limits."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What the signature says; see `signature_reading.Signed`."""

    good: bool
    problem: str | None
    fingerprint: str | None
    name: str | None
    at: str | None
    stamped: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is in the file: attachments, digests that its pages print, heads of the trail, its signature.

    `compares` is True when it calls itself a report on what changed. `whole` are the digests that are printed in full, as often
    as they are.
    """

    attachments: dict[str, bytes]
    compares: bool
    printed: tuple[str, ...]
    whole: tuple[str, ...]
    heads: tuple[str, ...]
    signature: Signature | None


def reasons() -> dict[str, str]:
    """Why a file cannot be verified, in words, by what the child says."""
    return {
        "encrypted": _("The file is encrypted: it cannot be verified."),
        "too_big": _(
            "The file needs too much memory to be read, or has too many pages or attachments: it is no report of Sapa's."
        ),
        "too_slow": _("The file takes too long to be read: it is no report of Sapa's."),
        "twice": _("The PDF carries an attachment twice."),
    }


def read_pdf(pdf: bytes, *, wall_seconds: float = WALL_SECONDS) -> Reading:
    """Read the file. Raises NotAReport when that cannot be done within the limits."""
    if len(pdf) > LARGEST:
        raise NotAReport(_("The file is larger than {limit} MB.").format(limit=LARGEST // 1024**2))
    with tempfile.TemporaryDirectory(prefix="sapa-verify-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "app.reports.verify_child"],
                input=pdf,
                capture_output=True,
                timeout=wall_seconds,
                cwd=folder,
                env=environment_in(folder),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotAReport(reasons()["too_slow"]) from None
    if done.returncode == 0:
        return _reading(done.stdout)
    # Stopped by a limit, or by what the file did to it: from outside the two look alike.
    word = "too_slow" if done.returncode < 0 else done.stderr.decode("utf-8", "replace").strip()
    raise NotAReport(reasons().get(word, _("The file cannot be read as a PDF.")))


def _reading(said: bytes) -> Reading:
    told = json.loads(said)
    signed = told["signed"]
    return Reading(
        {name: base64.b64decode(content) for name, content in told["attachments"].items()},
        told["compares"],
        tuple(told["printed"]),
        tuple(told["whole"]),
        tuple(told["heads"]),
        Signature(**signed) if signed else None,
    )
