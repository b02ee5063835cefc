"""Pages for coming in: an invitation, a forgotten password, the first run."""

from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts import access, first_run, password_links, people, service
from app.accounts.forms import AcceptForm, FirstRunForm, ForgottenForm, NewPasswordForm
from app.accounts.models import Invitation, Person
from app.accounts.passwords import UnfitPassword
from app.accounts.routes import set_session
from app.accounts.signed_in import OptionalActor, token_of
from app.accounts.visitors import CheckedVisitor, forget_link, keep_link, kept_link, show_to_visitor
from app.config import Settings
from app.errors import Problem
from app.i18n import current
from app.i18n import gettext as _
from app.web.forms import FormDep, fill
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class JoinPage:
    """What one of these forms shows; `invitation` None on the others. `known` is whether the address has an account."""

    invitation: Invitation | None = None
    known: bool = False
    signed_in: bool = False
    done: bool = False
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def _typed(typed: object) -> dict[str, str]:
    """What was typed, without passwords."""
    return {name: value for name, value in dict(typed).items() if "password" not in name}  # type: ignore[call-overload] # a mapping


@router.get("/invitation/{token}", name="open_invitation")
def open_invitation(request: Request, settings: SettingsDep, token: str) -> Response:
    """The link of an invitation: its token leaves the address at once."""
    return keep_link(request, settings, token[:100], "invitation")


@router.get("/invitation", name="invitation")
def show_invitation(request: Request, session: SessionDep, actor: OptionalActor) -> Response:
    """What one is invited to, and the form to come in."""
    return _invitation(request, session, actor.email if actor else None)


def _invitation(
    request: Request,
    session: SessionDep,
    signed_in: str | None,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    found = people.get_invitation(session, kept_link(request, "invitation"), now=clock.now())
    page = JoinPage(
        invitation=found,
        known=access.find_person(session, found.email) is not None,
        signed_in=signed_in == found.email,
        typed=typed or {},
        errors=errors or {},
    )
    return show_to_visitor(request, "accounts/invitation.html", page, status=422 if errors else 200)


@router.post("/invitation")
def accept_invitation(
    request: Request, session: SessionDep, settings: SettingsDep, actor: OptionalActor, data: FormDep, _checked: CheckedVisitor
) -> Response:
    """Come in: as a new person with a password, or as the signed-in one whose address was invited."""
    now = clock.now()
    found = people.get_invitation(session, kept_link(request, "invitation"), now=now)
    known = access.find_person(session, found.email)
    if known is not None and (actor is None or actor.id != known.id):
        return see_other(request, "sign_in", query="next=/invitation")
    if known is not None:
        people.accept(session, found, known, now=now)
        answer: Response = see_other(request, "home")
        forget_link(answer, settings, "invitation")
        return answer
    form = fill(AcceptForm, data)
    if form.value is None:
        return _invitation(request, session, None, _typed(form.typed), dict(form.errors))
    try:
        person = people.accept_as_new(session, request.app.state.passwords, found, form.value, now=now)
    except UnfitPassword as refused:
        return _invitation(request, session, None, _typed(form.typed), {"password": refused.message})
    return _come_in(request, session, settings, person, "invitation")


def _come_in(request: Request, session: SessionDep, settings: Settings, person: Person, link: str) -> Response:
    """Signed in at once, as far as the person's factors allow."""
    stage = service.stage_after_password(session, person)
    browser = request.headers.get("user-agent", "")
    service.forget(session, token_of(request, settings))
    signed_in = service.sign_in(session, settings, person, now=clock.now(), stage=stage, browser=browser)
    answer = see_other(request, "home")
    set_session(answer, settings, signed_in.token)
    forget_link(answer, settings, link)
    return answer


@router.get("/forgot", name="forgot")
def show_forgot(request: Request) -> Response:
    """Ask for a link to a new password."""
    return show_to_visitor(request, "accounts/forgot.html", JoinPage())


@router.post("/forgot")
def forgot(request: Request, session: SessionDep, settings: SettingsDep, data: FormDep, _checked: CheckedVisitor) -> Response:
    """The same answer whether or not somebody has the address; too many questions have to wait."""
    form, now = fill(ForgottenForm, data), clock.now()
    address = request.client.host if request.client else ""
    email = form.value.email if form.value else ""
    service.check_throttle(session, settings, f"reset {email}", address, now=now)
    service.count_failure(session, settings, f"reset {email}", address, now=now)
    password_links.ask(session, settings, email, now=now)
    return show_to_visitor(request, "accounts/forgot.html", JoinPage(done=True))


@router.get("/reset/{token}", name="open_reset")
def open_reset(request: Request, settings: SettingsDep, token: str) -> Response:
    """The link to a new password: its token leaves the address at once."""
    return keep_link(request, settings, token[:100], "reset")


@router.get("/reset", name="reset")
def show_reset(request: Request, session: SessionDep) -> Response:
    """The form for a new password."""
    password_links.get_reset(session, kept_link(request, "reset"), now=clock.now())
    return show_to_visitor(request, "accounts/reset.html", JoinPage())


@router.post("/reset")
def reset(request: Request, session: SessionDep, settings: SettingsDep, data: FormDep, _checked: CheckedVisitor) -> Response:
    """Set it. Every session of the person ends; they sign in anew, with their second factor if they have one."""
    form = fill(NewPasswordForm, data)
    errors = dict(form.errors)
    if form.value is not None:
        token, passwords = kept_link(request, "reset"), request.app.state.passwords
        try:
            password_links.set_by_link(session, passwords, token, form.value.password, now=clock.now())
        except UnfitPassword as refused:
            errors["password"] = refused.message
    if errors:
        return show_to_visitor(request, "accounts/reset.html", JoinPage(errors=errors), status=422)
    answer = see_other(request, "sign_in")
    forget_link(answer, settings, "reset")
    return answer


@router.get("/first-run", name="first_run")
def show_first_run(request: Request, session: SessionDep) -> Response:
    """The form for the first account; not found once there is one."""
    first_run.require_open(session)
    return show_to_visitor(request, "accounts/first_run.html", JoinPage())


@router.post("/first-run")
def make_first(request: Request, session: SessionDep, settings: SettingsDep, data: FormDep, _checked: CheckedVisitor) -> Response:
    """Make the first account."""
    first_run.require_open(session)
    now, address = clock.now(), request.client.host if request.client else ""
    service.check_throttle(session, settings, "first run", address, now=now)
    form = fill(FirstRunForm, data)
    errors = dict(form.errors)
    if form.value is not None:
        passwords = request.app.state.passwords
        try:
            person = first_run.begin(session, settings, passwords, form.value, current(), now=now)
            return _come_in(request, session, settings, person, "first_run")
        except first_run.WrongCode as refused:
            errors["code"] = refused.message
            service.count_failure(session, settings, "first run", address, now=now)
        except UnfitPassword as refused:
            errors["password"] = refused.message
        except Problem as refused:
            errors[""] = refused.message or _("This cannot be used here.")
    return show_to_visitor(request, "accounts/first_run.html", JoinPage(typed=_typed(form.typed), errors=errors), status=422)
