"""One's own reminders and calendar address, and the calendar that programs read."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock, i18n
from app.accounts.actor import Actor
from app.accounts.proof import RecentProof
from app.accounts.signed_in import CurrentActor
from app.accounts.vouched import refuse_vouched
from app.assignments import notices
from app.assignments.calendar import Entry, as_calendar
from app.assignments.due import due_for
from app.assignments.labels import labels_of
from app.errors import NotFound
from app.i18n import gettext as _
from app.rubrics.model import in_language
from app.web.forms import FormDep
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """How I hear what is due. `address` is a calendar address made just now, shown once."""

    reminders: bool
    may_have_calendar: bool
    calendar_since: datetime | None
    address: str | None = None


def _show(request: Request, session: SessionDep, actor: Actor, address: str | None = None) -> Response:
    page = NoticesPage(
        reminders=notices.wants_reminders(session, actor),
        may_have_calendar=notices.may_have_calendar(session, actor.id),
        calendar_since=notices.calendar_since(session, actor),
        address=address,
    )
    return render(request, "assignments/notices.html", page)


@router.get("/account/notices", name="notices")
def show_notices(request: Request, session: SessionDep, actor: CurrentActor) -> Response:
    """Reminders by mail, and the calendar address."""
    return _show(request, session, actor)


@router.post("/account/reminders", name="choose_reminders")
def choose_reminders(request: Request, session: SessionDep, actor: CurrentActor, data: FormDep) -> Response:
    """Switch reminders on or off."""
    notices.choose_reminders(session, actor, wanted=data.get("wanted") == "true", now=clock.now())
    return see_other(request, "notices")


@router.post("/account/calendar", name="make_calendar")
def make_calendar(request: Request, session: SessionDep, settings: SettingsDep, actor: RecentProof) -> Response:
    """Make a calendar address and show it once; an earlier one ends."""
    refuse_vouched(actor)
    token = notices.make_calendar(session, actor, now=clock.now())
    address = settings.base_url + str(request.app.url_path_for("calendar", token=token))
    return _show(request, session, actor, address)


@router.post("/account/calendar/end", name="end_calendar")
def end_calendar(request: Request, session: SessionDep, actor: CurrentActor) -> Response:
    """End the calendar address."""
    refuse_vouched(actor)
    notices.end_calendar(session, actor, now=clock.now())
    return see_other(request, "notices")


@router.get("/calendar/{token}.ics", name="calendar")
def calendar(request: Request, session: SessionDep, settings: SettingsDep, library: LibraryDep, token: str) -> Response:
    """The due dates of who has this address, for a calendar program, which knows no sign-in."""
    person = notices.find_owner(session, token) if len(token) <= LONGEST_TOKEN else None
    if person is None:
        raise NotFound(_("There is no such page."))
    with i18n.use(person.language):
        due = due_for(session, Actor.of(person, at=clock.now()))
        labels = labels_of(session, library, {one.assessment_id for one in due})
        entries = [
            Entry(
                number=one.assignment_id,
                title=in_language(one.title, i18n.current()),
                code=labels.get((one.assessment_id, one.whole, one.reference), ("", ""))[0],
                link=f"{settings.base_url}/assessments/{one.assessment_id}",
                due=one.due,
                made_at=one.made_at,
            )
            for one in due
        ]
        text = as_calendar(entries, name=_("Sapa: due dates"), host=urlsplit(settings.base_url).hostname or "localhost")
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)
