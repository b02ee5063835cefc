"""Drawing the parts of a report before anybody asks for it: after an answer was saved, one or two parts are new.

Reading and drawing are apart, so that no transaction stays open while parts are drawn. What one person may see is not what
another may see: parts are drawn for the one who saved, and found again only by who sees the same (`fragments.store`).
"""

import time
from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import access
from app.assessments.answers import library_for
from app.assessments.transfer import to_portable_for
from app.audit import chain
from app.config import Settings
from app.reports import issuing, looks
from app.reports.approved import approval_in_force
from app.reports.build import build
from app.reports.fragments.keeping import store_of
from app.reports.fragments.printing import PRESS
from app.reports.gone import gone
from app.reports.parts import Part, frame_of, parts_of
from app.reports.pdf import WALL_SECONDS
from app.reports.printed import draw_parts
from app.reports.verification import with_verification
from app.rubrics.registry import Library


def parts_ahead(
    session: Session, settings: Settings, library: Library, actor: Actor, assessment_id: int, language: str
) -> tuple[Part, ...]:
    """The parts of the full report as this reader would get it now. Raises NotFound for what the person may not read."""
    assessment = access.get_readable(session, actor, assessment_id)
    draft = assessment.frozen_at is None
    portable = to_portable_for(session, actor, assessment)
    built = build(
        portable,
        library_for(session, library, assessment),
        language,
        draft=draft,
        approval=approval_in_force(session, assessment),
        audit_head=chain.head_of(session, assessment.organisation_id),
        look=looks.look_of(session, assessment, language),
        gone=gone(session, settings, actor, assessment, portable),
    )
    address = None if draft else issuing.address_of(settings, access.last_snapshot(session, assessment))
    report = with_verification(built.report, address)
    return frame_of(report), *parts_of(report)


def draw_ahead(settings: Settings, parts: Sequence[Part], *, wall_seconds: float = WALL_SECONDS) -> int:
    """Draw and keep those that are not kept yet; how many those were. Raises NotPrinted, of which nobody need hear."""
    store = store_of(settings)
    missing = [one for one in parts if store.get(one) is None]
    draw_parts(missing, store, PRESS, time.monotonic() + wall_seconds)
    return len(missing)
