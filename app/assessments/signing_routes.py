"""Signing an assessment off: the page that shows what would be signed, and the signature."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app import clock
from app.accounts.actor import Actor
from app.accounts.policy import Permission
from app.accounts.proof import RecentProof
from app.accounts.signed_in import CurrentActor
from app.assessments import access, approval, pages, panels
from app.assessments.models import Assessment
from app.assessments.panels import Asked, Place
from app.assessments.signing import DraftChanged, NotYourName, Signature, signing_page
from app.web.forms import FormDep
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(prefix="/assessments/{assessment_id}", include_in_schema=False)


def _show(  # noqa: PLR0913 - the page with what was typed into its form
    request: Request,
    session: Session,
    library: LibraryDep,
    actor: Actor,
    assessment: Assessment,
    typed: str = "",
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    signing = signing_page(session, library, actor, assessment, {"name": typed}, errors)
    page = pages.assessment_page(session, library, actor, assessment, section="standing")
    around = panels.shown(request.app.state.panels, Asked(session, library, actor, assessment), [Place.APPROVAL])
    return render(request, "assessments/sign.html", page, signing=signing, status=status, panels=around)


@router.get("/approve", name="sign_off")
def show_signing(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """What would be signed. What is signed already is shown as it stands."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.APPROVE)
    if assessment.frozen_at is not None:
        return see_other(request, "standing", assessment_id=assessment.id)
    return _show(request, session, library, actor, assessment)


@router.post("/approve", name="approve")
def sign_off(
    request: Request, session: SessionDep, library: LibraryDep, actor: RecentProof, assessment_id: int, data: FormDep
) -> Response:
    """Sign: the assessment is frozen as it was shown. Whoever signs has proved lately who they are."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.APPROVE)
    typed = str(data.get("name", ""))
    try:
        approval.approve(session, assessment, Signature(typed, str(data.get("digest", ""))), actor, now=clock.now())
    except NotYourName as refused:
        return _show(request, session, library, actor, assessment, typed, {"name": refused.message}, status=422)
    except DraftChanged as refused:
        return _show(request, session, library, actor, assessment, typed, {"": refused.message}, status=409)
    return see_other(request, "standing", assessment_id=assessment.id)
