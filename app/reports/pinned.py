"""The library as an assessment pinned it."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.assessments.answers import rubrics_of, with_pinned
from app.assessments.models import Assessment
from app.rubrics.registry import Library


def library_for(session: Session, library: Library, assessment: Assessment) -> Library:
    """The library with the assessment's rubrics as they were when it pinned them."""
    rubrics = rubrics_of(session, library, assessment)
    known = with_pinned(library, rubrics)
    return replace(
        known,
        rubrics={**library.rubrics, **{rubric.reference: rubric for rubric in rubrics}},
        digests={**library.digests, **{one.reference: one.digest for one in assessment.rubrics}},
    )
