"""Changing many items at once: choose, say what, look, do."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts import access as accounts
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.errors import Problem
from app.evidence.models import EvidenceItem
from app.evidence.routes import choices_of
from app.evidence.service import NotAnOwner, OutOfSight
from app.holdings import bulk, bulk_pages
from app.holdings.bulk_forms import BulkForm
from app.holdings.choosing import items_of
from app.web.forms import FormDep, fill, whole_number
from app.web.library import LibraryDep
from app.web.problems import status_of
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(prefix="/organisations/{organisation_id}/evidence/bulk", include_in_schema=False)


def _page(  # noqa: PLR0913 - the page with what was typed
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    organisation_id: int,
    items: list[EvidenceItem],
    template: str = "holdings/bulk.html",
    *,
    form: BulkForm | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    choices = choices_of(session, library, actor, organisation_id)
    changes = bulk_pages.changes_of(items, form, choices) if form is not None else ()
    page = bulk_pages.bulk_page(organisation_id, items, choices, changes=changes, **more)
    return render(request, template, page, status=status)


@router.get("", name="bulk_edit")
def choose(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int) -> Response:
    """Say what is to become of the ticked items."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE)
    items = items_of(session, actor, organisation.id, request.query_params.getlist("item"))
    return _page(request, session, library, actor, organisation.id, items)


@router.get("/preview", name="preview_bulk_edit")
def preview(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int) -> Response:
    """Exactly what would become of each item; nothing is changed."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE)
    items = items_of(session, actor, organisation.id, request.query_params.getlist("item"))
    form = fill(BulkForm, request.query_params)
    if form.value is None:
        return _page(request, session, library, actor, organisation.id, items, typed=form.typed, errors=form.errors, status=422)
    try:
        bulk.refuse_unfit(session, library, items, form.value, actor)
    except (bulk.NotForThese, NotAnOwner, OutOfSight) as refused:
        errors = {"": refused.message}
        return _page(request, session, library, actor, organisation.id, items, typed=form.typed, errors=errors, status=422)
    template = "holdings/bulk_preview.html"
    return _page(request, session, library, actor, organisation.id, items, template, form=form.value, typed=form.typed)


@router.post("", name="do_bulk_edit")
def do(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int, data: FormDep
) -> Response:
    """Do what the preview showed, if the items are still as it showed them."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE)
    items = items_of(session, actor, organisation.id, data.getlist("item"))
    form = fill(BulkForm, data)
    if form.value is None:
        return _page(request, session, library, actor, organisation.id, items, typed=form.typed, errors=form.errors, status=422)
    try:
        batch = bulk.edit(session, library, items, form.value, _seen(data), actor, now=clock.now())
    except Problem as refused:
        return _page(
            request, session, library, actor, organisation.id, items, "holdings/bulk_preview.html",
            form=form.value, typed=form.typed, errors={"": refused.message}, status=status_of(refused),
        )  # fmt: skip
    if batch is None:
        return see_other(request, "evidence_library", organisation_id=organisation.id)
    return see_other(request, "evidence_batch", organisation_id=organisation.id, batch_id=batch.id)


def _seen(data: FormDep) -> dict[int, int]:
    """The versions of the items that the preview showed."""
    pairs = (str(one).partition(":") for one in data.getlist("seen"))
    return {whole_number(item) or 0: whole_number(version) or 0 for item, _colon, version in pairs}
