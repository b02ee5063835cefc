"""Taking the last change of an answer back."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts.signed_in import CurrentActor
from app.assessments import access, undoing
from app.web.forms import FormDep, whole_number
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep

router = APIRouter(include_in_schema=False)


@router.post("/assessments/{assessment_id}/history/{reference}/undo", name="undo_answer")
def undo_answer(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    reference: str,
    data: FormDep,
) -> Response:
    """Put the answer back as it was before the change that made the version in the form."""
    assessment = access.get_editable(session, actor, assessment_id)
    version = whole_number(data.get("version")) or 0
    undoing.undo(session, library, assessment, reference, version, actor, now=clock.now())
    return see_other(request, "criterion", assessment_id=assessment.id, reference=reference)
