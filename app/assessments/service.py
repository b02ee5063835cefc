"""Changes to assessments. Each holds one rule; the caller's transaction makes it stick."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.actor import Actor
from app.accounts.models import Organisation, Unit
from app.assessments import access, cited, trail, unasked
from app.assessments.answers import rubrics_of, store_rubric, store_score
from app.assessments.forms import AnswerForm, LinkForm, NewAssessmentForm
from app.assessments.models import (
    Answer,
    AnswerChange,
    Assessment,
    EvidenceLink,
    GatheredEvidence,
    PinnedRubric,
)
from app.errors import Conflict, NotFound, Problem
from app.evidence import access as evidence
from app.evidence.models import EvidenceItem
from app.i18n import gettext as _
from app.rubrics.model import Criterion
from app.rubrics.registry import Library
from app.scoring.scorecard import Scorecard


class StaleAnswer(Conflict):
    """Somebody else saved the answer since it was shown; `current` is what stands now."""

    def __init__(self, current: Answer) -> None:
        super().__init__(_("Somebody else saved this answer while you were typing. Both texts are shown; nothing is lost."))
        self.current = current


class NotExcludable(Problem):
    """The rubric does not allow "not applicable" here."""


class AlreadyLinked(Conflict):
    """The same place of the same item is linked to the answer."""


def get_criterion(session: Session, library: Library, assessment: Assessment, reference: str) -> Criterion:
    """The criterion `rubric:criterion` of the pinned rubrics. Raises NotFound."""
    rubric_id, _colon, criterion_id = reference.partition(":")
    for rubric in rubrics_of(session, library, assessment):
        if rubric.id == rubric_id and criterion_id in rubric.by_id:
            return rubric.by_id[criterion_id]
    raise NotFound(_("There is no such criterion in this assessment."))


def create(  # noqa: PLR0913 - where it is made, of what, by whom
    session: Session,
    library: Library,
    organisation: Organisation,
    unit: Unit | None,
    form: NewAssessmentForm,
    language: str,
    actor: Actor,
    *,
    now: datetime,
) -> Assessment:
    """A new assessment of the profile's rubrics, pinned as they are now; nothing is answered in it."""
    profile = library.profile(form.profile)
    assessment = Assessment(
        organisation_id=organisation.id,
        unit_id=unit.id if unit else None,
        title={language: form.title},
        institution={"name": {language: organisation.name}, "country": organisation.country},
        programme=None,
        date=form.date,
        profile=profile.id,
        targets={},
        raters={},
        created_at=now,
        updated_at=now,
        rubrics=[
            PinnedRubric(position=position, reference=rubric.reference, digest=store_rubric(session, rubric))
            for position, rubric in enumerate(library.rubrics_of(profile))
        ],
    )
    session.add(assessment)
    store_score(session, library, assessment)
    trail.note(session, assessment, "assessment.made", actor, now=now, data={"profile": profile.id})
    return assessment


def save_answer(
    session: Session, library: Library, assessment: Assessment, reference: str, form: AnswerForm, actor: Actor, *, now: datetime
) -> tuple[Answer, Scorecard]:
    """Save an answer and the scores that follow. Raises StaleAnswer, NotExcludable or NotFound."""
    criterion = get_criterion(session, library, assessment, reference)
    if form.justification is not None and not criterion.excludable:
        raise NotExcludable(_("“Not applicable” is not allowed for {code}: choose a level.").format(code=criterion.code))
    lock(session, assessment)
    answer = access.find_answer(session, assessment, reference)
    if (answer.version if answer else 0) != form.version:
        if answer is None:
            raise NotFound(_("There is no such version of this answer."))
        raise StaleAnswer(answer)
    if answer is None:
        answer = Answer(assessment_id=assessment.id, criterion=reference, version=0, links=[])
        session.add(answer)
    answer.level, answer.not_applicable = form.level, form.justification
    answer.comment, answer.strengths, answer.next_step = form.comment, form.strengths, form.next_step
    answer.to_confirm = form.to_confirm
    card = changed(session, library, assessment, answer, actor, "answer.saved", now=now)
    return answer, card


def lock(session: Session, assessment: Assessment) -> None:
    """Let changes to one assessment follow each other: what is read after this is current until the commit."""
    one = update(Assessment).where(Assessment.id == assessment.id).values(version=Assessment.version + 1)
    version = session.scalar(one.returning(Assessment.version).execution_options(synchronize_session=False))
    set_committed_value(assessment, "version", version)


def changed(  # noqa: PLR0913 - what changed, how, by whom
    session: Session,
    library: Library,
    assessment: Assessment,
    answer: Answer,
    actor: Actor,
    kind: str,
    *,
    now: datetime,
    item: int | list[int] | None = None,
) -> Scorecard:
    """Note a new version of an answer in its history and in the trail, and store the new scores."""
    answer.version += 1
    answer.updated_at, answer.updated_by = now, actor.id
    assessment.updated_at = now
    session.flush()
    content = content_of(answer)
    session.add(AnswerChange(answer_id=answer.id, version=answer.version, at=now, by=answer.updated_by, content=content))
    card = store_score(session, library, assessment)
    data = {"criterion": answer.criterion, "version": answer.version, "content": trail.digest_of(content)}
    trail.note(session, assessment, kind, actor, now=now, data=data if item is None else {**data, "item": item})
    return card


def content_of(answer: Answer) -> dict[str, Any]:
    """An answer as its history keeps it."""
    return {
        "level": answer.level,
        "not_applicable": answer.not_applicable,
        "comment": answer.comment,
        "strengths": answer.strengths,
        "next_step": answer.next_step,
        "to_confirm": answer.to_confirm,
        "evidence": [_link_of(link) for link in answer.links],
    }


def _link_of(link: EvidenceLink) -> dict[str, Any]:
    told = {"item": link.item_id, "where": link.where, "proves": link.proves}
    return told if link.cited_version is None else {**told, "version": link.cited_version}


def gather(session: Session, assessment: Assessment, item: EvidenceItem) -> None:
    """Count an item among the assessment's evidence."""
    if not access.is_gathered(session, assessment, item):
        position = access.count_gathered(session, assessment)
        session.add(GatheredEvidence(assessment_id=assessment.id, item_id=item.id, position=position))
        session.flush()


def link_evidence(
    session: Session, library: Library, assessment: Assessment, reference: str, form: LinkForm, actor: Actor, *, now: datetime
) -> EvidenceLink:
    """Link an item of the organisation's library to an answer, making the answer if there is none.

    Raises NotFound, or AlreadyLinked when the same place of the item is linked.
    """
    get_criterion(session, library, assessment, reference)
    item = evidence.find_by_code(session, actor, assessment.organisation_id, form.code)
    if item is None:
        raise NotFound(_("There is no evidence {code} in your library.").format(code=form.code))
    lock(session, assessment)
    answer = access.find_answer(session, assessment, reference)
    if answer is None:
        answer = Answer(assessment_id=assessment.id, criterion=reference, version=0, updated_at=now, links=[])
        session.add(answer)
        session.flush()
    if any(link.item_id == item.id and form.where in (None, link.where) for link in answer.links):
        raise AlreadyLinked(_("{code} is linked already. Say for each link where in it to look.").format(code=form.code))
    position = max((link.position for link in answer.links), default=0) + 1
    link = EvidenceLink(item_id=item.id, item=item, position=position, where=form.where, proves=form.proves)
    link.cited_version, link.cited_sha256 = cited.newest_version(session, item.id)
    answer.links.append(link)
    gather(session, assessment, item)
    changed(session, library, assessment, answer, actor, "evidence.linked", now=now, item=item.id)
    return link


def unlink_evidence(
    session: Session, library: Library, assessment: Assessment, link_id: int, actor: Actor, *, now: datetime
) -> str:
    """Take a link away, the item stays; return the criterion. Raises NotFound."""
    lock(session, assessment)
    link, owner = access.get_link(session, assessment, link_id)
    answer = access.find_answer(session, assessment, owner.criterion)
    assert answer is not None  # noqa: S101 - get_link found a link of it in this transaction
    answer.links.remove(link)
    changed(session, library, assessment, answer, actor, "evidence.unlinked", now=now, item=link.item_id)
    return answer.criterion


def rescore_users_of(session: Session, library: Library, item: EvidenceItem) -> None:
    """Score again every assessment that uses an item whose validity has changed."""
    for assessment_id in cited.users_of(session, item):
        assessment = unasked.by_id(session, assessment_id)
        if assessment.frozen_at is not None:
            continue
        lock(session, assessment)
        store_score(session, library, assessment)
