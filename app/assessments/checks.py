"""Whether what is stored is true."""

from sqlalchemy.orm import Session

from app.assessments import unasked
from app.assessments.answers import library_for, to_answers
from app.assessments.models import Assessment, StoredScore
from app.assessments.transfer import to_portable
from app.portable.read import assessed
from app.rubrics.registry import Library
from app.scoring.answers import Assessed
from app.scoring.score import score
from app.scoring.scorecard_json import to_json


def _as_scored(session: Session, library: Library, assessment: Assessment) -> Assessed:
    """What the stored scorecard was computed from: of an approved assessment, what was approved."""
    if assessment.frozen_at is None:
        return to_answers(session, library, assessment)
    return assessed(to_portable(session, assessment), library_for(session, library, assessment))


def wrong_scores(session: Session, library: Library) -> tuple[int, list[int]]:
    """How many assessments there are, and which have a stored scorecard that differs from the recomputed one."""
    wrong = []
    ids = unasked.every_id(session)
    for assessment_id in ids:
        stored = session.get(StoredScore, assessment_id)
        again = to_json(score(_as_scored(session, library, unasked.by_id(session, assessment_id))))
        if stored is None or stored.scorecard != again:
            wrong.append(assessment_id)
    return len(ids), wrong
