"""The PDF of a report, laid out in a process that can be killed."""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.errors import Problem
from app.files.environment import environment_in
from app.i18n import gettext as _

WALL_SECONDS = 60
_AT_ONCE = threading.BoundedSemaphore(2)
"""Renders at the same time in one process: each may take a core and half a gigabyte."""


class ReportNotRendered(Problem):
    """The PDF could not be made; the data are safe."""


@dataclass(frozen=True, slots=True)
class AttachedText:
    """A text file that travels inside the PDF."""

    name: str
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF, and what the renderer warned of (nothing, when all is well)."""

    pdf: bytes
    warnings: tuple[str, ...]


def render_pdf(
    html: str, attachments: Sequence[AttachedText], *, day: date, identifier: str, wall_seconds: float = WALL_SECONDS
) -> Rendered:
    """Lay out `html`. The same input gives the same bytes: `day` and `identifier` stand for the clock and chance.

    Raises ReportNotRendered when it takes longer than `wall_seconds`, needs too much memory or cannot be laid out.
    """
    request = {
        "html": html,
        "date": f"{day.isoformat()}T00:00:00+00:00",
        "identifier": identifier,
        "attachments": [{"name": one.name, "description": one.description, "text": one.text} for one in attachments],
    }
    with _AT_ONCE, tempfile.TemporaryDirectory(prefix="sapa-render-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "app.reports.pdf_child"],
                input=json.dumps(request).encode(),
                capture_output=True,
                timeout=wall_seconds,
                cwd=folder,
                env=environment_in(folder),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise too_long(wall_seconds) from None
    said = tuple(line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip())
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        reason = said[-1][:300] if said else _("the process ended with code {code}").format(code=done.returncode)
        raise ReportNotRendered(_("The report could not be laid out ({reason}).").format(reason=reason))
    return Rendered(done.stdout, said)


def too_long(wall_seconds: float) -> ReportNotRendered:
    """What is said of a report that was stopped."""
    message = _("The report took longer than {seconds} seconds to lay out and was stopped.")
    return ReportNotRendered(message.format(seconds=round(wall_seconds)))
