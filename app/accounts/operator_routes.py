"""Pages of the operator: organisations and their first people, mail that waits. No content of any organisation."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app import clock
from app.accounts import access, operating, people
from app.accounts.actor import Actor
from app.accounts.forms import ForgottenForm, InviteForm, OrganisationForm
from app.accounts.models import Person, RequiredOf, Role
from app.accounts.signed_in import CurrentActor
from app.errors import Conflict
from app.i18n import gettext as _
from app.jobs import access as outbox
from app.jobs.models import OutgoingMail
from app.web.forms import FormDep, fill
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(prefix="/operator", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class OperatorPage:
    """The installation: organisations, and mail that nobody has sent."""

    organisations: list[operating.Listed]
    mails: Sequence[OutgoingMail]
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    told: str = ""


def _show(
    request: Request,
    session: Session,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    *,
    told: str = "",
    status: int = 200,
) -> Response:
    page = OperatorPage(operating.organisations(session), outbox.waiting(session), typed or {}, errors or {}, told)
    return render(request, "accounts/operator.html", page, status=status)


@router.get("", name="operator")
def show_operator(request: Request, session: SessionDep, actor: CurrentActor) -> Response:
    """The installation."""
    operating.require_operator(actor)
    return _show(request, session)


@router.post("/organisations", name="found_organisation")
def found_organisation(
    request: Request, session: SessionDep, settings: SettingsDep, actor: CurrentActor, data: FormDep
) -> Response:
    """Make an organisation and invite its first quality manager."""
    operating.require_operator(actor)
    form = fill(OrganisationForm, data)
    if form.value is None:
        return _show(request, session, dict(form.typed), dict(form.errors), status=422)
    operating.found(session, settings, form.value, actor, now=clock.now())
    return see_other(request, "operator")


@router.post("/organisations/{organisation_id}/second-factor", name="require_second_factor")
def require_second_factor(
    request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int, data: FormDep
) -> Response:
    """Say of whom an organisation requires a second factor."""
    operating.require_operator(actor)
    organisation = operating.get_organisation(session, organisation_id)
    try:
        whom = RequiredOf(str(data.get("required", "")))
    except ValueError:
        errors = {f"required-{organisation.id}": _("Choose one of the offered values.")}
        return _show(request, session, {}, errors, status=422)
    operating.require_second_factor(session, organisation, whom, actor, now=clock.now())
    return see_other(request, "operator")


@router.post("/operators", name="invite_operator")
def invite_operator(request: Request, session: SessionDep, settings: SettingsDep, actor: CurrentActor, data: FormDep) -> Response:
    """Invite somebody to run the installation."""
    operating.require_operator(actor)
    form = fill(InviteForm, {**{name: str(data.get(name, "")) for name in ("email", "language")}, "role": Role.OPERATOR.value})
    if form.value is None:
        errors = {f"operator_{name}": told for name, told in form.errors.items()}
        return _show(request, session, {"operator_email": form["email"]}, errors, status=422)
    people.invite(session, settings, None, None, form.value, actor, now=clock.now())
    return see_other(request, "operator")


@router.post("/people/{what}", name="shut_out")
def shut_out(request: Request, session: SessionDep, actor: CurrentActor, what: str, data: FormDep) -> Response:
    """Shut a person out, or let them in again (`what`: disable, enable), by the address."""
    operating.require_operator(actor)
    form = fill(ForgottenForm, data)
    person = access.find_person(session, form["email"])
    if person is None or what not in ("disable", "enable"):
        errors = {"person_email": _("Nobody has this address.")}
        return _show(request, session, {"person_email": form["email"]}, errors, status=422)
    try:
        _switch(session, what, person, actor)
    except Conflict as refused:
        return _show(request, session, {}, {"person_email": refused.message}, status=409)
    told = _("{email} is shut out.") if what == "disable" else _("{email} can sign in again.")
    return _show(request, session, told=told.format(email=person.email))


def _switch(session: Session, what: str, person: Person, actor: Actor) -> None:
    change = operating.disable if what == "disable" else operating.enable
    change(session, person, actor, now=clock.now())


@router.get("/mail/{mail_id}", name="operator_mail")
def show_mail(request: Request, session: SessionDep, settings: SettingsDep, actor: CurrentActor, mail_id: int) -> Response:
    """A message that waits, with its link: to be handed on when no mail server is set."""
    operating.require_operator(actor)
    mail = outbox.get_waiting(session, mail_id)
    return render(request, "accounts/operator_mail.html", mail, body=outbox.body_of(settings, mail))
