"""The trail of an organisation: the page with its filters, and the whole of it as CSV and JSON lines."""

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session

from app.accounts import access, trail_pages
from app.accounts.actor import Actor
from app.accounts.exports import Counted, note_export
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.accounts.trail_pages import TrailPart
from app.accounts.trail_words import topics
from app.audit.access import Sought
from app.audit.chain import head_of
from app.web.forms import whole_number
from app.web.session import Aside, AsideDep, SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
_KIND = re.compile(r"[a-z_]{1,30}(?:\.[a-z_]{1,30})?")


@dataclass(frozen=True, slots=True)
class TrailPage:
    """A page of an organisation's trail, what it was narrowed to, and what there is to choose from."""

    organisation_id: int
    organisation: str
    part: TrailPart
    topics: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    kind: str
    person: str


@router.get("/organisations/{organisation_id}/trail", name="trail")
def show_trail(
    request: Request,
    session: SessionDep,
    actor: CurrentActor,
    organisation_id: int,
    kind: str = "",
    person: str = "",
    before: str = "",
) -> Response:
    """What happened in an organisation, newest first."""
    organisation = access.get_organisation(session, actor, organisation_id, Permission.READ_TRAIL)
    kind = kind if _KIND.fullmatch(kind) else ""
    sought = Sought(kind, whole_number(person), whole_number(before))
    page = TrailPage(
        organisation_id=organisation.id,
        organisation=organisation.name,
        part=trail_pages.of_organisation(session, organisation.id, sought),
        topics=tuple(topics().items()),
        people=trail_pages.people_choices(session, organisation.id),
        kind=kind,
        person=str(sought.person_id or ""),
    )
    return render(request, "accounts/trail.html", page)


@router.get("/organisations/{organisation_id}/trail.csv", name="trail_csv", dependencies=[Counted])
def trail_csv(
    request: Request,
    session: SessionDep,
    aside: AsideDep,
    settings: SettingsDep,
    actor: CurrentActor,
    organisation_id: int,
) -> Response:
    """The whole trail for a spreadsheet."""
    last = _last(session, aside, actor, organisation_id, "csv")
    rows = trail_pages.as_csv(request.app.state.database, organisation_id, last, settings.timezone)
    return _file(rows, f"sapa-trail-{organisation_id}.csv", "text/csv; charset=utf-8")


@router.get("/organisations/{organisation_id}/trail.jsonl", name="trail_jsonl", dependencies=[Counted])
def trail_jsonl(request: Request, session: SessionDep, aside: AsideDep, actor: CurrentActor, organisation_id: int) -> Response:
    """The whole trail for programs: each line holds what its hash covers."""
    last = _last(session, aside, actor, organisation_id, "jsonl")
    lines = trail_pages.as_json_lines(request.app.state.database, organisation_id, last)
    return _file(lines, f"sapa-trail-{organisation_id}.jsonl", "application/jsonl; charset=utf-8")


def _last(session: Session, aside: Aside, actor: Actor, organisation_id: int, ending: str) -> int:
    """The number of the last event now, for who may have them all; that they are taken is noted as the next."""
    organisation = access.get_organisation(session, actor, organisation_id, Permission.READ_TRAIL)
    head = head_of(session, organisation.id)
    subject = f"organisation:{organisation.id}"
    note_export(aside, actor, "trail.exported", of_chain=organisation.id, subject=subject, data={"format": ending})
    return int(head.split(":")[1]) if head else 0


def _file(parts: object, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(parts, media_type=media_type, headers=headers)  # type: ignore[arg-type]  # an iterator of text
