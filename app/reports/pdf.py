"""The PDF of a report, laid out in a process that can be killed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.errors import Problem
from app.i18n import gettext as _
from app.reports.fragments.printing import PRESS, NotPrinted, TookTooLong

WALL_SECONDS = 60


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
    try:
        made = PRESS.lay_out(json.dumps(request).encode(), seconds=wall_seconds)
    except TookTooLong:
        raise too_long(wall_seconds) from None
    except NotPrinted as why:
        raise ReportNotRendered(_("The report could not be laid out ({reason}).").format(reason=str(why)[:300])) from None
    return Rendered(made.content, made.said)


def too_long(wall_seconds: float) -> ReportNotRendered:
    """What is said of a report that was stopped."""
    message = _("The report took longer than {seconds} seconds to lay out and was stopped.")
    return ReportNotRendered(message.format(seconds=round(wall_seconds)))
