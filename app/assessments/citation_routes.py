"""Moving citations to the newest version of a file."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts.signed_in import CurrentActor
from app.assessments import access, citing
from app.evidence import access as evidence
from app.web.forms import FormDep, whole_number
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep

router = APIRouter(include_in_schema=False)


@router.post("/assessments/{assessment_id}/links/{link_id}/move", name="move_citation")
def move_citation(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    link_id: int,
    data: FormDep,
) -> Response:
    """Let one citation mean the newest version."""
    assessment, version = access.get_editable(session, actor, assessment_id), whole_number(data.get("version"))
    reference = citing.move(session, library, assessment, link_id, version, actor, now=clock.now())
    return see_other(request, "criterion", assessment_id=assessment.id, reference=reference, fragment="evidence")


@router.post("/evidence/{item_id}/citations/move", name="move_citations")
def move_citations(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, item_id: int, data: FormDep
) -> Response:
    """Let every citation of an item mean the newest version, as far as the person may change the answers."""
    item = evidence.get_editable(session, actor, item_id)
    citing.move_all(session, library, item, whole_number(data.get("version")), actor, now=clock.now())
    return see_other(request, "evidence_item", item_id=item.id, fragment="uses")
