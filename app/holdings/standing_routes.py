"""Withdrawing an item, letting it count again, deleting it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts.signed_in import CurrentActor
from app.evidence import access
from app.evidence.routes import described, show_with
from app.files.storage import Storage
from app.holdings import standing
from app.i18n import gettext as _
from app.web.forms import FormDep, fill
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep

router = APIRouter(prefix="/evidence/{item_id}", include_in_schema=False)


@router.post("/withdraw", name="withdraw_evidence")
def withdraw(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, item_id: int, data: FormDep
) -> Response:
    """Withdraw an item with a reason; without one the page says so."""
    item = access.get_editable(session, actor, item_id)
    form = fill(standing.WithdrawForm, data)
    if form.value is None:
        typed = {**described(item), "reason": form["reason"], "withdraw_status": form["status"]}
        return show_with(request, session, library, actor, item, typed, dict(form.errors), status=422)
    standing.withdraw(session, library, item, form.value, actor, now=clock.now())
    return see_other(request, "evidence_item", item_id=item.id)


@router.post("/revalidate", name="revalidate_evidence")
def revalidate(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, item_id: int) -> Response:
    """Let it count again."""
    item = access.get_editable(session, actor, item_id)
    standing.revalidate(session, library, item, actor, now=clock.now())
    return see_other(request, "evidence_item", item_id=item.id)


@router.post("/delete", name="delete_evidence")
def delete(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    item_id: int,
    data: FormDep,
) -> Response:
    """Delete an item that nobody cites, confirmed by its code."""
    item = access.get_editable(session, actor, item_id)
    typed = str(data.get("code", "")).strip()
    try:
        if typed == item.code:
            standing.delete(session, Storage(settings.files_dir), item, actor, now=clock.now())
            return see_other(request, "evidence_library", organisation_id=item.organisation_id)
        told, status = _("Type the code of the item, {code}, to delete it.").format(code=item.code), 422
    except standing.StillCited as refused:
        told, status = refused.message, 409
    shown = {**described(item), "code": typed}
    return show_with(request, session, library, actor, item, shown, {"code": told}, status=status)
