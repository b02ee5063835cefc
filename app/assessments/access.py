"""The only door to assessments and what belongs to them. Another organisation's row is NotFound, as a missing one is."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from app.accounts import access as accounts
from app.accounts.models import WRITERS, Membership, Organisation, Person
from app.assessments.models import (
    Answer,
    AnswerChange,
    Assessment,
    EvidenceLink,
    GatheredEvidence,
    OrganisationRubric,
    PlannedAction,
    StoredScore,
)
from app.errors import Forbidden, NotFound
from app.evidence.models import EvidenceItem
from app.i18n import gettext as _


def readable_by(person: Person) -> Select[Assessment]:
    """The assessments of the organisations a person belongs to."""
    mine = select(Membership.organisation_id).where(Membership.person_id == person.id)
    return select(Assessment).where(Assessment.organisation_id.in_(mine))


def get_readable(session: Session, person: Person, assessment_id: int) -> Assessment:
    """An assessment with its pinned rubrics. Raises NotFound."""
    query = readable_by(person).where(Assessment.id == assessment_id).options(selectinload(Assessment.rubrics))
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such assessment."))
    return found


def get_editable(session: Session, person: Person, assessment_id: int) -> Assessment:
    """As `get_readable`; raises Forbidden for a role that may only read."""
    found = get_readable(session, person, assessment_id)
    if not may_edit(session, person, found):
        raise Forbidden(_("Your role in this organisation does not allow this."))
    return found


def may_edit(session: Session, person: Person, assessment: Assessment) -> bool:
    """Whether the person's role allows changes."""
    return accounts.holds(session, person, assessment.organisation_id, *WRITERS)


@dataclass(frozen=True, slots=True)
class ListedAssessment:
    """A line of the list: the assessment, its organisation's name and its stored score (None before the first)."""

    id: int
    title: dict[str, str]
    organisation: str
    date: object
    updated_at: object
    score: StoredScore | None


def list_readable(session: Session, person: Person, *, limit: int, offset: int = 0) -> list[ListedAssessment]:
    """A page of assessments with their scores, newest first: one query, whatever the number of criteria."""
    mine = select(Membership.organisation_id).where(Membership.person_id == person.id)
    columns = (Assessment.id, Assessment.title, Organisation.name, Assessment.date, Assessment.updated_at)
    query = (
        select(*columns, StoredScore)
        .join(Organisation, Organisation.id == Assessment.organisation_id)
        .outerjoin(StoredScore, StoredScore.assessment_id == Assessment.id)
        .options(defer(StoredScore.scorecard, raiseload=True))
        .where(Assessment.organisation_id.in_(mine))
        .order_by(Assessment.updated_at.desc(), Assessment.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [ListedAssessment(*row) for row in session.execute(query)]


def find_answer(session: Session, assessment: Assessment, criterion: str) -> Answer | None:
    """The answer to a criterion with its links and their items; None while there is none."""
    query = (
        select(Answer)
        .where(Answer.assessment_id == assessment.id, Answer.criterion == criterion)
        .options(selectinload(Answer.links).joinedload(EvidenceLink.item))
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


def library_codes(session: Session, assessment: Assessment) -> tuple[tuple[str, str], ...]:
    """(code, title) of every valid item of the organisation's library."""
    query = (
        select(EvidenceItem.code, EvidenceItem.title)
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
    query = select(PlannedAction).where(PlannedAction.assessment_id == assessment.id)
    return list(session.scalars(query.order_by(PlannedAction.position, PlannedAction.id)))


def get_action(session: Session, assessment: Assessment, action_id: int) -> PlannedAction:
    """An action of this assessment. Raises NotFound."""
    query = select(PlannedAction).where(PlannedAction.assessment_id == assessment.id, PlannedAction.id == action_id)
    found = session.scalar(query)
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


def users_of(session: Session, item: EvidenceItem) -> list[tuple[int, dict[str, str], str]]:
    """Where an item is used: (assessment id, its title, criterion)."""
    query = (
        select(Assessment.id, Assessment.title, Answer.criterion)
        .join(Answer, Answer.assessment_id == Assessment.id)
        .join(EvidenceLink, EvidenceLink.answer_id == Answer.id)
        .where(EvidenceLink.item_id == item.id)
        .order_by(Assessment.id, Answer.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def by_id(session: Session, assessment_id: int) -> Assessment:
    """An assessment for work that no person asked for (re-scoring, checks); never for a request's own path. Raises NotFound."""
    found = session.scalar(select(Assessment).where(Assessment.id == assessment_id).options(selectinload(Assessment.rubrics)))
    if found is None:
        raise NotFound(_("There is no such assessment."))
    return found


def every_id(session: Session) -> list[int]:
    """The ids of all assessments, for checks of the whole installation."""
    return list(session.scalars(select(Assessment.id).order_by(Assessment.id)))


def own_rubrics(session: Session, organisation_id: int) -> list[OrganisationRubric]:
    """The rubrics an organisation brought in, newest first, with their content. The caller has checked the organisation."""
    query = (
        select(OrganisationRubric)
        .where(OrganisationRubric.organisation_id == organisation_id)
        .options(joinedload(OrganisationRubric.stored))
        .order_by(OrganisationRubric.id.desc())
    )
    return list(session.scalars(query))


def find_own_rubric(session: Session, organisation_id: int, rubric_id: str, edition: str) -> OrganisationRubric | None:
    """The organisation's own rubric of this id and edition; None when there is none."""
    mine = OrganisationRubric.organisation_id == organisation_id
    query = select(OrganisationRubric).where(mine, OrganisationRubric.rubric_id == rubric_id)
    return session.scalar(query.where(OrganisationRubric.edition == edition))


def get_own_rubric(session: Session, person: Person, own_id: int) -> OrganisationRubric:
    """One of them, by its id. Raises NotFound, also for another organisation's."""
    mine = select(Membership.organisation_id).where(Membership.person_id == person.id)
    query = (
        select(OrganisationRubric)
        .where(OrganisationRubric.id == own_id, OrganisationRubric.organisation_id.in_(mine))
        .options(joinedload(OrganisationRubric.stored))
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such rubric."))
    return found
