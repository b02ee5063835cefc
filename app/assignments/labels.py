"""What standards and criteria are called in the language in force, for several assessments at once."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessments.answers import rubric_of
from app.assessments.models import PinnedRubric
from app.i18n import current
from app.rubrics.model import in_language
from app.rubrics.registry import Library

Labels = dict[tuple[int, bool, str], tuple[str, str]]
"""(code, text) by assessment, whether it is a whole standard, and reference."""


def labels_of(session: Session, library: Library, assessments: Iterable[int]) -> Labels:
    """Of every standard and criterion of the rubrics that these assessments pinned."""
    found: Labels = {}
    query = select(PinnedRubric).where(PinnedRubric.assessment_id.in_(sorted(assessments)))
    for pinned in session.scalars(query.order_by(PinnedRubric.assessment_id, PinnedRubric.position)):
        rubric, number = rubric_of(session, library, pinned.reference, pinned.digest), pinned.assessment_id
        for standard in rubric.standards:
            title = in_language(standard.title, current())
            found[number, True, f"{rubric.id}:{standard.id}"] = (standard.number, title)
            for one in standard.criteria:
                found[number, False, f"{rubric.id}:{one.id}"] = (one.code, in_language(one.question, current()))
    return found
