"""What is found: of answers and evidence, only what the reader's own doors open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select, text
from sqlalchemy.orm import Session, selectinload

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Organisation
from app.assessments import access as assessments
from app.assessments import cited
from app.assessments.models import Answer, Assessment, PinnedRubric
from app.evidence import access as evidence
from app.evidence.models import EvidenceItem
from app.search.models import SearchDocument


@dataclass(frozen=True, slots=True)
class Scope:
    """Where it is looked: in one assessment that the person may read, or, with None, wherever they work now."""

    actor: Actor
    assessment: Assessment | None = None

    def assessments(self) -> Select[Assessment]:
        """The assessments that are searched: those of the organisation in the switch, and those that others show."""
        readable = assessments.readable_by(self.actor)
        if self.assessment is not None:
            return readable.where(Assessment.id == self.assessment.id)
        elsewhere = accounts.organisations_of(self.actor).with_only_columns(Organisation.id).order_by(None)
        here = Assessment.organisation_id == self.actor.organisation_id
        return readable.where(or_(here, Assessment.organisation_id.not_in(elsewhere)))

    def items(self, session: Session) -> Select[EvidenceItem]:
        """The evidence that is searched: that of the organisation in the switch, or what the assessment shows to the person."""
        if self.assessment is None:
            return evidence.readable_by(self.actor).where(EvidenceItem.organisation_id == self.actor.organisation_id)
        return cited.shown_in(session, self.actor, self.assessment)


def _found(session: Session, looked_for: Sequence[str]) -> ColumnElement[bool]:
    """The condition for documents with a word that begins with each of these, which are letters and digits alone."""
    if session.get_bind().dialect.name == "sqlite":
        asked = " ".join(f'"{one}"*' for one in looked_for)
        matching = literal_column("search_index").op("MATCH")(asked)
        return SearchDocument.id.in_(select(literal_column("rowid")).select_from(text("search_index")).where(matching))
    vector: ColumnElement[Any] = literal_column("array_to_tsvector(string_to_array(search_document.words, ' '))")
    asked = " & ".join(f"'{one}':*" for one in looked_for)
    return vector.op("@@")(text("CAST(:asked AS tsquery)").bindparams(asked=asked))


def _among(session: Session, looked_for: Sequence[str], of: Any, named: Any) -> ColumnElement[bool]:
    # A list, not a join: SQLite would go through all documents that match, for each row that may be read.
    found: ColumnElement[bool] = of.in_(select(named).where(_found(session, looked_for), named.is_not(None)))
    return found


def _answers(session: Session, scope: Scope, looked_for: Sequence[str]) -> Select[Any]:
    there = scope.assessments().with_only_columns(Assessment.id)
    return select(Answer).where(_among(session, looked_for, Answer.id, SearchDocument.answer_id), Answer.assessment_id.in_(there))


def _items(session: Session, scope: Scope, looked_for: Sequence[str]) -> Select[Any]:
    return scope.items(session).where(_among(session, looked_for, EvidenceItem.id, SearchDocument.item_id))


def _count(session: Session, query: Select[Any], column: Any) -> int:
    return session.scalar(query.with_only_columns(func.count(column))) or 0


def count_answers(session: Session, scope: Scope, looked_for: Sequence[str]) -> int:
    """How many answers are found."""
    return _count(session, _answers(session, scope, looked_for), Answer.id)


def count_items(session: Session, scope: Scope, looked_for: Sequence[str]) -> int:
    """How many evidence items are found."""
    return _count(session, _items(session, scope, looked_for), EvidenceItem.id)


def find_answers(session: Session, scope: Scope, looked_for: Sequence[str], *, limit: int, offset: int) -> list[Answer]:
    """A page of the answers that are found, latest change first."""
    query = _answers(session, scope, looked_for).order_by(Answer.updated_at.desc(), Answer.id.desc())
    return list(session.scalars(query.limit(limit).offset(offset)))


def find_items(session: Session, scope: Scope, looked_for: Sequence[str], *, limit: int, offset: int) -> list[EvidenceItem]:
    """A page of the items that are found, newest first, with the versions of their files."""
    query = (
        _items(session, scope, looked_for)
        .options(selectinload(EvidenceItem.versions), selectinload(EvidenceItem.tagged))
        .order_by(EvidenceItem.id.desc())
    )
    return list(session.scalars(query.limit(limit).offset(offset)))


def with_rubrics(session: Session, scope: Scope, ids: set[int]) -> dict[int, Assessment]:
    """These of the assessments that are searched, with the rubrics they pinned, by id."""
    query = scope.assessments().where(Assessment.id.in_(sorted(ids))).options(selectinload(Assessment.rubrics))
    return {one.id: one for one in session.scalars(query)}


def pinned(session: Session, scope: Scope) -> list[tuple[str, str, int]]:
    """The rubrics of the assessments that are searched: (reference, digest, the newest assessment that pinned it)."""
    query = (
        scope.assessments()
        .join(PinnedRubric, PinnedRubric.assessment_id == Assessment.id)
        .with_only_columns(PinnedRubric.reference, PinnedRubric.digest, func.max(Assessment.id))
        .group_by(PinnedRubric.reference, PinnedRubric.digest)
        .order_by(func.min(PinnedRubric.position), PinnedRubric.reference, PinnedRubric.digest)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
