"""Drawing the parts of a full report before anybody asks for it: after an answer was saved, a few of them are new.

What one person may see is not what another may see: parts are drawn for a reader, and found again only by who sees the same
(`fragments.store`).
"""

import time

from app.config import Settings
from app.reports.build import build
from app.reports.fragments.keeping import store_of
from app.reports.fragments.printing import PRESS
from app.reports.parts import Part, frame_of, parts_of
from app.reports.pdf import WALL_SECONDS
from app.reports.prepared import Prepared
from app.reports.printed import draw_parts
from app.reports.verification import with_verification


def parts_ahead(prepared: Prepared) -> tuple[Part, ...]:
    """The parts of the full report as its reader would get it now."""
    built = build(
        prepared.portable,
        prepared.library,
        prepared.asked.language,
        draft=prepared.draft,
        approval=prepared.approval,
        audit_head=prepared.audit_head,
        look=prepared.look,
        gone=prepared.gone,
    )
    report = with_verification(built.report, prepared.verification)
    return frame_of(report), *parts_of(report)


def draw_ahead(settings: Settings, prepared: Prepared, *, wall_seconds: float = WALL_SECONDS) -> int:
    """Draw and keep those parts that are not kept yet; how many those were. Raises NotPrinted, of which nobody need hear."""
    store = store_of(settings)
    missing = [one for one in parts_ahead(prepared) if store.get(one) is None]
    draw_parts(missing, store, PRESS, time.monotonic() + wall_seconds)
    return len(missing)
