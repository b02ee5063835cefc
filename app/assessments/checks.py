"""Whether what is stored is true."""

from sqlalchemy.orm import Session

from app.assessments import access
from app.assessments.answers import to_answers
from app.assessments.models import StoredScore
from app.rubrics.registry import Library
from app.scoring.score import score
from app.scoring.scorecard_json import to_json


def wrong_scores(session: Session, library: Library) -> tuple[int, list[int]]:
    """How many assessments there are, and which have a stored scorecard that differs from the recomputed one."""
    wrong = []
    ids = access.every_id(session)
    for assessment_id in ids:
        stored = session.get(StoredScore, assessment_id)
        again = to_json(score(to_answers(session, library, access.by_id(session, assessment_id))))
        if stored is None or stored.scorecard != again:
            wrong.append(assessment_id)
    return len(ids), wrong
