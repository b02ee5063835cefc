"""The page on which somebody shows again who they are, before something dangerous."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app import clock
from app.accounts import passkeys, second_factor, service
from app.accounts.forms import PasskeyForm, ProofForm
from app.accounts.passkey_routes import as_json, of_session, refused
from app.accounts.passwords import Passwords
from app.accounts.proof import SettledSession
from app.accounts.routes import set_session
from app.accounts.second_factor_pages import proof_page
from app.accounts.second_factor_routes import address_of
from app.accounts.sign_in_models import SignInSession
from app.config import Settings
from app.i18n import gettext as _
from app.web.redirects import local_path
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


def proof_answer(
    request: Request, session: Session, settings: Settings, found: SignInSession, next_: str, error: str | None = None
) -> Response:
    """The page that asks."""
    page = proof_page(session, settings, found, local_path(next_), error)
    return render(request, "accounts/prove.html", page, status=422 if error else 200)


@router.get("/account/prove", name="prove")
def prove_page(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    found: SettledSession,
    next: str = "/",  # noqa: A002 - the field's name in the address
) -> Response:
    """What signing in asked for, asked again."""
    return proof_answer(request, session, settings, found, next)


@router.post("/account/prove")
def prove(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    found: SettledSession,
    form: Annotated[ProofForm, Form()],
) -> Response:
    """Check it. What is wrong is counted in this transaction, which must stick: it is answered, not raised."""
    asked = proof_page(session, settings, found, "/")
    if asked.asks_nothing:
        return proof_answer(request, session, settings, found, form.next)
    methods: list[str] = []
    if asked.asks_password:
        if not _is_password(request, session, settings, found, form.password):
            return proof_answer(request, session, settings, found, form.next, _("The password is wrong."))
        methods.append("password")
    if asked.asks_code:
        person, address = found.person, address_of(request)
        method = second_factor.check_code(session, settings, person, form.code, address, now=clock.now())
        if method is None:
            error = _("This code is wrong, has been used, or is too old. Type the code that is shown now.")
            return proof_answer(request, session, settings, found, form.next, error)
        methods.append(method)
    return _onward(session, settings, found, "+".join(methods), form.next)


def _is_password(request: Request, session: Session, settings: Settings, found: SignInSession, typed: str) -> bool:
    """Whether it is the person's password; a wrong one counts as when signing in. Raises TooManyAttempts."""
    passwords: Passwords = request.app.state.passwords
    person, address, now = found.person, address_of(request), clock.now()
    service.check_throttle(session, settings, person.email, address, now=now)
    if passwords.matches(person.password_hash, typed):
        return True
    service.record_failure(session, settings, person.email, address, person, now=now)
    return False


def _onward(session: Session, settings: Settings, found: SignInSession, method: str, next_: str) -> Response:
    """Proved: on to where it was asked for, with a new token."""
    signed_in = second_factor.prove(session, found, method=method, now=clock.now())
    answer = RedirectResponse(local_path(next_), status_code=303)
    set_session(answer, settings, signed_in.token)
    return answer


@router.post("/account/prove/passkey/options", name="prove_passkey_options")
def begin_proving(session: SessionDep, settings: SettingsDep, found: SettledSession) -> Response:
    """A challenge for the person's passkeys."""
    ceremony = of_session("prove", found)
    now = clock.now()
    return as_json(passkeys.begin_checking(session, settings, ceremony, now=now, person_id=found.person_id))


@router.post("/account/prove/passkey", name="prove_passkey")
def prove_by_passkey(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    found: SettledSession,
    form: Annotated[PasskeyForm, Form()],
) -> Response:
    """A passkey shows enough by itself: the device, and what unlocked it."""
    ceremony = of_session("prove", found)
    key = passkeys.check(session, settings, ceremony, form.credential, now=clock.now(), person_id=found.person_id)
    if key is None:
        return proof_answer(request, session, settings, found, form.next, refused())
    return _onward(session, settings, found, "passkey", form.next)
