"""Assessments for work that no person asked for: scoring again, checks. Never for a request's own path."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.assessments.models import Assessment
from app.errors import NotFound
from app.i18n import gettext as _


def by_id(session: Session, assessment_id: int) -> Assessment:
    """An assessment for work that no person asked for (re-scoring, checks); never for a request's own path. Raises NotFound."""
    found = session.scalar(select(Assessment).where(Assessment.id == assessment_id).options(selectinload(Assessment.rubrics)))
    if found is None:
        raise NotFound(_("There is no such assessment."))
    return found


def every_id(session: Session) -> list[int]:
    """The ids of all assessments, for checks of the whole installation."""
    return list(session.scalars(select(Assessment.id).order_by(Assessment.id)))
