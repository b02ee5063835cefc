"""Moving an assessment to a newer edition: the page that shows what would happen, the step itself, and both for programs."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from app import clock
from app.accounts.actor import Actor
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access, editions, pages
from app.assessments.beginnings import Follow, Moved
from app.assessments.models import Assessment
from app.i18n import current
from app.portable.moving import Preview
from app.rubrics.editions import EditionMap
from app.rubrics.model import Rubric, in_language
from app.rubrics.registry import Library
from app.web.forms import FormDep
from app.web.if_match import PROBLEMS
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(tags=["assessments"])


@dataclass(frozen=True, slots=True)
class Move:
    """One move that is offered; the lists are (code, question) of criteria of the newer edition."""

    newer: str
    title: str
    status: str
    carried: int
    to_confirm: tuple[tuple[str, str], ...]
    left_open: tuple[tuple[str, str], ...]
    ended: tuple[str, ...]
    changed: int
    """How many criteria a rubric of only what changed has; 0 when there is none."""


def _move(found: EditionMap, told: Preview, part: tuple[Rubric, str] | None) -> Move:
    def named(ids: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        criteria = (found.newer.by_id[one] for one in ids)
        return tuple((one.code, in_language(one.question, current())) for one in criteria)

    return Move(
        newer=found.newer.reference,
        title=in_language(found.newer.of.title, current()),
        status=found.newer.of.status,
        carried=len(told.carried),
        to_confirm=named(told.to_confirm),
        left_open=named(told.left_open),
        ended=told.ended,
        changed=len(part[0].by_id) if part else 0,
    )


@router.get("/assessments/{assessment_id}/editions", name="editions", include_in_schema=False)
def show_editions(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int
) -> Response:
    """What each move would carry, ask to confirm and leave open."""
    assessment = access.get_readable(session, actor, assessment_id)
    page = pages.assessment_page(session, library, actor, assessment)
    moves = [
        _move(found, editions.look_ahead(session, assessment, found), editions.part_of(library, found.newer))
        for found in editions.offered(library, assessment)
    ]
    return render(request, "assessments/editions.html", page, moves=moves)


def _make(
    request: Request,
    session: Session,
    library: Library,
    assessment: Assessment,
    actor: Actor,
    newer: str,
    *,
    changes: bool,
) -> Assessment:
    """The copy, with all that comes along."""
    now = clock.now()
    made = editions.move_assessment(session, library, assessment, newer, actor, changes=changes, now=now)
    moved = Moved(assessment, made, editions.continued(session, library, assessment, newer, made))
    follows: tuple[Follow, ...] = request.app.state.follows_moves
    for follow in follows:
        follow(session, library, moved, actor, now)
    return made


@router.post("/assessments/{assessment_id}/editions", name="move_assessment", include_in_schema=False)
def move_assessment(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, data: FormDep
) -> Response:
    """Make the copy on the newer edition and go there."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.MANAGE)
    moved = _make(request, session, library, assessment, actor, str(data.get("newer", "")), changes=data.get("changes") == "1")
    return see_other(request, "assessment", assessment_id=moved.id)


@router.post("/assessments/{assessment_id}/take-back", name="take_back", include_in_schema=False)
def take_back(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int) -> Response:
    """Take a copy away again that nobody has worked on."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.MANAGE)
    editions.take_back(session, assessment, actor, now=clock.now())
    return see_other(request, "assessments")


class MoveIn(BaseModel):
    """The edition to move to; with `changes`, a new assessment of only what changed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"newer": "iso-9001-2026@1", "changes": False}})

    newer: str
    changes: bool = False


class MoveOut(BaseModel):
    """A move that is offered, by ids of criteria of the newer edition; `ended` are answered criteria of the older."""

    newer: str
    carried: list[str]
    to_confirm: list[str]
    left_open: list[str]
    ended: list[str]


class MovedOut(BaseModel):
    """The new assessment."""

    id: int


@router.get("/api/v1/assessments/{assessment_id}/editions", responses=PROBLEMS)
def list_moves(session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> list[MoveOut]:
    """The moves to newer editions, each with what it would carry."""
    assessment = access.get_readable(session, actor, assessment_id)
    found = [(one, editions.look_ahead(session, assessment, one)) for one in editions.offered(library, assessment)]
    return [
        MoveOut(
            newer=one.newer.reference,
            carried=list(told.carried),
            to_confirm=list(told.to_confirm),
            left_open=list(told.left_open),
            ended=list(told.ended),
        )
        for one, told in found
    ]


@router.post("/api/v1/assessments/{assessment_id}/editions", status_code=201, responses=PROBLEMS)
def make_move(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, body: MoveIn
) -> MovedOut:
    """Make a copy on the newer edition; the assessment itself stays as it is."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.MANAGE)
    moved = _make(request, session, library, assessment, actor, body.newer, changes=body.changes)
    return MovedOut(id=moved.id)


@router.delete("/api/v1/assessments/{assessment_id}", status_code=204, responses=PROBLEMS)
def take_back_by_api(session: SessionDep, actor: CurrentActor, assessment_id: int) -> None:
    """Take an assessment away again that nobody has worked on since it was made; 409 when somebody has."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.MANAGE)
    editions.take_back(session, assessment, actor, now=clock.now())
