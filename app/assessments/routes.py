"""Pages of assessments: the list, one assessment, one criterion, the plan."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from app import clock
from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Organisation
from app.accounts.offered import offered_units
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import access, chips, pages, panels, service
from app.assessments.beginnings import Beginning
from app.assessments.forms import AnswerForm, NewAssessmentForm
from app.assessments.models import Assessment
from app.assessments.own_rubrics import library_of
from app.assessments.page_objects import AS_STORED, Narrowed, Shown
from app.assessments.panels import Asked, Chip, Place
from app.i18n import current, ngettext
from app.rubrics.model import in_language
from app.rubrics.registry import Library
from app.web.forms import Filled, FormDep, fill, whole_number
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
PAGE = 20


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the list; `previous` and `next` are page numbers, None at the ends."""

    rows: list[access.ListedAssessment]
    previous: int | None
    next: int | None
    writable: tuple[tuple[int, str], ...]
    profiles: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    deleted: tuple[Assessment, ...]
    added: tuple[tuple[str, object], ...]
    """(template, what it shows as `added`): what other rooms ask when an assessment begins."""
    typed: dict[str, str]
    errors: dict[str, str]


def _list(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, number: int, form: object = None
) -> Response:
    here = actor.organisation_id
    rows = access.list_readable(session, actor, limit=PAGE + 1, offset=PAGE * (number - 1), organisation_id=here)
    organisations = session.scalars(accounts.organisations_of(actor).where(Organisation.id == here)).all()
    units = offered_units(session, actor, here, Permission.MANAGE) if here is not None else ()
    writable = [one for one in organisations if units]
    page = ListPage(
        rows=rows[:PAGE],
        previous=number - 1 if number > 1 else None,
        next=number + 1 if len(rows) > PAGE else None,
        writable=tuple((one.id, one.name) for one in writable),
        profiles=_profiles(session, library, writable),
        units=units,
        deleted=tuple(access.list_deleted(session, actor, here)) if here is not None else (),
        added=_added(request, session, actor, here) if writable and here is not None else (),
        typed=dict(getattr(form, "typed", {})),
        errors=dict(getattr(form, "errors", {})),
    )
    status = 422 if page.errors else 200
    return render(request, "assessments/list.html", page, status=status, text=lambda title: in_language(title, current()))


def _added(request: Request, session: SessionDep, actor: Actor, here: int) -> tuple[tuple[str, object], ...]:
    beginnings: tuple[Beginning, ...] = request.app.state.beginnings
    built = ((one.template, one.build(session, actor, here)) for one in beginnings)
    return tuple((template, page) for template, page in built if page is not None)


def _profiles(session: SessionDep, library: Library, organisations: list[Organisation]) -> tuple[tuple[str, str], ...]:
    """The profiles to choose from with how much they ask: ours, and those of the rubrics that the organisations brought in."""
    found: dict[str, str] = {}
    for known in (library, *(library_of(session, library, one.id) for one in organisations)):
        for profile in known.profiles.values():
            size = known.size_of(profile)
            told = ngettext("{title} ({num} criterion)", "{title} ({num} criteria)", size)
            found[profile.id] = told.format(title=in_language(profile.title, current()), num=size)
    return tuple(found.items())


@router.get("/assessments", name="assessments")
def list_assessments(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, page: int = 1) -> Response:
    """My assessments with their scores."""
    return _list(request, session, library, actor, max(1, min(page, 100_000)))


@router.post("/assessments", name="create_assessment")
def create_assessment(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, data: FormDep) -> Response:
    """Begin a new, empty assessment."""
    form = fill(NewAssessmentForm, data)
    if form.value is None:
        return _list(request, session, library, actor, 1, form)
    unit_id = whole_number(data.get("unit_id"))
    organisation = accounts.get_organisation(session, actor, form.value.organisation_id, Permission.MANAGE, unit_id)
    beginnings: tuple[Beginning, ...] = request.app.state.beginnings
    wrong = {name: told for one in beginnings for name, told in one.wrong(session, actor, organisation.id, form.typed).items()}
    if wrong:
        return _list(request, session, library, actor, 1, Filled(form.typed, wrong))
    unit = accounts.get_unit(session, organisation.id, unit_id) if unit_id is not None else None
    known, now = library_of(session, library, organisation.id), clock.now()
    assessment = service.create(session, known, organisation, unit, form.value, current(), actor, now=now)
    for one in beginnings:
        one.begun(session, assessment, form.typed, actor, now)
    return see_other(request, "assessment", assessment_id=assessment.id)


@router.get("/assessments/{assessment_id}", name="assessment")
def show_assessment(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int
) -> Response:
    """One assessment: its standards with progress and result."""
    assessment = access.get_readable(session, actor, assessment_id)
    return _overview(request, session, library, actor, assessment)


def _overview(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment: Assessment
) -> Response:
    asked = Asked(session, library, actor, assessment)
    around = panels.shown(request.app.state.panels, asked, [Place.OVERVIEW])
    narrowed = _narrowed(request, asked, with_chips=True)
    page = pages.assessment_page(session, library, actor, assessment, narrowed=narrowed)
    return render(request, "assessments/show.html", page, panels=around)


@router.get("/assessments/{assessment_id}/criteria", name="criteria")
def show_criteria(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int
) -> Response:
    """The first criterion that the filters leave; the overview says so when there is none."""
    assessment = access.get_readable(session, actor, assessment_id)
    narrowed = _narrowed(request, Asked(session, library, actor, assessment), with_chips=False)
    page = pages.assessment_page(session, library, actor, assessment, narrowed=narrowed)
    if not page.criteria():
        return _overview(request, session, library, actor, assessment)
    query = narrowed.query.removeprefix("?")
    return see_other(request, "criterion", query=query, assessment_id=assessment.id, reference=page.criteria()[0].reference)


@router.get("/assessments/{assessment_id}/criteria/{reference}", name="criterion")
def show_criterion(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, reference: str
) -> Response:
    """One criterion to answer."""
    assessment = access.get_readable(session, actor, assessment_id)
    service.get_criterion(session, library, assessment, reference)
    return show_with(request, session, library, actor, assessment, reference)


def show_with(  # noqa: PLR0913 - what every answer of this page needs
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment: Assessment,
    reference: str,
    shown: Shown = AS_STORED,
    *,
    status: int = 200,
    switched: bool = False,
) -> Response:
    """The criterion's page as it is stored, or with what was typed into a form that stands on it and what is wrong with it."""
    asked = Asked(session, library, actor, assessment, reference)
    whole = request.headers.get("hx-request") != "true"
    narrowed = _narrowed(request, asked, with_chips=whole)
    page = pages.criterion_page(session, library, actor, assessment, reference, shown, narrowed=narrowed)
    template = "assessments/criterion.html"
    if not whole:
        switched = switched or request.method == "GET"
        template = "assessments/_switched.html" if switched else "assessments/_answer.html"
    around = panels.shown(request.app.state.panels, asked, [Place.ABOVE_ANSWER, Place.BELOW_ANSWER, Place.GUIDANCE])
    return render(request, template, page, status=status, panels=around)


def _narrowed(request: Request, asked: Asked, *, with_chips: bool) -> Narrowed:
    """The filters that the URL asks for."""
    known: tuple[Chip, ...] = (*chips.CORE, *request.app.state.chips)
    chosen = chips.wanted(request.query_params.getlist(chips.NAME), known)
    turning = chips.shown(known, chosen, asked) if with_chips else ()
    return Narrowed(chips.left_by(chosen, asked), chips.query_of(chosen), turning)


def _refused(  # noqa: PLR0913 - as show_with
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment: Assessment,
    reference: str,
    shown: Shown,
    *,
    status: int,
) -> Response:
    """An answer that was not saved: the page, or the form alone where the page stands already.

    Many who save the same answer at once are all told of a conflict but one, and everybody waits for each of these answers.
    """
    if request.headers.get("hx-request") != "true":
        return show_with(request, session, library, actor, assessment, reference, shown, status=status)
    narrowed = _narrowed(request, Asked(session, library, actor, assessment, reference), with_chips=False)
    page = pages.criterion_page(session, library, actor, assessment, reference, shown, narrowed=narrowed, form_alone=True)
    return render(request, "assessments/_refused.html", page, status=status)


@router.post("/assessments/{assessment_id}/criteria/{reference}", name="save_answer")
def save_answer(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    reference: str,
    data: FormDep,
) -> Response:
    """Save an answer; the page comes back with what was typed when it cannot be saved."""
    assessment = access.get_editable(session, actor, assessment_id)
    service.get_criterion(session, library, assessment, reference)
    form = fill(AnswerForm, data)
    if form.value is None:
        shown = Shown(typed=form.typed, errors=form.errors)
        return _refused(request, session, library, actor, assessment, reference, shown, status=422)
    try:
        answer, card = service.save_answer(session, library, assessment, reference, form.value, actor, now=clock.now())
    except service.NotExcludable as refused:
        shown = Shown(typed=form.typed, errors={"choice": refused.message})
        return _refused(request, session, library, actor, assessment, reference, shown, status=422)
    except service.StaleAnswer as stale:
        shown = Shown(typed=form.typed, conflict=pages.conflicting(stale.current))
        return _refused(request, session, library, actor, assessment, reference, shown, status=409)
    target = _next_reference(data)
    query = request.url.query if target else ""
    onwards = see_other(request, "criterion", query=query, assessment_id=assessment.id, reference=target or reference)
    if request.headers.get("hx-request") != "true":
        return onwards
    if target:
        return _go_on(request, session, library, actor, assessment, target, onwards.headers["location"])
    page = pages.saved_page(session, library, assessment, answer, card)
    asked = Asked(session, library, actor, assessment, reference)
    above = panels.shown(request.app.state.panels, asked, [Place.ABOVE_ANSWER])
    return render(request, "assessments/_saved.html", page, panels=above)


def _go_on(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment: Assessment,
    reference: str,
    address: str,
) -> Response:
    """The next criterion in the place of the saved one."""
    service.get_criterion(session, library, assessment, reference)
    answer = show_with(request, session, library, actor, assessment, reference, switched=True)
    answer.headers.update({"hx-retarget": "#answer", "hx-reswap": "innerHTML show:none", "hx-push-url": address})
    return answer


def _next_reference(data: FormData) -> str | None:
    """Where "save and go on" leads; the buttons carry it."""
    wanted = data.get("go")
    return wanted if isinstance(wanted, str) and wanted else None
