"""The history of an evidence item."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts import trail_pages
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.errors import Forbidden
from app.evidence import access
from app.i18n import gettext as _
from app.web.forms import whole_number
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


@router.get("/evidence/{item_id}/trail", name="evidence_trail")
def show_trail(request: Request, session: SessionDep, actor: CurrentActor, item_id: int, before: str = "") -> Response:
    """Who added, described and downloaded an item, newest first."""
    item = access.get_readable(session, actor, item_id)
    if not access.may(session, actor, item, Permission.READ_HISTORY):
        raise Forbidden(_("Your role in this organisation does not allow this."))
    part = trail_pages.of_subject(session, item.organisation_id, f"evidence:{item.id}", whole_number(before))
    return render(request, "evidence/trail.html", item, part=part)
