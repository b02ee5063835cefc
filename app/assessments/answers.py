"""From rows to what the method needs, and the scorecard that is stored beside an assessment."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from app.assessments.models import Answer, Assessment, EvidenceLink, PlannedAction, StoredRubric, StoredScore
from app.errors import NotFound
from app.evidence.models import EvidenceItem
from app.i18n import gettext as _
from app.rubrics.model import Nature, Rubric
from app.rubrics.registry import Library, canonical, digest, plain, with_rubrics
from app.scoring.answers import LIVE, Action, Assessed, Evidence, EvidenceStatus, natures_of
from app.scoring.answers import Answer as ScoredAnswer
from app.scoring.score import score
from app.scoring.scorecard import Scorecard
from app.scoring.scorecard_json import to_json


@lru_cache(maxsize=64)
def _from_content(content_digest: str, content: str) -> Rubric:  # noqa: ARG001 - the digest is the key that says what changed
    return Rubric.model_validate_json(content)


def rubric_of(session: Session, library: Library, reference: str, content_digest: str) -> Rubric:
    """The pinned rubric: the library's own when it still has this content, else the stored one. Raises NotFound."""
    present = library.rubrics.get(reference)
    if present is not None and library.digests[reference] == content_digest:
        return present
    stored = session.get(StoredRubric, content_digest)
    if stored is None:
        raise NotFound(_("The rubric {name} is missing.").format(name=reference))
    return _from_content(content_digest, canonical(stored.content))


def rubrics_of(session: Session, library: Library, assessment: Assessment) -> tuple[Rubric, ...]:
    """The pinned rubrics in order."""
    return tuple(rubric_of(session, library, one.reference, one.digest) for one in assessment.rubrics)


def with_pinned(library: Library, rubrics: Iterable[Rubric]) -> Library:
    """The library with the profiles of pinned rubrics that were brought in: such a profile is made from its rubric."""
    ours = {one.id for one in library.rubrics.values()}
    return with_rubrics(library, [one for one in rubrics if one.id not in ours])


def library_for(session: Session, library: Library, assessment: Assessment) -> Library:
    """The library with the assessment's rubrics as they were when it pinned them."""
    rubrics = rubrics_of(session, library, assessment)
    known = with_pinned(library, rubrics)
    return replace(
        known,
        rubrics={**library.rubrics, **{rubric.reference: rubric for rubric in rubrics}},
        digests={**library.digests, **{one.reference: one.digest for one in assessment.rubrics}},
    )


def store_rubric(session: Session, rubric: Rubric) -> str:
    """Keep a rubric's content under its digest, once; return the digest."""
    content_digest = digest(rubric)
    if session.get(StoredRubric, content_digest) is None:
        session.add(StoredRubric(digest=content_digest, reference=rubric.reference, content=plain(rubric)))
        session.flush()
    return content_digest


def to_answers(session: Session, library: Library, assessment: Assessment) -> Assessed:
    """What the method needs of an assessment's rows: four narrow queries, whatever is written in the answers."""
    rubrics = rubrics_of(session, library, assessment)
    profile = with_pinned(library, rubrics).profile(assessment.profile)
    return Assessed(
        date=assessment.date,
        profile=profile,
        scale=library.scale_of(profile),
        rubrics=rubrics,
        digests={one.reference: one.digest for one in assessment.rubrics},
        answers=_answers(session, library.natures(), assessment),
        targets=assessment.targets,
        crosswalks=tuple(library.crosswalks_among(rubric.id for rubric in rubrics)),
        actions=_actions(session, assessment),
    )


def _answers(session: Session, natures: Mapping[str, Nature], assessment: Assessment) -> dict[str, ScoredAnswer]:
    linked: dict[int, list[Evidence]] = {}
    links = (
        select(
            EvidenceLink.answer_id,
            EvidenceItem.kind,
            EvidenceItem.status,
            EvidenceItem.valid_from,
            EvidenceItem.valid_until,
        )
        .join(Answer, Answer.id == EvidenceLink.answer_id)
        .join(EvidenceItem, EvidenceItem.id == EvidenceLink.item_id)
        .where(Answer.assessment_id == assessment.id)
    )
    for answer_id, kind, status, valid_from, valid_until in session.execute(links):
        item = Evidence(natures[kind], EvidenceStatus(status), valid_from, valid_until)
        linked.setdefault(answer_id, []).append(item)
    rows = select(Answer.id, Answer.criterion, Answer.level, Answer.not_applicable)
    found: dict[str, ScoredAnswer] = {}
    for answer_id, criterion, level, not_applicable in session.execute(rows.where(Answer.assessment_id == assessment.id)):
        if not_applicable is not None:
            found[criterion] = ScoredAnswer(None)
        elif level is not None:
            found[criterion] = ScoredAnswer(level, natures_of(linked.get(answer_id, ()), assessment.date))
    return found


def _actions(session: Session, assessment: Assessment) -> tuple[Action, ...]:
    owned = or_(PlannedAction.owner.is_not(None), PlannedAction.owner_id.is_not(None))
    columns = (PlannedAction.criterion, PlannedAction.criteria, owned, PlannedAction.due, PlannedAction.status)
    rows = session.execute(select(*columns).where(PlannedAction.assessment_id == assessment.id))
    return tuple(
        Action(name, bool(has_owner), due is not None, status in LIVE)
        for criterion, further, has_owner, due, status in rows
        for name in (criterion, *further)
    )


def store_score(session: Session, library: Library, assessment: Assessment) -> Scorecard:
    """Score the assessment as it is now and keep the scorecard beside it."""
    session.flush()
    card = score(to_answers(session, library, assessment))
    values = {"version": assessment.version, **headline(card), "scorecard": to_json(card)}
    # Written without being read: the scorecard before this one is large, and nobody needs it here.
    done = session.execute(update(StoredScore).where(StoredScore.assessment_id == assessment.id).values(values))
    if not cast("CursorResult[Any]", done).rowcount:
        session.add(StoredScore(assessment_id=assessment.id, **values))
        session.flush()
    return card


def headline(card: Scorecard) -> dict[str, Any]:
    """The figures of the whole assessment as they are stored and shown; percentages unrounded, None where there is none."""
    return {
        "verdict": card.verdict.value,
        "index": None if card.index is None else float(card.index),
        "index_low": None if card.index_low is None else float(card.index_low),
        "index_high": None if card.index_high is None else float(card.index_high),
        "answered": sum(one.figures.answered for one in card.rubrics),
        "applicable": sum(one.figures.applicable for one in card.rubrics),
        "blockers": len(card.blockers),
    }
