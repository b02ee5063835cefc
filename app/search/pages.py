"""Fills the page of what was found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.assessments.answers import rubric_of, rubrics_of
from app.assessments.models import Answer, Assessment
from app.errors import NotFound
from app.evidence.models import EvidenceItem
from app.folding import Piece, pieces, wanted
from app.i18n import current
from app.rubrics.model import in_language
from app.rubrics.registry import Library
from app.search import access, criteria
from app.search.access import Scope
from app.search.criteria import Pinned
from app.search.keeping import DESCRIPTION, TEXTS

AT_A_TIME = 20
KINDS = ("criteria", "answers", "evidence")


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: where it leads, its code and title, where it belongs, and the text around the words found."""

    address: str
    code: str
    title: str
    belongs_to: str
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits of one kind; `counts` are those of all kinds. `scope` is the assessment's (id, title), None for all."""

    query: str
    scope: tuple[int, str] | None
    asked: bool
    """Whether there is any word in what was typed."""
    kind: str = KINDS[0]
    counts: tuple[tuple[str, int], ...] = tuple((one, 0) for one in KINDS)
    hits: tuple[Hit, ...] = ()
    number: int = 1
    more: bool = False
    total: int = 0


Matching = list[tuple[int, str, str, list[str]]]
"""Criteria that match: the assessment that leads to them, the reference, the code, and the texts, question first."""


def search_page(session: Session, library: Library, scope: Scope, query: str, kind: str, number: int) -> SearchPage:
    """What is found for a query; of the kind that is asked for, else of the first that has something."""
    one = scope.assessment
    named = (one.id, in_language(one.title, current())) if one else None
    looked_for = wanted(query)
    if not looked_for:
        return SearchPage(query, named, asked=False)
    matching = _matching(session, library, scope, looked_for)
    found = (
        len(matching),
        access.count_answers(session, scope, looked_for),
        access.count_items(session, scope, looked_for),
    )
    counts = dict(zip(KINDS, found, strict=True))
    shown = kind if kind in counts else next((name for name in KINDS if counts[name]), KINDS[0])
    start = AT_A_TIME * (number - 1)
    if shown == "criteria":
        hits = _criteria(session, scope, matching[start : start + AT_A_TIME], looked_for)
    elif shown == "answers":
        answers = access.find_answers(session, scope, looked_for, limit=AT_A_TIME, offset=start)
        hits = _answers(session, library, scope, answers, looked_for)
    else:
        items = access.find_items(session, scope, looked_for, limit=AT_A_TIME, offset=start)
        hits = [_item(item, one, looked_for) for item in items]
    more = counts[shown] > start + AT_A_TIME
    return SearchPage(
        query,
        named,
        asked=True,
        kind=shown,
        counts=tuple(counts.items()),
        hits=tuple(hits),
        number=number,
        more=more,
        total=counts[shown],
    )


def _matching(session: Session, library: Library, scope: Scope, looked_for: Sequence[str]) -> Matching:
    found: Matching = []
    for reference, digest, assessment_id in access.pinned(session, scope):
        try:
            rubric = rubric_of(session, library, reference, digest)
        except NotFound:
            continue
        for one in criteria.found(Pinned(digest, rubric), current(), looked_for):
            code, *told = criteria.texts(one, current())
            found.append((assessment_id, f"{rubric.id}:{one.id}", code, told))
    return found


def _criteria(session: Session, scope: Scope, matching: Matching, looked_for: Sequence[str]) -> list[Hit]:
    known = access.with_rubrics(session, scope, {number for number, *_rest in matching})
    return [
        Hit(_criterion(number, reference), code, told[0], _title(known[number]), _snippet(told[1:], looked_for))
        for number, reference, code, told in matching
    ]


def _answers(session: Session, library: Library, scope: Scope, answers: Sequence[Answer], looked_for: Sequence[str]) -> list[Hit]:
    known = access.with_rubrics(session, scope, {one.assessment_id for one in answers})
    named = {
        (assessment.id, f"{rubric.id}:{criterion.id}"): criterion
        for assessment in known.values()
        for rubric in rubrics_of(session, library, assessment)
        for criterion in rubric.criteria()
    }
    hits = []
    for one in answers:
        criterion = named.get((one.assessment_id, one.criterion))
        code = criterion.code if criterion else one.criterion
        question = in_language(criterion.question, current()) if criterion else ""
        snippet = _snippet((getattr(one, name) for name in TEXTS), looked_for)
        address = _criterion(one.assessment_id, one.criterion)
        hits.append(Hit(address, code, question, _title(known[one.assessment_id]), snippet))
    return hits


def _item(item: EvidenceItem, assessment: Assessment | None, looked_for: Sequence[str]) -> Hit:
    """In an assessment the item is opened through it: guests have no other way."""
    place = f"/assessments/{assessment.id}" if assessment else ""
    told = [getattr(item, name) for name in DESCRIPTION if name not in ("code", "title")]
    snippet = _snippet([item.title, *told, *item.tags, *(one.file_name for one in item.versions)], looked_for)
    return Hit(f"{place}/evidence/{item.id}", item.code, item.title, "", snippet)


def _criterion(assessment_id: int, reference: str) -> str:
    return f"/assessments/{assessment_id}/criteria/{reference}"


def _title(assessment: Assessment) -> str:
    return in_language(assessment.title, current())


def _snippet(texts: Iterable[str | None], looked_for: Sequence[str]) -> tuple[Piece, ...]:
    """Around the first word that is found in the first text that has one."""
    found = (pieces(one, looked_for) for one in texts if one)
    return next((one for one in found if one), ())
