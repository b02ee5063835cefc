"""Pages of second factors: the second step of signing in, setting them up, and what is set up."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app import clock
from app.accounts import factors, passkeys, recovery_codes, second_factor, totp
from app.accounts.forms import CodeForm
from app.accounts.proof import ProvenSession
from app.accounts.routes import set_session
from app.accounts.second_factor_pages import AppPage, CodesPage, FactorsPage, step_page
from app.accounts.sign_in_models import SignInSession, Stage
from app.accounts.signed_in import CurrentSession, NextStep, admit
from app.config import Settings
from app.errors import Forbidden
from app.i18n import gettext as _
from app.web.redirects import local_path, see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
CodeFields = Annotated[CodeForm, Form()]


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else ""


def elsewhere(stage: Stage, next_: str) -> Response:
    """To the step that is really next, from a page of another one. Raises NextStep."""
    if stage is Stage.COMPLETE:
        return RedirectResponse(local_path(next_), status_code=303)
    raise NextStep(stage)


# --- the second step of signing in ----------------------------------------------------------------------------------


@router.get("/sign-in/second", name="second_factor")
def second_step_page(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    found: CurrentSession,
    next: str = "/",  # noqa: A002 - the field's name in the address
) -> Response:
    """The page that asks for a code or a passkey."""
    stage = factors.stage_of(session, found)
    if stage is not Stage.SECOND_FACTOR:
        return elsewhere(stage, next)
    return render(request, "accounts/second_step.html", step_page(session, settings, found, local_path(next)))


@router.post("/sign-in/second")
def second_step(
    request: Request, session: SessionDep, settings: SettingsDep, found: CurrentSession, form: CodeFields
) -> Response:
    """Check the code. A wrong one is counted in this transaction, which must stick: it is answered, not raised."""
    now, next_ = clock.now(), local_path(form.next)
    stage = factors.hold(session, found)
    if stage is not Stage.SECOND_FACTOR:
        return elsewhere(stage, next_)
    method = second_factor.check_code(session, settings, found.person, form.code, address_of(request), now=now)
    if method is None:
        error = _("This code is wrong, has been used, or is too old. Type the code that is shown now.")
        return render(request, "accounts/second_step.html", step_page(session, settings, found, next_, error), status=422)
    signed_in = second_factor.finish(session, found, method=method, now=now)
    answer = RedirectResponse(next_, status_code=303)
    set_session(answer, settings, signed_in.token)
    return answer


# --- setting one up because it is required --------------------------------------------------------------------------


@router.get("/sign-in/enrol", name="enrol")
def enrol_page(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    found: CurrentSession,
    next: str = "/",  # noqa: A002 - the field's name in the address
) -> Response:
    """Why a second factor is needed, and both ways to set one up."""
    stage = factors.stage_of(session, found)
    if stage is not Stage.ENROLMENT:
        return elsewhere(stage, next)
    return factors_answer(request, session, settings, found, next_=next)


def factors_answer(
    request: Request,
    session: Session,
    settings: Settings,
    found: SignInSession,
    *,
    next_: str = "/",
    error: str | None = None,
    status: int = 200,
) -> Response:
    """What is set up; for somebody who must set one up, the ways to do so."""
    enrolling = found.stage == Stage.ENROLMENT.value
    vouched = found.only_organisation_id is not None
    have, offered = factors.factors_of(session, found.person), passkeys.offered(settings) and not vouched
    page = FactorsPage(have, offered, local_path(next_), error, enrolling, vouched)
    template = "accounts/enrol.html" if enrolling else "accounts/second_factors.html"
    return render(request, template, page, status=status)


def factors_path(request: Request, found: SignInSession, next_: str) -> str:
    """Where factors are chosen: the list of them, or the page for somebody who must set one up."""
    if found.stage == Stage.COMPLETE.value:
        return str(request.app.url_path_for("second_factors"))
    return f"{request.app.url_path_for('enrol')}?next={quote(local_path(next_), safe='/')}"


def after_setting_up(
    request: Request, session: Session, settings: Settings, found: SignInSession, method: str, next_: str
) -> Response:
    """A factor was set up: signing in is complete if it waited for that; the first factor brings recovery codes."""
    now = clock.now()
    if found.stage == Stage.COMPLETE.value and recovery_codes.left(session, found.person_id):
        return see_other(request, "second_factors")
    token = None
    if found.stage == Stage.ENROLMENT.value:
        signed_in = second_factor.finish(session, found, method=method, now=now)
        token = signed_in.token
        request.state.csrf_token = signed_in.csrf_token
        admit(request, found)
        next_ = local_path(next_)
    else:
        next_ = str(request.app.url_path_for("second_factors"))
    codes = recovery_codes.renew(session, found.person_id, now=now)
    answer = render(request, "accounts/recovery_codes.html", CodesPage(codes, next_))
    if token is not None:
        set_session(answer, settings, token)
    return answer


# --- what is set up -------------------------------------------------------------------------------------------------


@router.get("/account/second-factor", name="second_factors")
def second_factors_page(request: Request, session: SessionDep, settings: SettingsDep, found: CurrentSession) -> Response:
    """What is set up, and how to change it."""
    admit(request, found)
    return factors_answer(request, session, settings, found)


@router.post("/account/second-factor/totp", name="begin_totp")
def begin_app(request: Request, session: SessionDep, settings: SettingsDep, found: ProvenSession, form: CodeFields) -> Response:
    """Begin to set up an authenticator app."""
    totp.begin(session, settings, found.person_id, now=clock.now())
    return see_other(request, "totp", query=f"next={quote(local_path(form.next), safe='/')}")


@router.get("/account/second-factor/totp", name="totp")
def app_page(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    found: ProvenSession,
    next: str = "/",  # noqa: A002 - the field's name in the address
) -> Response:
    """The secret as a picture and as text, and the form for the first code."""
    return app_answer(request, session, settings, found, next)


def app_answer(
    request: Request,
    session: Session,
    settings: Settings,
    found: SignInSession,
    next_: str,
    error: str | None = None,
) -> Response:
    """The page of setting up an app; to the list when none is being set up."""
    secret = totp.pending(session, settings, found.person_id)
    back = factors_path(request, found, next_)
    if secret is None:
        return RedirectResponse(back, status_code=303)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    page = AppPage(groups, found.person.email, local_path(next_), back, error)
    return render(request, "accounts/totp.html", page, status=422 if error else 200)


@router.get("/account/second-factor/totp.svg", name="totp_picture")
def app_picture(request: Request, session: SessionDep, settings: SettingsDep, found: ProvenSession) -> Response:
    """The QR code. It holds the secret: never stored by browsers, as no answer is."""
    secret = totp.pending(session, settings, found.person_id)
    if secret is None:
        return RedirectResponse(factors_path(request, found, "/"), status_code=303)
    return Response(totp.picture_of(secret, found.person.email), media_type="image/svg+xml")


@router.post("/account/second-factor/totp/confirm", name="confirm_totp")
def confirm_app(request: Request, session: SessionDep, settings: SettingsDep, found: ProvenSession, form: CodeFields) -> Response:
    """Check the app's first code."""
    if not totp.confirm(session, settings, found, form.code, now=clock.now()):
        error = _("This is not the code of this app. Is the clock of your phone right? Type the code that is shown now.")
        return app_answer(request, session, settings, found, form.next, error)
    return after_setting_up(request, session, settings, found, totp.PURPOSE, form.next)


@router.post("/account/second-factor/totp/remove", name="remove_totp")
def remove_app(request: Request, session: SessionDep, settings: SettingsDep, found: ProvenSession) -> Response:
    """Take the authenticator app away."""
    admit(request, found)
    try:
        totp.remove(session, found.person, now=clock.now())
    except factors.LastFactor as refused:
        return factors_answer(request, session, settings, found, error=refused.message, status=409)
    return see_other(request, "second_factors")


@router.post("/account/second-factor/recovery-codes", name="renew_recovery_codes")
def renew_codes(request: Request, session: SessionDep, found: ProvenSession) -> Response:
    """New recovery codes; the older ones no longer work."""
    admit(request, found)
    if not factors.factors_of(session, found.person).any:
        raise Forbidden(_("Recovery codes come with a second factor. Set one up first."))
    codes = recovery_codes.renew(session, found.person_id, now=clock.now())
    next_ = str(request.app.url_path_for("second_factors"))
    return render(request, "accounts/recovery_codes.html", CodesPage(codes, next_))
