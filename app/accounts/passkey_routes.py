"""Passkeys: adding and removing them, signing in with one, showing one as the second step.

A page's script fetches the options (JSON), asks the browser, and sends its answer as a field of an ordinary form.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from app import clock
from app.accounts import factors, passkeys, second_factor, service
from app.accounts.forms import NewPasskeyForm, PasskeyForm
from app.accounts.passkeys import Ceremony
from app.accounts.proof import ProvenSession
from app.accounts.routes import SignInPage, set_session, show
from app.accounts.second_factor_pages import step_page
from app.accounts.second_factor_routes import after_setting_up, elsewhere, factors_answer
from app.accounts.sign_in_models import SignInSession, Stage
from app.accounts.signed_in import CurrentSession, NextStep, admit
from app.accounts.visitors import check_visitor
from app.accounts.vouched import refuse_vouched
from app.i18n import gettext as _
from app.web import csrf
from app.web.i18n import COOKIE as LANGUAGE
from app.web.i18n import remember_language
from app.web.redirects import local_path, see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
PasskeyFields = Annotated[PasskeyForm, Form()]


def as_json(options: str) -> Response:
    """The options as the script reads them."""
    return Response(options, media_type="application/json")


def of_session(purpose: str, found: SignInSession) -> Ceremony:
    """A ceremony of a signed-in browser."""
    return Ceremony(purpose, found.token_hash)


# --- adding and removing --------------------------------------------------------------------------------------------


@router.post("/account/passkeys/options", name="passkey_options")
def begin_adding(session: SessionDep, settings: SettingsDep, found: ProvenSession) -> Response:
    """What the browser needs to make a passkey. A passkey opens everything: an issuer's word is not enough for one."""
    refuse_vouched(found)
    ceremony = of_session("register", found)
    return as_json(passkeys.begin_adding(session, settings, found.person, ceremony, now=clock.now()))


@router.post("/account/passkeys", name="add_passkey")
def add(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    found: ProvenSession,
    form: Annotated[NewPasskeyForm, Form()],
) -> Response:
    """Keep the passkey that the browser made."""
    refuse_vouched(found)
    name = form.name.strip() or _("Passkey {number}").format(number=len(passkeys.of_person(session, found.person_id)) + 1)
    made = passkeys.add(session, settings, found, of_session("register", found), form.credential, name, now=clock.now())
    if made is None:
        error = _("The passkey was not added: the answer of your browser does not fit, or came too late. Please try again.")
        return factors_answer(request, session, settings, found, next_=form.next, error=error, status=422)
    return after_setting_up(request, session, settings, found, "passkey", form.next)


@router.post("/account/passkeys/{passkey_id}/remove", name="remove_passkey")
def remove(request: Request, session: SessionDep, settings: SettingsDep, found: ProvenSession, passkey_id: int) -> Response:
    """Take a passkey away."""
    admit(request, found)
    try:
        passkeys.remove(session, found.person, passkey_id, now=clock.now())
    except factors.LastFactor as refused:
        return factors_answer(request, session, settings, found, error=refused.message, status=409)
    return see_other(request, "second_factors")


# --- signing in with nothing else -----------------------------------------------------------------------------------


@router.post("/sign-in/passkey/options", name="sign_in_passkey_options", dependencies=[Depends(check_visitor)])
def begin_sign_in(request: Request, session: SessionDep, settings: SettingsDep) -> Response:
    """A challenge for a visitor; nobody is named, so that the answer tells nothing about any account."""
    cookie, _token = csrf.visitor_token(request, settings)
    return as_json(passkeys.begin_checking(session, settings, Ceremony("sign-in", cookie), now=clock.now()))


@router.post("/sign-in/passkey", name="sign_in_passkey", dependencies=[Depends(check_visitor)])
def sign_in(request: Request, session: SessionDep, settings: SettingsDep, form: PasskeyFields) -> Response:
    """Sign in with a passkey alone. It counts as both factors: the device, and what unlocked it."""
    cookie, _token = csrf.visitor_token(request, settings)
    now, next_ = clock.now(), local_path(form.next)
    key = passkeys.check(session, settings, Ceremony("sign-in", cookie), form.credential, now=now)
    if key is None:
        return show(request, SignInPage(next=next_, error=refused()), status=422)
    browser = request.headers.get("user-agent", "")
    signed_in = service.sign_in(session, settings, key.person, now=now, method="passkey", browser=browser)
    answer = RedirectResponse(next_, status_code=303)
    set_session(answer, settings, signed_in.token)
    if LANGUAGE not in request.cookies:
        remember_language(answer, settings, key.person.language)
    return answer


def refused() -> str:
    """What is said of a wrong answer, whatever is wrong with it."""
    return _("This passkey was not accepted: it is not known here, or the answer came too late. Please try again.")


# --- the second step ------------------------------------------------------------------------------------------------


@router.post("/sign-in/second/passkey/options", name="second_passkey_options")
def begin_second_step(session: SessionDep, settings: SettingsDep, found: CurrentSession) -> Response:
    """A challenge for the passkeys of the person whose password was right. Raises NextStep at any other stage."""
    stage = factors.stage_of(session, found)
    if stage is not Stage.SECOND_FACTOR:
        raise NextStep(stage)
    ceremony = of_session("second", found)
    now = clock.now()
    return as_json(passkeys.begin_checking(session, settings, ceremony, now=now, person_id=found.person_id))


@router.post("/sign-in/second/passkey", name="second_passkey")
def second_step(
    request: Request, session: SessionDep, settings: SettingsDep, found: CurrentSession, form: PasskeyFields
) -> Response:
    """Complete signing in with a passkey after the password. There is nothing to guess, so that wrong codes do not stop it."""
    now, next_ = clock.now(), local_path(form.next)
    stage = factors.hold(session, found)
    if stage is not Stage.SECOND_FACTOR:
        return elsewhere(stage, next_)
    ceremony = of_session("second", found)
    key = passkeys.check(session, settings, ceremony, form.credential, now=now, person_id=found.person_id)
    if key is None:
        page = step_page(session, settings, found, next_, refused())
        return render(request, "accounts/second_step.html", page, status=422)
    signed_in = second_factor.finish(session, found, method="passkey", now=now)
    answer = RedirectResponse(next_, status_code=303)
    set_session(answer, settings, signed_in.token)
    return answer
