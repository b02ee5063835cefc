"""The only door to assessments and what belongs to them. Another organisation's row is NotFound, as a missing one is."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Membership, Organisation, OrganisationKind, Person, Role
from app.accounts.policy import GUESTS, HOUSE, Permission, State, allows, require, roles_that
from app.assessments.models import (
    Answer,
    AnswerChange,
    Assessment,
    EvidenceLink,
    GatheredEvidence,
    PlannedAction,
    SharedAssessment,
    Snapshot,
    StoredScore,
    WithheldAssessment,
)
from app.errors import Forbidden, NotFound
from app.evidence import access as evidence
from app.evidence.models import EvidenceItem
from app.i18n import gettext as _

READ = Permission.READ
GUEST_IN = {Role.REVIEWER.value: OrganisationKind.AGENCY.value, Role.PARTNER.value: OrganisationKind.UNIVERSITY.value}
"""Guests get what is shared with an organisation of the right kind: reviewers at an agency, partners at a university."""


def _in_force(actor: Actor) -> ColumnElement[bool]:
    """The condition for a share that has not ended and means this person."""
    return and_(
        SharedAssessment.revoked_at.is_(None),
        or_(SharedAssessment.expires_at.is_(None), SharedAssessment.expires_at > actor.at),
        or_(SharedAssessment.person_id.is_(None), SharedAssessment.person_id == actor.id),
    )


def _guesthood(actor: Actor) -> Select[SharedAssessment]:
    """The shares that reach a person, each with the guest's role that they hold in the organisation it is for."""
    kinds = [
        and_(Membership.role == role, Organisation.kind == kind)
        for role, kind in GUEST_IN.items()
        if role in roles_that(READ, GUESTS)
    ]
    return (
        select(SharedAssessment)
        .join(Membership, Membership.organisation_id == SharedAssessment.organisation_id)
        .join(Organisation, Organisation.id == SharedAssessment.organisation_id)
        .where(accounts.memberships_of(actor), or_(*kinds), _in_force(actor))
    )


class Withheld(Forbidden):
    """The person rates this assessment blind: its answers are kept from them until the round is closed."""


def _withheld(actor: Actor) -> ColumnElement[bool]:
    rows = select(1).where(WithheldAssessment.assessment_id == Assessment.id, WithheldAssessment.person_id == actor.id)
    return exists(rows)


def reached_by(actor: Actor) -> ColumnElement[bool]:
    """The condition for assessments that a role or a share reaches, those that are withheld too."""
    shared = _guesthood(actor).where(SharedAssessment.assessment_id == Assessment.id).with_only_columns(SharedAssessment.id)
    own = accounts.holding(actor, READ, Assessment.organisation_id, Assessment.unit_id)
    return or_(own, exists(shared))


def _visible(actor: Actor) -> ColumnElement[bool]:
    return and_(reached_by(actor), ~_withheld(actor))


def readable_by(actor: Actor) -> Select[Assessment]:
    """The assessments a person's roles reach, and those shared with them; not the deleted, nor those they rate blind."""
    return select(Assessment).where(Assessment.deleted_at.is_(None), _visible(actor))


def get_permitted(session: Session, actor: Actor, assessment_id: int, permission: Permission) -> Assessment:
    """An assessment with its pinned rubrics, with which the person may do this.

    Raises NotFound for what they may not see, Forbidden for the role, Frozen for the state.
    """
    found = get_for_rating(session, actor, assessment_id, permission)
    if is_withheld(session, actor, found):
        raise Withheld(_("You rate this assessment without seeing its answers. It opens to you when the round is closed."))
    return found


def is_withheld(session: Session, actor: Actor, assessment: Assessment) -> bool:
    """Whether the answers are kept from the person, who rates them blind."""
    return session.get(WithheldAssessment, (assessment.id, actor.id)) is not None


def get_for_rating(session: Session, actor: Actor, assessment_id: int, permission: Permission) -> Assessment:
    """As `get_permitted`, also for who rates it blind. For pages that show no level of an answer."""
    query = select(Assessment).where(Assessment.deleted_at.is_(None), reached_by(actor), Assessment.id == assessment_id)
    found = session.scalar(query.options(selectinload(Assessment.rubrics)))
    if found is None:
        raise NotFound(_("There is no such assessment."))
    if permission is not READ:
        require(roles_on(session, actor, found), permission, state_of(found))
    return found


def get_readable(session: Session, actor: Actor, assessment_id: int) -> Assessment:
    """An assessment to read. Raises NotFound."""
    return get_permitted(session, actor, assessment_id, READ)


def get_editable(session: Session, actor: Actor, assessment_id: int) -> Assessment:
    """An assessment whose answers may be changed. Raises as `get_permitted`."""
    return get_permitted(session, actor, assessment_id, Permission.ANSWER)


def get_deleted(session: Session, actor: Actor, assessment_id: int) -> Assessment:
    """A deleted assessment, for who may bring it back. Raises NotFound for everybody else."""
    query = select(Assessment).where(Assessment.id == assessment_id, Assessment.deleted_at.is_not(None))
    own = accounts.holding(actor, Permission.MANAGE, Assessment.organisation_id, Assessment.unit_id)
    found = session.scalar(query.where(own).options(selectinload(Assessment.rubrics)))
    if found is None:
        raise NotFound(_("There is no such assessment."))
    return found


def list_deleted(session: Session, actor: Actor, organisation_id: int) -> list[Assessment]:
    """The deleted assessments of an organisation that the person may bring back, latest first."""
    own = accounts.holding(actor, Permission.MANAGE, Assessment.organisation_id, Assessment.unit_id)
    query = select(Assessment).where(Assessment.organisation_id == organisation_id, Assessment.deleted_at.is_not(None), own)
    return list(session.scalars(query.order_by(Assessment.deleted_at.desc(), Assessment.id)))


def roles_on(session: Session, actor: Actor, assessment: Assessment) -> frozenset[Role]:
    """The roles a person holds on an assessment: of the house, and as a guest."""
    own = accounts.roles_on(session, actor, assessment.organisation_id, assessment.unit_id) & HOUSE
    guests = _guesthood(actor).where(SharedAssessment.assessment_id == assessment.id).with_only_columns(Membership.role)
    return own or frozenset(Role(role) for role in session.scalars(guests))


def state_of(assessment: Assessment) -> State:
    """Open, or frozen since it was approved."""
    return State.FROZEN if assessment.frozen_at is not None else State.OPEN


def may(session: Session, actor: Actor, assessment: Assessment, permission: Permission) -> bool:
    """Whether the person may do this with the assessment as it is now."""
    return allows(roles_on(session, actor, assessment), permission, state_of(assessment))


def shows_evidence(session: Session, actor: Actor, assessment: Assessment) -> bool:
    """Whether the person may open the evidence of the assessment: people of the house, and guests it is shared with."""
    if accounts.roles_on(session, actor, assessment.organisation_id, assessment.unit_id) & HOUSE:
        return True
    shared = _guesthood(actor).where(SharedAssessment.assessment_id == assessment.id, SharedAssessment.with_evidence.is_(True))
    return session.scalar(shared.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class ListedAssessment:
    """A line of the list: the assessment, its organisation's name and its stored score (None before the first)."""

    id: int
    title: dict[str, str]
    organisation: str
    date: object
    updated_at: object
    score: StoredScore | None


def list_readable(
    session: Session, actor: Actor, *, limit: int, offset: int = 0, organisation_id: int | None = None
) -> list[ListedAssessment]:
    """A page of assessments with their scores, newest first: one query, whatever the number of criteria.

    With an organisation: its own, and what is shared with it.
    """
    columns = (Assessment.id, Assessment.title, Organisation.name, Assessment.date, Assessment.updated_at)
    query = (
        select(*columns, StoredScore)
        .join(Organisation, Organisation.id == Assessment.organisation_id)
        .outerjoin(StoredScore, StoredScore.assessment_id == Assessment.id)
        .options(defer(StoredScore.scorecard, raiseload=True))
        .where(Assessment.deleted_at.is_(None), _visible(actor))
        .order_by(Assessment.updated_at.desc(), Assessment.id.desc())
        .limit(limit)
        .offset(offset)
    )
    if organisation_id is not None:
        shared = _guesthood(actor).where(
            SharedAssessment.assessment_id == Assessment.id, SharedAssessment.organisation_id == organisation_id
        )
        here = Assessment.organisation_id == organisation_id
        query = query.where(or_(here, exists(shared.with_only_columns(SharedAssessment.id))))
    return [ListedAssessment(*row) for row in session.execute(query)]


def last_snapshot(session: Session, assessment: Assessment) -> Snapshot | None:
    """The assessment as it was approved last; None when it never was."""
    query = select(Snapshot).where(Snapshot.assessment_id == assessment.id)
    return session.scalar(query.order_by(Snapshot.revision.desc()).limit(1))


def find_answer(session: Session, assessment: Assessment, criterion: str) -> Answer | None:
    """The answer to a criterion with its links, their items and files; None while there is none."""
    query = (
        select(Answer)
        .where(Answer.assessment_id == assessment.id, Answer.criterion == criterion)
        .options(selectinload(Answer.links).joinedload(EvidenceLink.item).selectinload(EvidenceItem.versions))
    )
    return session.scalar(query)


def all_answers(session: Session, assessment: Assessment) -> list[Answer]:
    """Every answer with its links and items."""
    query = (
        select(Answer)
        .where(Answer.assessment_id == assessment.id)
        .options(selectinload(Answer.links).joinedload(EvidenceLink.item))
        .order_by(Answer.id)
    )
    return list(session.scalars(query))


def history(session: Session, answer: Answer) -> list[tuple[AnswerChange, str | None]]:
    """The answer's states, newest first, each with the name of who made it."""
    query = (
        select(AnswerChange, Person.name)
        .outerjoin(Person, Person.id == AnswerChange.by)
        .where(AnswerChange.answer_id == answer.id)
        .order_by(AnswerChange.version.desc())
    )
    return [(change, name) for change, name in session.execute(query)]


def gathered(session: Session, assessment: Assessment) -> list[EvidenceItem]:
    """The evidence gathered for an assessment, in order."""
    query = (
        select(EvidenceItem)
        .join(GatheredEvidence, GatheredEvidence.item_id == EvidenceItem.id)
        .where(GatheredEvidence.assessment_id == assessment.id)
        .options(selectinload(EvidenceItem.versions))
        .order_by(GatheredEvidence.position, EvidenceItem.id)
    )
    return list(session.scalars(query))


def library_codes(session: Session, actor: Actor, assessment: Assessment) -> tuple[tuple[str, str], ...]:
    """(code, title) of every valid item of the organisation's library that the person may see."""
    query = (
        evidence.readable_by(actor)
        .with_only_columns(EvidenceItem.code, EvidenceItem.title)
        .where(EvidenceItem.organisation_id == assessment.organisation_id, EvidenceItem.status == "valid")
        .order_by(EvidenceItem.code)
    )
    return tuple((code, title) for code, title in session.execute(query))


def is_gathered(session: Session, assessment: Assessment, item: EvidenceItem) -> bool:
    """Whether the item is already among the assessment's evidence."""
    return session.get(GatheredEvidence, (assessment.id, item.id)) is not None


def count_gathered(session: Session, assessment: Assessment) -> int:
    """The position after the last gathered item."""
    query = select(GatheredEvidence.position).where(GatheredEvidence.assessment_id == assessment.id)
    return max(session.scalars(query), default=0) + 1


def actions(session: Session, assessment: Assessment) -> list[PlannedAction]:
    """The plan in order."""
    query = select(PlannedAction).where(PlannedAction.assessment_id == assessment.id).options(joinedload(PlannedAction.person))
    return list(session.scalars(query.order_by(PlannedAction.position, PlannedAction.id)))


def get_action(session: Session, assessment: Assessment, action_id: int) -> PlannedAction:
    """An action of this assessment. Raises NotFound."""
    query = select(PlannedAction).where(PlannedAction.assessment_id == assessment.id, PlannedAction.id == action_id)
    found = session.scalar(query.options(joinedload(PlannedAction.person)))
    if found is None:
        raise NotFound(_("There is no such action."))
    return found


def get_link(session: Session, assessment: Assessment, link_id: int) -> tuple[EvidenceLink, Answer]:
    """A link of an answer of this assessment, with the answer. Raises NotFound."""
    query = (
        select(EvidenceLink, Answer)
        .join(Answer, Answer.id == EvidenceLink.answer_id)
        .where(Answer.assessment_id == assessment.id, EvidenceLink.id == link_id)
        .options(joinedload(EvidenceLink.item))
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound(_("There is no such link."))
    return found[0], found[1]
