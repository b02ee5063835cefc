"""One's own account: password, sessions, tokens for programs; and the switch between organisations."""

from dataclasses import dataclass, field
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app import clock
from app.accounts import access, api_tokens, password_links, service, sessions
from app.accounts.actor import Actor
from app.accounts.forms import NewPasswordForm, TokenForm
from app.accounts.models import Organisation, Person
from app.accounts.passwords import UnfitPassword, strength
from app.accounts.proof import RecentProof, refuse_unless_recent
from app.accounts.signed_in import CurrentActor, CurrentSession
from app.accounts.vouched import refuse_vouched
from app.i18n import gettext as _
from app.web import csrf
from app.web.forms import FormDep, fill, whole_number
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as it is listed."""

    id: int
    name: str
    organisation: str
    writes: bool
    expires_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account. `token` is a token made just now, shown once."""

    name: str
    email: str
    has_password: bool
    second_factor: bool
    sessions: list[sessions.Listed]
    tokens: tuple[TokenLine, ...]
    organisations: tuple[tuple[int, str], ...]
    token: str | None = None
    changed: bool = False
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def _show(
    request: Request,
    session: Session,
    actor: Actor,
    *,
    token: str | None = None,
    changed: bool = False,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    person = session.get_one(Person, actor.id)
    lines = (
        TokenLine(one.id, one.name, place, "write" in one.scopes, one.expires_at, one.last_used_at)
        for one, place in api_tokens.of_person(session, actor)
    )
    page = AccountPage(
        name=person.name,
        email=person.email,
        has_password=person.password_hash is not None,
        second_factor=service.has_second_factor(session, person),
        sessions=sessions.of(session, actor),
        tokens=tuple(lines),
        organisations=tuple((one.id, one.name) for one in session.scalars(access.organisations_of(actor))),
        token=token,
        changed=changed,
        typed=typed or {},
        errors=errors or {},
    )
    return render(request, "accounts/account.html", page, status=422 if errors else 200)


@router.get("/account", name="account")
def show_account(request: Request, session: SessionDep, actor: CurrentActor) -> Response:
    """One's own account."""
    return _show(request, session, actor)


@router.post("/account/password", name="change_password")
def change_password(request: Request, session: SessionDep, settings: SettingsDep, actor: CurrentActor, data: FormDep) -> Response:
    """Change the password; the present one is asked for, and every other session ends."""
    refuse_vouched(actor)
    form, now = fill(NewPasswordForm, data), clock.now()
    address = request.client.host if request.client else ""
    service.check_throttle(session, settings, actor.email, address, now=now)
    if form.value is None:
        return _show(request, session, actor, errors=dict(form.errors))
    passwords, person = request.app.state.passwords, session.get_one(Person, actor.id)
    if person.password_hash is None:
        refuse_unless_recent(actor.proved_at, now=now)
    if person.password_hash is not None and not passwords.matches(person.password_hash, form.value.current):
        service.record_failure(session, settings, actor.email, address, person, now=now)
        return _show(request, session, actor, errors={"current": _("This is not your present password.")})
    try:
        password_links.set_password(session, passwords, person, form.value.password, keep=actor.session_id, now=now)
    except UnfitPassword as refused:
        return _show(request, session, actor, errors={"password": refused.message})
    return _show(request, session, actor, changed=True)


@router.post("/password-strength", name="password_strength")
def password_strength(request: Request, settings: SettingsDep, data: FormDep) -> Response:
    """How hard a password is to guess, while it is typed. Nothing is changed, and nothing of it is kept."""
    csrf.check_origin(request, settings)
    typed = str(data.get("password", ""))[:200]
    about = [str(data.get(name, ""))[:300] for name in ("name", "email") if data.get(name)]
    return render(request, "accounts/_strength.html", strength(typed, about) if typed else None)


@router.post("/account/sessions/{session_id}/end", name="end_session")
def end_session(request: Request, session: SessionDep, actor: RecentProof, session_id: int) -> Response:
    """End one of one's own sessions; who left a browser open must not be shut out by who finds it."""
    sessions.end(session, actor, session_id, now=clock.now())
    return see_other(request, "account", fragment="sessions")


@router.post("/account/tokens", name="make_token")
def make_token(request: Request, session: SessionDep, actor: RecentProof, data: FormDep) -> Response:
    """Make a token for a program and show it once."""
    form = fill(TokenForm, data)
    if form.value is None:
        errors = {f"token_{name}": told for name, told in form.errors.items()}
        return _show(request, session, actor, typed={f"token_{name}": value for name, value in form.typed.items()}, errors=errors)
    wanted = whole_number(data.get("organisation_id")) or 0
    organisation = session.scalar(access.organisations_of(actor).where(Organisation.id == wanted))
    if organisation is None:
        return _show(request, session, actor, errors={"token_organisation_id": _("Please choose one of the answers offered.")})
    value = form.value
    token = api_tokens.make(session, actor, organisation, value.name, list(value.scopes), value.days, now=clock.now())
    return _show(request, session, actor, token=token)


@router.post("/account/tokens/{token_id}/revoke", name="revoke_token")
def revoke_token(request: Request, session: SessionDep, actor: CurrentActor, token_id: int) -> Response:
    """End a token."""
    api_tokens.revoke(session, actor, token_id, now=clock.now())
    return see_other(request, "account", fragment="tokens")


@router.post("/switch", name="switch")
def switch(request: Request, session: SessionDep, actor: CurrentActor, found: CurrentSession, data: FormDep) -> Response:
    """Choose the organisation to work in; its assessments follow."""
    wanted = whole_number(data.get("organisation_id")) or 0
    organisation = access.get_joined(session, actor, wanted)
    found.organisation_id = organisation.id
    return see_other(request, "assessments")
