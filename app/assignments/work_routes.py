"""“My work”: the page where everybody who belongs to an organisation begins."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Organisation
from app.accounts.policy import GUESTS, HOUSE, Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access as assessments
from app.assessments.work_sections import AskedWork, WorkItem, WorkSection
from app.assignments.first_steps import FirstStep, first_steps
from app.assignments.routes import today_in
from app.assignments.work import SECTIONS
from app.web.csrf import cookie_name
from app.web.forms import FormDep
from app.web.i18n import YEAR
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
SHORT, PAGE = 5, 50
"""How much of a section stands on the page of all, and how much on its own."""
MOST_PAGES = 10_000
STEPS = "first-steps"
"""The cookie that hides the first steps."""


@dataclass(frozen=True, slots=True)
class SectionPage:
    """A section with its count, and the items that are shown."""

    key: str
    title: str
    count: int
    items: tuple[WorkItem, ...]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """My work. `first` says what to do first where nothing waits: "begin", "assign", "wait", "review" or "shared"."""

    organisation: str
    sections: tuple[SectionPage, ...]
    total: int
    first: str
    only: bool = False
    steps: tuple[FirstStep, ...] = ()
    steps_hidden: bool = False
    previous: int | None = None
    next: int | None = None


@router.get("/work", name="work")
def show_work(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    show: str = "",
    page: int = 1,
) -> Response:
    """What waits for me in the organisation that I work in; one section as a whole when it is named."""
    if actor.organisation_id is None:
        return see_other(request, "operator" if actor.is_operator else "assessments")
    organisation = accounts.get_joined(session, actor, actor.organisation_id)
    sections: tuple[WorkSection, ...] = (*SECTIONS, *request.app.state.work)
    chosen = [one for one in sections if one.key == show]
    number = max(1, min(page, MOST_PAGES)) if chosen else 1
    limit = PAGE if chosen else SHORT
    asked = AskedWork(session, library, actor, organisation.id, today_in(settings), limit, limit * (number - 1))
    shown = tuple(_section(one, asked) for one in (chosen or sections))
    total = sum(one.count for one in shown)
    steps = () if chosen else first_steps(session, library, actor, organisation.id)
    found = WorkPage(
        organisation=organisation.name,
        sections=shown if chosen else tuple(one for one in shown if one.count),
        total=total,
        first="" if total else _first(session, actor, organisation),
        only=bool(chosen),
        steps=steps,
        steps_hidden=request.cookies.get(cookie_name(settings, STEPS)) == "hidden",
        previous=number - 1 if number > 1 else None,
        next=number + 1 if chosen and total > PAGE * number else None,
    )
    return render(request, "assignments/work.html", found)


@router.post("/first-steps", name="hide_first_steps")
def hide_first_steps(request: Request, settings: SettingsDep, _actor: CurrentActor, data: FormDep) -> Response:
    """Hide the first steps in this browser, or show them again."""
    answer = see_other(request, "work")
    name = cookie_name(settings, STEPS)
    if data.get("show") == "yes":
        answer.delete_cookie(name, httponly=True, samesite="lax", secure=settings.https, path="/")
    else:
        answer.set_cookie(name, "hidden", max_age=YEAR, httponly=True, samesite="lax", secure=settings.https, path="/")
    return answer


def _section(section: WorkSection, asked: AskedWork) -> SectionPage:
    found = section.build(asked)
    return SectionPage(section.key, section.words(), found.count, found.items)


def _first(session: Session, actor: Actor, organisation: Organisation) -> str:
    """What somebody for whom nothing waits does first."""
    held = accounts.roles_anywhere(session, actor, organisation.id)
    if not held & HOUSE:
        return "shared" if held & GUESTS else "wait"
    there = bool(assessments.list_readable(session, actor, limit=1, organisation_id=organisation.id))
    manages = bool(accounts.units_where(session, actor, organisation.id, Permission.MANAGE)) or accounts.permits(
        session, actor, Permission.MANAGE, organisation.id
    )
    if manages:
        return "assign" if there else "begin"
    return "read" if there else "wait"
