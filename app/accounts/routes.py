"""Pages for signing in and out."""

import json
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from app import clock
from app.accounts import access, passkeys, service
from app.accounts.forms import SignInForm
from app.accounts.proof import ProofNeeded
from app.accounts.sign_in_models import Stage
from app.accounts.signed_in import COOKIE, CurrentSession, NextStep, token_of
from app.accounts.visitors import check_visitor, show_to_visitor
from app.config import Settings
from app.db import Database
from app.i18n import gettext as _
from app.web import csrf
from app.web.i18n import chosen_language, remember_language
from app.web.redirects import local_path, see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
HIDDEN = ("csrf_token", "next", "code", "credential")
"""Fields that are not shown again; nor is any whose name speaks of a password."""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The sign-in form; `kept` is what was typed on a page whose session had ended."""

    email: str = ""
    next: str = "/"
    error: str | None = None
    kept: tuple[tuple[str, str], ...] = ()


def show(request: Request, page: SignInPage, *, status: int = 200) -> Response:
    """The sign-in page with a token for visitors."""
    offered = passkeys.offered(request.app.state.settings)
    return show_to_visitor(request, "accounts/sign_in.html", page, status=status, passkeys=offered)


async def _kept_fields(request: Request) -> tuple[tuple[str, str], ...]:
    """What the expired form held, handed through the sign-in form as `kept`."""
    try:
        data = json.loads(str((await request.form()).get("kept", "[]")))
        return tuple((str(name), str(value)) for name, value in data)
    except (ValueError, TypeError):
        return ()


@router.get("/sign-in", name="sign_in")
def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002 - the field's name in the address
    """The sign-in form."""
    return show(request, SignInPage(next=local_path(next)))


@router.post("/sign-in", dependencies=[Depends(check_visitor)])
def sign_in(
    request: Request,
    settings: SettingsDep,
    form: Annotated[SignInForm, Form()],
    kept: Annotated[tuple[tuple[str, str], ...], Depends(_kept_fields)],
) -> Response:
    """Sign in. Failures are counted in a transaction of their own: the answer to a failure is no error of the service."""
    database: Database = request.app.state.database
    address = request.client.host if request.client else ""
    now = clock.now()
    with database.read() as session:
        service.check_throttle(session, settings, form.email, address, now=now)
        person = access.find_person(session, form.email)
    stored = person.password_hash if person else None
    passwords = request.app.state.passwords
    right = passwords.matches(stored, form.password)
    if person is None or not right or person.disabled_at is not None:
        with database.write() as session:
            service.record_failure(session, settings, form.email, address, person, now=now)
        error = _("The e-mail address or the password is wrong.")
        return show(request, SignInPage(form.email, local_path(form.next), error, kept), status=422)
    browser = request.headers.get("user-agent", "")
    with database.write() as session:
        stage = service.stage_after_password(session, person)
        service.forget(session, token_of(request, settings))
        signed_in = service.sign_in(session, settings, person, now=now, stage=stage, browser=browser)
    answer = _welcome(request, form, kept)
    set_session(answer, settings, signed_in.token)
    if chosen_language(request) is None:
        remember_language(answer, settings, person.language)
    return answer


def set_session(answer: Response, settings: Settings, token: str) -> None:
    """Give the browser its session."""
    name = csrf.cookie_name(settings, COOKIE)
    answer.set_cookie(name, token, httponly=True, samesite="lax", secure=settings.https, path="/")


def forget_session(answer: Response, settings: Settings) -> None:
    """Take the session's cookie from the browser, and whatever a script may have stored."""
    answer.headers["clear-site-data"] = '"storage"'
    answer.delete_cookie(csrf.cookie_name(settings, COOKIE), path="/", secure=settings.https, httponly=True)


def _welcome(request: Request, form: SignInForm, kept: tuple[tuple[str, str], ...]) -> Response:
    """Go on; or, when a form was interrupted, show what was typed so that it can be copied or sent again from its page."""
    target = local_path(form.next)
    if kept:
        return render(request, "accounts/kept.html", SignInPage(next=target, kept=kept))
    return RedirectResponse(target, status_code=303)


@router.post("/sign-out", name="sign_out")
def sign_out(request: Request, session: SessionDep, settings: SettingsDep, found: CurrentSession) -> Response:
    """Sign out of this browser."""
    service.sign_out(session, found, now=clock.now())
    answer = see_other(request, "sign_in")
    forget_session(answer, settings)
    return answer


@router.post("/sign-out-everywhere", name="sign_out_everywhere")
def sign_out_everywhere(request: Request, session: SessionDep, settings: SettingsDep, found: CurrentSession) -> Response:
    """Sign out of every browser."""
    service.sign_out_everywhere(session, found.person_id, actor_id=found.person_id, now=clock.now())
    answer = see_other(request, "sign_in")
    forget_session(answer, settings)
    return answer


async def interrupted(request: Request) -> tuple[tuple[str, str], ...]:
    """The fields of a form that was sent without a session, without secrets and files."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return ()
    form = await request.form()
    return tuple(
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in HIDDEN and "password" not in name
    )


NEXT_STEPS = {Stage.SECOND_FACTOR: "second_factor", Stage.ENROLMENT: "enrol", Stage.COMPLETE: "home"}


def _next_step(problem: Exception) -> str:
    """The name of the page that brings somebody further."""
    if isinstance(problem, ProofNeeded):
        return "prove"
    return NEXT_STEPS[problem.stage] if isinstance(problem, NextStep) else "sign_in"


def _step_between(request: Request, step: str, kept: tuple[tuple[str, str], ...]) -> Response:
    """Something is to be shown before a form is taken: on to that page, by way of what was typed, for it was not saved.

    Afterwards the person is where the form was sent from.
    """
    sent_from = urlsplit(request.headers.get("referer", ""))
    ours = sent_from.netloc == urlsplit(request.app.state.settings.base_url).netloc
    query = f"next={quote(local_path(sent_from.path if ours else None), safe='/')}"
    if not any(value for _name, value in kept):
        return see_other(request, step, query=query)
    onward = f"{request.app.url_path_for(step)}?{query}"
    error = _("You must first show that it is you, so nothing was saved. Copy your text from here, then go on.")
    return render(request, "accounts/kept.html", SignInPage(next=onward, error=error, kept=kept), status=401)


async def on_sign_in_needed(request: Request, problem: Exception) -> Response:
    """People are sent to sign in and come back; what they had typed comes along. Programs get 401."""
    step = _next_step(problem)
    if request.method == "GET" and request.headers.get("hx-request") != "true":
        back = local_path(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        return see_other(request, step, query=f"next={quote(back, safe='/')}" if back != "/" else "")
    kept = await interrupted(request)
    back = local_path(request.url.path)
    if step != "sign_in":
        return _step_between(request, step, kept)
    error = _("Your session has ended. Sign in again; what you typed is kept.")
    return show(request, SignInPage(next=back, error=error, kept=kept), status=401)
