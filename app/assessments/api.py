"""The JSON API for assessments, `/api/v1`. Writes name the version they were made from (If-Match, RFC 9110)."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from app import clock
from app.accounts import access as accounts
from app.accounts.exports import Counted
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access, cited, service, trail
from app.assessments.forms import AnswerForm
from app.assessments.models import Answer, EvidenceLink, StoredScore
from app.assessments.own_rubrics import library_of
from app.assessments.transfer import import_portable, to_portable_for
from app.errors import Finding, Invalid, PreconditionFailed
from app.i18n import gettext as _
from app.portable.model import Prose
from app.portable.read import MAX_BYTES, read
from app.portable.write import to_data
from app.rubrics.model import StrictLevel
from app.web.forms import Number
from app.web.if_match import PROBLEMS, STALE, IfMatch, version_of
from app.web.library import LibraryDep
from app.web.session import AsideDep, SessionDep

router = APIRouter(prefix="/api/v1", tags=["assessments"])
PAGE = 100


class AssessmentOut(BaseModel):
    """A line of the list; figures are percent, null where a number does not exist."""

    model_config = ConfigDict(json_schema_extra={"example": {
        "id": 1, "title": {"en": "Self-assessment 2026"}, "organisation": "Sample University", "date": "2026-11-01",
        "verdict": "not_ready", "index": 48.3, "index_low": 44.0, "index_high": 55.1, "answered": 160, "applicable": 180,
        "blockers": 9,
    }})  # fmt: skip

    id: int
    title: dict[str, str]
    organisation: str
    date: str
    verdict: str | None
    index: float | None
    index_low: float | None
    index_high: float | None
    answered: int | None
    applicable: int | None
    blockers: int | None


class AnswerIn(BaseModel):
    """An answer as a whole: a level, or a justification why the criterion does not apply, or neither yet."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"level": 3, "comment": "Approved by the council on 28 March 2025."}}
    )

    level: StrictLevel | None = None
    not_applicable: Prose | None = None
    comment: Prose | None = None
    strengths: Prose | None = None
    next_step: Prose | None = None
    to_confirm: Annotated[bool, Field(strict=True)] = False


class AnswerOut(AnswerIn):
    """An answer with its version, which is also its ETag."""

    criterion: str
    version: int
    evidence: list[dict[str, str | int | None]] = []


@router.get("/assessments", responses=PROBLEMS)
def list_assessments(
    session: SessionDep, actor: CurrentActor, page: Annotated[int, Field(ge=1, le=100_000)] = 1
) -> list[AssessmentOut]:
    """The assessments of my organisations with their stored scores, 100 a page."""
    rows = access.list_readable(session, actor, limit=PAGE, offset=PAGE * (page - 1))
    return [_listed(row) for row in rows]


def _listed(row: access.ListedAssessment) -> AssessmentOut:
    names = ("verdict", "index", "index_low", "index_high", "answered", "applicable", "blockers")
    figures = {name: getattr(row.score, name) if row.score else None for name in names}
    return AssessmentOut(id=row.id, title=row.title, organisation=row.organisation, date=str(row.date), **figures)


@router.get("/assessments/{assessment_id}", responses=PROBLEMS, dependencies=[Counted])
def get_assessment(session: SessionDep, aside: AsideDep, actor: CurrentActor, assessment_id: int) -> dict[str, Any]:
    """The portable assessment (`sapa-assessment/1`)."""
    assessment = access.get_readable(session, actor, assessment_id)
    trail.note_export(aside, assessment, "assessment.exported", actor, {"format": "api"})
    return to_data(to_portable_for(session, actor, assessment))


@router.get("/assessments/{assessment_id}/scorecard", responses=PROBLEMS)
def get_scorecard(session: SessionDep, actor: CurrentActor, assessment_id: int) -> dict[str, Any]:
    """The scorecard (`sapa-scorecard/1`), numbers unrounded."""
    assessment = access.get_readable(session, actor, assessment_id)
    return session.get_one(StoredScore, assessment.id).scorecard


@router.post("/organisations/{organisation_id}/assessments", status_code=201, responses=PROBLEMS)
def import_assessment(
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    organisation_id: int,
    body: dict[str, Any],
    unit_id: Number | None = None,
) -> AssessmentOut:
    """Make an assessment from a portable one, for the whole organisation or for one of its units."""
    organisation = accounts.get_organisation(session, actor, organisation_id, Permission.MANAGE, unit_id)
    known = library_of(session, library, organisation.id)
    portable = read(json.dumps(body, ensure_ascii=False).encode()[: MAX_BYTES + 1], "body.json", known)
    assessment = import_portable(session, known, organisation, portable, actor, unit_id=unit_id, now=clock.now())
    score = session.get_one(StoredScore, assessment.id)
    return _listed(
        access.ListedAssessment(assessment.id, assessment.title, organisation.name, assessment.date, assessment.updated_at, score)
    )


@router.get("/assessments/{assessment_id}/answers/{criterion}", responses=PROBLEMS)
def get_answer(
    session: SessionDep, library: LibraryDep, actor: CurrentActor, response: Response, assessment_id: int, criterion: str
) -> AnswerOut:
    """One answer; version 0 while nothing was saved."""
    assessment = access.get_readable(session, actor, assessment_id)
    service.get_criterion(session, library, assessment, criterion)
    found = access.find_answer(session, assessment, criterion)
    return _answer(response, found, criterion, cited.hidden_codes(session, actor, assessment))


def _cited(link: EvidenceLink, hidden: frozenset[str]) -> dict[str, str | int | None]:
    if link.item.code in hidden:
        return {"id": link.item.code, "where": None, "proves": None, "version": None}
    return {"id": link.item.code, "where": link.where, "proves": link.proves, "version": link.cited_version}


def _answer(response: Response, answer: Answer | None, criterion: str, hidden: frozenset[str]) -> AnswerOut:
    version = answer.version if answer else 0
    response.headers["etag"] = f'"{version}"'
    if answer is None:
        return AnswerOut(criterion=criterion, version=0)
    return AnswerOut(
        criterion=criterion,
        version=version,
        level=answer.level,
        not_applicable=answer.not_applicable,
        comment=answer.comment,
        strengths=answer.strengths,
        next_step=answer.next_step,
        to_confirm=answer.to_confirm,
        evidence=[_cited(link, hidden) for link in answer.links],
    )


@router.put("/assessments/{assessment_id}/answers/{criterion}", responses=STALE)
def put_answer(  # noqa: PLR0913, PLR0917 - the request and its dependencies
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    response: Response,
    assessment_id: int,
    criterion: str,
    body: AnswerIn,
    if_match: IfMatch = None,
) -> AnswerOut:
    """Save an answer made from the version in If-Match ("0" for a first one)."""
    assessment = access.get_editable(session, actor, assessment_id)
    form = _as_form(body, version_of(if_match))
    try:
        answer, _card = service.save_answer(session, library, assessment, criterion, form, actor, now=clock.now())
    except service.StaleAnswer as stale:
        message = _("The answer is at version {version} now. Read it again before changing it.")
        raise PreconditionFailed(message.format(version=stale.current.version)) from stale
    return _answer(response, answer, criterion, cited.hidden_codes(session, actor, assessment))


def _as_form(body: AnswerIn, version: int) -> AnswerForm:
    if body.level is not None and body.not_applicable is not None:
        finding = Finding("body", 0, 0, "level", _("a level and “not applicable” at once"), _("keep one of the two"))
        raise Invalid([finding])
    choice = "na" if body.not_applicable is not None else "" if body.level is None else str(body.level)
    return AnswerForm(
        choice=choice,
        comment=body.comment,
        strengths=body.strengths,
        next_step=body.next_step,
        not_applicable=body.not_applicable,
        to_confirm=body.to_confirm,
        version=version,
    )
