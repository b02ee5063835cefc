"""Linking many items to many criteria of an assessment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts import access as accounts
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access as assessments
from app.assessments import linking
from app.assessments.models import Assessment
from app.assessments.page_objects import TreeRubric
from app.assessments.pages import assessment_page
from app.errors import NotFound
from app.evidence.models import EvidenceItem
from app.holdings import access, bulk
from app.holdings.choosing import items_of
from app.i18n import current
from app.i18n import gettext as _
from app.rubrics.model import in_language
from app.web.forms import FormDep, whole_number
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(prefix="/organisations/{organisation_id}/evidence/link", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class LinkPage:
    """The chosen items; the open assessments, or the criteria of the one that was chosen."""

    organisation_id: int
    items: tuple[tuple[int, str, str], ...]
    assessments: tuple[tuple[int, str], ...]
    assessment_id: int | None = None
    title: str = ""
    rubrics: tuple[TreeRubric, ...] = ()
    ticked: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)


@router.get("", name="bulk_link")
def choose(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int, assessment: str = ""
) -> Response:
    """Choose the assessment, then its criteria."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE)
    items = items_of(session, actor, organisation.id, request.query_params.getlist("item"))
    chosen = _assessment(session, actor, organisation.id, assessment) if assessment else None
    return _page(request, session, library, actor, organisation.id, items, chosen)


def _assessment(session: SessionDep, actor: CurrentActor, organisation_id: int, number: Any) -> Assessment:
    """An assessment of this organisation whose answers the person may change."""
    found = assessments.get_editable(session, actor, whole_number(number) or 0)
    if found.organisation_id != organisation_id:
        raise NotFound(_("There is no such assessment."))
    return found


def _page(  # noqa: PLR0913 - the page with what was ticked
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    organisation_id: int,
    items: list[EvidenceItem],
    chosen: Assessment | None,
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    offered = access.open_assessments(session, actor, organisation_id)
    listed = tuple((one.id, in_language(one.title, current())) for one in offered)
    if chosen is not None:
        page = assessment_page(session, library, actor, chosen)
        more |= {"assessment_id": chosen.id, "title": page.title, "rubrics": page.rubrics}
    told = tuple((one.id, one.code, one.title) for one in items)
    return render(request, "holdings/link.html", LinkPage(organisation_id, told, listed, **more), status=status)


@router.post("", name="do_bulk_link")
def do(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int, data: FormDep
) -> Response:
    """Link every ticked item to every ticked criterion; what is linked already is left out and named."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.EDIT_EVIDENCE)
    items = items_of(session, actor, organisation.id, data.getlist("item"))
    chosen = _assessment(session, actor, organisation.id, data.get("assessment"))
    references = [one for one in data.getlist("criterion") if isinstance(one, str)]
    if not references:
        errors = {"": _("Tick at least one criterion.")}
        return _page(request, session, library, actor, organisation.id, items, chosen, errors=errors, status=422)
    done = linking.link_many(session, library, chosen, items, references, actor, now=clock.now())
    made = [one for one in done if one.link_id is not None]
    if not made:
        errors = {"": _("All of this is linked already.")}
        return _page(
            request, session, library, actor, organisation.id, items, chosen,
            ticked=frozenset(references), errors=errors, status=409,
        )  # fmt: skip
    changes = [
        {"assessment": chosen.id, "criterion": one.criterion, "item": one.item.id, "code": one.item.code, "link": one.link_id}
        for one in done
    ]
    batch = bulk.keep(session, organisation.id, "link", changes, actor, now=clock.now())
    bulk.note(session, batch, "evidence.linked_together", actor, len(made), now=clock.now())
    return see_other(request, "evidence_batch", organisation_id=organisation.id, batch_id=batch.id)
