"""Choosing what an assessment follows, and carrying answers forward. What is carried is always to be confirmed."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import service as assessments
from app.assessments import trail, undoing
from app.assessments.answers import rubrics_of
from app.assessments.models import Answer, Assessment, EvidenceLink
from app.cycles import access
from app.cycles.before import Before, before
from app.cycles.models import CarriedAnswer, Carry, Following
from app.errors import Conflict, NotFound
from app.evidence import access as evidence
from app.i18n import gettext as _
from app.rubrics.model import Criterion, Rubric, Standard
from app.rubrics.registry import Library


class NotOffered(Conflict):
    """The assessment cannot follow that one."""


class AlreadyAnswered(Conflict):
    """The criterion is answered: what stands there is replaced only if the person says so for this one."""


def choose(session: Session, assessment: Assessment, previous_id: int | None, actor: Actor, *, now: datetime) -> None:
    """Say which assessment this one follows; None for none. Raises NotOffered."""
    if previous_id is not None and previous_id not in {one.id for one in access.offered(session, actor, assessment)}:
        raise NotOffered(_("Choose one of the assessments offered."))
    assessments.lock(session, assessment)
    if previous_id == access.followed(session, assessment.id):
        return
    session.execute(delete(Following).where(Following.assessment_id == assessment.id))
    follow(session, assessment, previous_id, actor, now=now)


def follow(session: Session, assessment: Assessment, previous_id: int | None, actor: Actor, *, now: datetime) -> None:
    """Note what an assessment follows that follows nothing yet. No lock, which would count as work on a new one."""
    if previous_id is not None:
        session.add(Following(assessment_id=assessment.id, previous_id=previous_id, chosen_at=now, chosen_by=actor.id))
    session.flush()
    trail.note(session, assessment, "assessment.follows", actor, now=now, data={"previous": previous_id})


def get_standard(session: Session, library: Library, assessment: Assessment, reference: str) -> tuple[Rubric, Standard]:
    """The standard `rubric:standard` of the pinned rubrics. Raises NotFound."""
    rubric_id, _colon, name = reference.partition(":")
    for rubric in rubrics_of(session, library, assessment):
        found = next((one for one in rubric.standards if rubric.id == rubric_id and one.id == name), None)
        if found is not None:
            return rubric, found
    raise NotFound(_("There is no such standard in this assessment."))


def is_open(answer: Answer | None) -> bool:
    """Whether nothing was answered or written: evidence alone may be linked."""
    if answer is None:
        return True
    texts = (answer.comment, answer.strengths, answer.next_step, answer.not_applicable)
    return answer.level is None and not any(texts)


def to_carry(
    session: Session, library: Library, assessment: Assessment, previous: Assessment, standard: str
) -> list[tuple[str, Criterion, Before]]:
    """What carrying the open criteria of a standard would carry, in order."""
    rubric, found = get_standard(session, library, assessment, standard)
    named = {f"{rubric.id}:{one.id}": one for one in found.criteria}
    there = access.answers(session, assessment, list(named))
    still_open = [name for name in named if is_open(there.get(name))]
    earlier = before(session, library, assessment, previous, still_open)
    return [(name, named[name], earlier[name]) for name in still_open if name in earlier and earlier[name].says_something]


def carry_one(  # noqa: PLR0913 - what is carried from where to where, by whom, seen how
    session: Session,
    library: Library,
    assessment: Assessment,
    previous: Assessment,
    reference: str,
    actor: Actor,
    *,
    version: int,
    confirmed: bool,
    now: datetime,
) -> Answer:
    """Carry the answer to one criterion. Raises NotFound, AlreadyAnswered, or StaleAnswer for another version than was shown."""
    criterion = assessments.get_criterion(session, library, assessment, reference)
    # Asked before the lock as well, which counts as a change: what is only asked changes nothing.
    if not confirmed and not is_open(access.answers(session, assessment, [reference]).get(reference)):
        raise AlreadyAnswered(_("This criterion is answered already."))
    assessments.lock(session, assessment)
    found = before(session, library, assessment, previous, [reference]).get(reference)
    if found is None or not found.says_something:
        raise NotFound(_("This criterion was not answered before."))
    answer = access.answers(session, assessment, [reference]).get(reference)
    if answer is not None and answer.version != version:
        raise assessments.StaleAnswer(answer)
    if not is_open(answer) and not confirmed:
        raise AlreadyAnswered(_("This criterion is answered already."))
    return _carry(session, library, assessment, (reference, criterion, found), answer, actor, now=now)


def carry_standard(
    session: Session,
    library: Library,
    assessment: Assessment,
    previous: Assessment,
    standard: str,
    actor: Actor,
    *,
    now: datetime,
) -> Carry | None:
    """Carry what `to_carry` lists, as one step that can be undone; None when there is nothing. Raises NotFound."""
    assessments.lock(session, assessment)
    listed = to_carry(session, library, assessment, previous, standard)
    if not listed:
        return None
    carry = Carry(assessment_id=assessment.id, standard=standard, made_at=now, made_by=actor.id)
    session.add(carry)
    session.flush()
    there = access.answers(session, assessment, [reference for reference, *_rest in listed])
    for one in listed:
        made = _carry(session, library, assessment, one, there.get(one[0]), actor, now=now)
        session.add(CarriedAnswer(carry_id=carry.id, answer_id=made.id, version=made.version))
    session.flush()
    data = {"carry": carry.id, "standard": standard, "count": len(listed)}
    trail.note(session, assessment, "assessment.carried", actor, now=now, data=data)
    return carry


def _carry(
    session: Session,
    library: Library,
    assessment: Assessment,
    what: tuple[str, Criterion, Before],
    answer: Answer | None,
    actor: Actor,
    *,
    now: datetime,
) -> Answer:
    reference, criterion, earlier = what
    said = earlier.answer
    if answer is None:
        answer = Answer(assessment_id=assessment.id, criterion=reference, version=0, updated_at=now, links=[])
        session.add(answer)
        session.flush()
    answer.level = said.level
    answer.not_applicable = said.not_applicable if criterion.excludable else None
    answer.comment, answer.strengths, answer.next_step = said.comment, said.strengths, said.next_step
    answer.to_confirm = True
    _link(session, assessment, answer, earlier, actor)
    assessments.changed(session, library, assessment, answer, actor, "answer.carried", now=now)
    return answer


def _link(session: Session, assessment: Assessment, answer: Answer, earlier: Before, actor: Actor) -> None:
    """Cite the same items, also those that do not count any more; not such as the person may not see."""
    present = {(link.item_id, link.where) for link in answer.links}
    position = max((link.position for link in answer.links), default=0)
    for citation in earlier.answer.evidence:
        item = evidence.find_readable(session, actor, earlier.items[citation.id].id)
        if item is None or (item.id, citation.where) in present:
            continue
        position += 1
        link = EvidenceLink(item_id=item.id, item=item, position=position, where=citation.where, proves=citation.proves)
        link.cited_version, link.cited_sha256 = earlier.versions[citation.id, citation.where]
        answer.links.append(link)
        assessments.gather(session, assessment, item)


def undo(
    session: Session, library: Library, assessment: Assessment, carry_id: int, actor: Actor, *, now: datetime
) -> tuple[int, int]:
    """Take a carry back: (answers taken back, answers left because somebody has saved them since). Raises NotFound."""
    assessments.lock(session, assessment)
    carry = access.get_undoable(session, assessment, carry_id, now=now)
    taken = left = 0
    for answer, version in access.carried(session, carry):
        if answer.version != version:
            left += 1
            continue
        undoing.undo(session, library, assessment, answer.criterion, version, actor, now=now)
        taken += 1
    carry.undone_at = now
    session.flush()
    data = {"carry": carry.id, "standard": carry.standard, "count": taken}
    trail.note(session, assessment, "assessment.carry_undone", actor, now=now, data=data)
    return taken, left
