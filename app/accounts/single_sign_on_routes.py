"""Pages for signing in through one's organisation."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app import clock
from app.accounts import routes, single_sign_on
from app.accounts.forms import OrganisationSignInForm
from app.accounts.service import SignedIn
from app.accounts.sign_in_models import SignOnAttempt
from app.accounts.single_sign_on import Answer, Begun
from app.accounts.single_sign_on_client import Issuers
from app.accounts.single_sign_on_reasons import Reason, SignOnFailed
from app.accounts.single_sign_on_settings import RETURN_PATH, find, find_by_address
from app.accounts.single_sign_on_tokens import vouched
from app.accounts.visitors import check_visitor
from app.config import Settings
from app.db import Database
from app.web import csrf
from app.web.i18n import COOKIE as LANGUAGE
from app.web.i18n import remember_language
from app.web.redirects import local_path, see_other
from app.web.session import SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
STATUS = {
    Reason.ISSUER_GONE: 503,
    Reason.ISSUER_WRONG: 503,
    Reason.PERSON_CLOSED: 403,
    Reason.NOT_INVITED: 403,
    Reason.IDENTITY_OTHER: 403,
}
"""The status of the page that tells of a failure; 422 for the others."""


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """The question for the e-mail address."""

    email: str = ""
    next: str = "/"
    error: str | None = None


@dataclass(frozen=True, slots=True)
class GoOnPage:
    """On to the organisation's own sign-in page."""

    address: str


@dataclass(frozen=True, slots=True)
class FailedPage:
    """What went wrong, what to do, and a code for those who look into it."""

    message: str
    code: str


class _Sapa:
    """What these pages need of the application, beside the request."""

    def __init__(self, request: Request, settings: SettingsDep) -> None:
        self.settings: Settings = settings
        self.database: Database = request.app.state.database
        self.issuers: Issuers = request.app.state.issuers
        self.address = request.client.host if request.client else ""
        self.browser = request.headers.get("user-agent", "")
        self.visitor = csrf.visitor_token(request, settings)[0]


SapaDep = Annotated[_Sapa, Depends()]


def _show(request: Request, settings: Settings, page: OrganisationPage, *, status: int = 200) -> Response:
    cookie, request.state.csrf_token = csrf.visitor_token(request, settings)
    answer = render(request, "accounts/organisation_sign_in.html", page, status=status)
    csrf.set_visitor(answer, settings, cookie)
    return answer


def _tell(request: Request, sapa: _Sapa, failed: SignOnFailed, organisation_id: int | None) -> Response:
    """Count and note the failure, and say it."""
    with sapa.database.write() as session:
        single_sign_on.record_failure(session, sapa.settings, failed, organisation_id, sapa.address, now=clock.now())
    code = f"{failed.reason.value} {failed.code}".strip()
    page = FailedPage(failed.message, code)
    return render(request, "accounts/sign_on_failed.html", page, status=STATUS.get(failed.reason, 422))


@router.get("/sign-in/organisation", name="organisation_sign_in")
def ask_for_address(request: Request, settings: SettingsDep, next: str = "/") -> Response:  # noqa: A002 - the field's name in the address
    """The question for the e-mail address."""
    return _show(request, settings, OrganisationPage(next=local_path(next)))


@router.post("/sign-in/organisation", dependencies=[Depends(check_visitor)])
def go_to_issuer(request: Request, sapa: SapaDep, form: Annotated[OrganisationSignInForm, Form()]) -> Response:
    """On to the organisation's issuer. By a page, not a redirect: the policy lets forms lead nowhere but here."""
    try:
        begun = _begin(sapa, form)
    except SignOnFailed as failed:
        if failed.reason is not Reason.DOMAIN_UNKNOWN:
            return _tell(request, sapa, failed, None)
        with sapa.database.write() as session:
            single_sign_on.record_failure(session, sapa.settings, failed, None, sapa.address, now=clock.now())
        page = OrganisationPage(form.email, local_path(form.next), failed.message)
        return _show(request, sapa.settings, page, status=422)
    return render(request, "accounts/sign_on_go.html", GoOnPage(begun.address))


def _begin(sapa: _Sapa, form: OrganisationSignInForm) -> Begun:
    now = clock.now()
    with sapa.database.read() as session:
        single_sign_on.check_throttle(session, sapa.settings, sapa.address, now=now)
        client = find_by_address(session, sapa.settings, form.email)
    if client is None:
        raise SignOnFailed(Reason.DOMAIN_UNKNOWN)
    # No transaction is open while the issuer is asked: it may be slow.
    found = sapa.issuers.discovery(client.issuer, now=now)
    with sapa.database.write() as session:
        return single_sign_on.begin(
            session,
            sapa.settings,
            client,
            found,
            email=form.email,
            browser=sapa.visitor,
            target=local_path(form.next),
            address=sapa.address,
            now=now,
        )


def _answer(
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
    iss: Annotated[str | None, Query(max_length=500)] = None,
) -> Answer:
    return Answer(state, code, error, iss)


@router.get(RETURN_PATH, name="organisation_return")
def come_back(request: Request, sapa: SapaDep, answer: Annotated[Answer, Depends(_answer)]) -> Response:
    """Back from the issuer. It changes things although it is a GET request: the single use of its state is the form's token."""
    if not request.url.query:
        # Somebody chose another language on the page that told of a failure.
        return see_other(request, "organisation_sign_in")
    now = clock.now()
    with sapa.database.read() as session:
        single_sign_on.check_throttle(session, sapa.settings, sapa.address, now=now)
    with sapa.database.write() as session:
        attempt = single_sign_on.take(session, answer.state)
    try:
        attempt = single_sign_on.check_attempt(attempt, sapa.visitor, now=now)
        signed_in = _finish(sapa, attempt, answer)
    except SignOnFailed as failed:
        return _tell(request, sapa, failed, attempt.organisation_id if attempt else None)
    welcome = RedirectResponse(local_path(attempt.next), status_code=303)
    routes.set_session(welcome, sapa.settings, signed_in.token)
    if LANGUAGE not in request.cookies:
        remember_language(welcome, sapa.settings, signed_in.person.language)
    return welcome


def _finish(sapa: _Sapa, attempt: SignOnAttempt, answer: Answer) -> SignedIn:
    now = clock.now()
    with sapa.database.read() as session:
        client = find(session, sapa.settings, attempt.organisation_id)
    if client is None:
        raise SignOnFailed(Reason.SETTINGS_GONE)
    found = sapa.issuers.discovery(client.issuer, now=now)
    code = single_sign_on.check_answer(answer, found)
    said = vouched(
        sapa.issuers, client, found, sapa.issuers.exchange(client, found, code, attempt.code_verifier), attempt.nonce, now=now
    )
    with sapa.database.write() as session:
        return single_sign_on.finish(session, sapa.settings, client, said, browser=sapa.browser, now=now)
