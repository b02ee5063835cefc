"""The JSON API for the versions that citations mean."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from app import clock
from app.accounts.signed_in import CurrentActor
from app.assessments import access, citing
from app.evidence import access as evidence
from app.web.forms import Number
from app.web.if_match import PROBLEMS
from app.web.library import LibraryDep
from app.web.session import SessionDep

router = APIRouter(prefix="/api/v1", tags=["evidence"])


class MoveIn(BaseModel):
    """The newest version of the file, as it was seen: nobody cites what they have not seen."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"version": 2}})

    version: Number


class CitationOut(BaseModel):
    """A citation: the criterion it stands at, and the version of the file that it means."""

    id: int
    criterion: str
    version: int


class MovedOut(BaseModel):
    """How many citations were moved."""

    moved: int


@router.post("/assessments/{assessment_id}/links/{link_id}/move", responses=PROBLEMS)
def move_citation(
    session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, link_id: int, body: MoveIn
) -> CitationOut:
    """Let one citation mean the newest version of its file."""
    assessment = access.get_editable(session, actor, assessment_id)
    criterion = citing.move(session, library, assessment, link_id, body.version, actor, now=clock.now())
    return CitationOut(id=link_id, criterion=criterion, version=body.version)


@router.post("/evidence/{item_id}/citations/move", responses=PROBLEMS)
def move_citations(session: SessionDep, library: LibraryDep, actor: CurrentActor, item_id: int, body: MoveIn) -> MovedOut:
    """Let every citation of an item mean its newest version, in the open assessments whose answers one may change."""
    item = evidence.get_editable(session, actor, item_id)
    return MovedOut(moved=citing.move_all(session, library, item, body.version, actor, now=clock.now()))
