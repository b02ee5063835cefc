"""Pages for reopening, deleting and sharing an assessment, and how it stands. Signing it off: `signing_routes`."""

from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app import clock
from app.accounts.actor import Actor
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access, approval, pages, panels, sharing
from app.assessments.forms import ShareForm
from app.assessments.models import Assessment, SharedAssessment, Snapshot
from app.assessments.panels import Asked, Place
from app.assessments.signing import ReopenForm
from app.errors import Conflict
from app.web.forms import FormDep, fill
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(prefix="/assessments/{assessment_id}", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class StandingPage:
    """How an assessment stands: open or approved, and to whom it is shown."""

    snapshot: Snapshot | None
    shares: list[SharedAssessment]
    agencies: tuple[tuple[int, str], ...]
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def _show(  # noqa: PLR0913 - the page with what was typed into one of its forms
    request: Request,
    session: Session,
    library: LibraryDep,
    actor: Actor,
    assessment: Assessment,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    page = pages.assessment_page(session, library, actor, assessment, section="standing")
    may_share = page.may(Permission.SHARE.value)
    here = StandingPage(
        snapshot=access.last_snapshot(session, assessment),
        shares=sharing.shares_of(session, assessment) if may_share else [],
        agencies=tuple((one.id, one.name) for one in sharing.agencies(session)) if may_share else (),
        typed=typed or {},
        errors=errors or {},
    )
    asked = Asked(session, library, actor, assessment)
    around = panels.shown(request.app.state.panels, asked, [Place.APPROVAL])
    return render(request, "assessments/standing.html", page, here_page=here, status=status, panels=around)


@router.get("/standing", name="standing")
def show_standing(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int
) -> Response:
    """Whether the assessment is approved, and to whom it is shown."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.READ_HISTORY)
    return _show(request, session, library, actor, assessment)


@router.post("/reopen", name="reopen")
def reopen(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, data: FormDep
) -> Response:
    """Open an approved assessment to changes, for a reason."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.APPROVE)
    form = fill(ReopenForm, data)
    if form.value is None:
        return _show(request, session, library, actor, assessment, dict(form.typed), dict(form.errors), status=422)
    approval.reopen(session, library, assessment, form.value.reason, actor, now=clock.now())
    return see_other(request, "standing", assessment_id=assessment.id)


@router.post("/delete", name="delete_assessment")
def delete(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, data: FormDep
) -> Response:
    """Delete the assessment, called by its name; it can be brought back."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.MANAGE)
    typed = str(data.get("name", ""))
    try:
        approval.delete(session, assessment, typed, actor, now=clock.now())
    except approval.NameDiffers as refused:
        errors = {"name": refused.message}
        return _show(request, session, library, actor, assessment, {"name": typed}, errors, status=409)
    return see_other(request, "assessments")


@router.post("/restore", name="restore_assessment")
def restore(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int) -> Response:
    """Bring a deleted assessment back."""
    assessment = access.get_deleted(session, actor, assessment_id)
    approval.restore(session, assessment, actor, now=clock.now())
    return see_other(request, "assessment", assessment_id=assessment.id)


@router.post("/shares", name="share_assessment")
def share(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    data: FormDep,
) -> Response:
    """Show the assessment to an agency or a partner."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.SHARE)
    form = fill(ShareForm, data)
    errors, status = dict(form.errors), 422
    if form.value is not None:
        try:
            midnight = time(23, 59, 59, tzinfo=ZoneInfo(settings.timezone))
            sharing.share(session, assessment, form.value, actor, midnight, now=clock.now())
        except Conflict as refused:
            errors, status = {"email": refused.message}, 409
    if errors:
        return _show(request, session, library, actor, assessment, dict(form.typed), errors, status=status)
    return see_other(request, "standing", assessment_id=assessment.id, fragment="shares")


@router.post("/shares/{share_id}/end", name="end_share")
def end_share(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int, share_id: int) -> Response:
    """End a share."""
    assessment = access.get_permitted(session, actor, assessment_id, Permission.SHARE)
    sharing.end(session, assessment, share_id, actor, now=clock.now())
    return see_other(request, "standing", assessment_id=assessment.id, fragment="shares")
