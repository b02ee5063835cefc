"""The cover that an organisation's report wears: the one of the day on which what it shows was approved, else the present one."""

import base64
from datetime import datetime

from sqlalchemy.orm import Session

from app.assessments import access
from app.assessments.models import Assessment
from app.covers.access import cover_of
from app.files.logos import is_whole
from app.reports.model_look import PLAIN, Look
from app.rubrics.model import in_language


def look_of(session: Session, assessment: Assessment, language: str, at: datetime | None = None) -> Look:
    """The look of an assessment's report. `at` is when a revision was approved; an approved assessment says so itself.

    So the same snapshot is printed as the same bytes, whatever cover is set later.
    """
    if at is None and assessment.frozen_at is not None and (frozen := access.last_snapshot(session, assessment)) is not None:
        at = frozen.created_at
    cover = cover_of(session, assessment.organisation_id, at)
    if cover is None:
        return PLAIN
    is_broken = cover.logo is not None and not is_whole(cover.logo)
    logo = f"data:image/png;base64,{base64.b64encode(cover.logo).decode()}" if cover.logo and not is_broken else None
    return Look(logo, cover.colour, in_language(cover.words, language) if cover.words else None, is_broken)
