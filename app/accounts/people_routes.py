"""Pages of an organisation's people, units and programmes."""

from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app import clock
from app.accounts import access, people, service, units
from app.accounts.actor import Actor
from app.accounts.forms import InviteForm, ProgrammeForm, UnitForm
from app.accounts.models import ROLES_OF, Invitation, Membership, Organisation, OrganisationKind, Programme, Unit
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.errors import Conflict
from app.web.forms import FormDep, fill
from app.web.problems import status_of
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(prefix="/organisations/{organisation_id}", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in the tree, with how deep it lies (0 at the top)."""

    unit: Unit
    depth: int


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Who works in an organisation, and where. Errors and what was typed carry the form's name before the field's."""

    organisation: Organisation
    may_manage: bool
    members: list[Membership]
    invitations: list[Invitation]
    branches: tuple[Branch, ...]
    programmes: list[Programme]
    roles: tuple[str, ...]
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def units(self) -> tuple[tuple[str, str], ...]:
        """The units to choose from, each indented by its depth."""
        return tuple((str(one.unit.id), "\u2003" * one.depth + one.unit.name) for one in self.branches)

    def name_of(self, unit_id: int | None) -> str:
        """The name of a unit; empty for none."""
        return next((one.unit.name for one in self.branches if one.unit.id == unit_id), "")


def _branches(found: list[Unit]) -> tuple[Branch, ...]:
    """The units as a tree, each after the one it lies in."""
    below: dict[int | None, list[Unit]] = {}
    for unit in found:
        below.setdefault(unit.parent_id, []).append(unit)
    ordered: list[Branch] = []
    pending = [Branch(unit, 0) for unit in reversed(below.get(None, []))]
    while pending:
        here = pending.pop()
        ordered.append(here)
        pending += [Branch(unit, here.depth + 1) for unit in reversed(below.get(here.unit.id, []))]
    return tuple(ordered)


def _show(
    request: Request,
    session: Session,
    actor: Actor,
    organisation_id: int,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    organisation = access.get_organisation(session, actor, organisation_id, Permission.READ_PEOPLE)
    may_manage = access.permits(session, actor, Permission.MANAGE_PEOPLE, organisation.id)
    page = PeoplePage(
        organisation=organisation,
        may_manage=may_manage,
        members=people.members(session, organisation.id),
        invitations=people.open_invitations(session, organisation.id, now=clock.now()) if may_manage else [],
        branches=_branches(access.units_of(session, organisation.id)),
        programmes=units.programmes_of(session, organisation.id),
        roles=tuple(role.value for role in ROLES_OF[OrganisationKind(organisation.kind)]),
        typed=typed or {},
        errors=errors or {},
    )
    return render(request, "accounts/people.html", page, status=status)


@router.get("/people", name="people")
def show_people(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int) -> Response:
    """People, units and programmes of an organisation."""
    return _show(request, session, actor, organisation_id)


def _managed(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    return access.get_organisation(session, actor, organisation_id, Permission.MANAGE_PEOPLE)


def _named(form: str, values: object) -> dict[str, str]:
    return {f"{form}_{name}": value for name, value in dict(values).items()}  # type: ignore[call-overload] # a mapping


@router.post("/invitations", name="invite")
def invite(
    request: Request, session: SessionDep, settings: SettingsDep, actor: CurrentActor, organisation_id: int, data: FormDep
) -> Response:
    """Invite somebody to a role."""
    organisation = _managed(session, actor, organisation_id)
    form = fill(InviteForm, data)
    errors = dict(form.errors)
    if form.value is not None:
        unit = access.get_unit(session, organisation.id, form.value.unit_id) if form.value.unit_id else None
        try:
            people.invite(session, settings, organisation, unit, form.value, actor, now=clock.now())
        except service.RoleNotOffered as refused:
            errors["role"] = refused.message
    if errors:
        return _show(request, session, actor, organisation_id, _named("invite", form.typed), _named("invite", errors), status=422)
    return see_other(request, "people", organisation_id=organisation.id, fragment="invitations")


@router.post("/invitations/{invitation_id}/withdraw", name="withdraw_invitation")
def withdraw(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int, invitation_id: int) -> Response:
    """Withdraw an invitation."""
    organisation = _managed(session, actor, organisation_id)
    people.withdraw(session, organisation.id, invitation_id, actor, now=clock.now())
    return see_other(request, "people", organisation_id=organisation.id, fragment="invitations")


@router.post("/memberships/{membership_id}/end", name="take_role_away")
def take_away(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int, membership_id: int) -> Response:
    """Take a role away."""
    organisation = _managed(session, actor, organisation_id)
    try:
        people.take_away(session, organisation.id, membership_id, actor, now=clock.now())
    except people.LastManager as refused:
        return _show(request, session, actor, organisation_id, errors={"": refused.message}, status=409)
    left = access.find_joined(session, actor, organisation.id)
    return see_other(request, "people", organisation_id=organisation.id) if left else see_other(request, "home")


@router.post("/units", name="add_unit")
def add_unit(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int, data: FormDep) -> Response:
    """Add a faculty or department."""
    return _save_unit(request, session, actor, organisation_id, data, None)


@router.post("/units/{unit_id}", name="change_unit")
def change_unit(
    request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int, unit_id: int, data: FormDep
) -> Response:
    """Rename or move a unit."""
    return _save_unit(request, session, actor, organisation_id, data, unit_id)


def _save_unit(
    request: Request, session: Session, actor: Actor, organisation_id: int, data: FormDep, unit_id: int | None
) -> Response:
    organisation = _managed(session, actor, organisation_id)
    if unit_id is not None:
        access.get_unit(session, organisation.id, unit_id)
    form = fill(UnitForm, data)
    name = "unit" if unit_id is None else f"unit{unit_id}"
    errors, status = dict(form.errors), 422
    if form.value is not None:
        try:
            units.save_unit(session, organisation.id, form.value, actor, unit_id, now=clock.now())
        except Conflict as refused:
            errors, status = {"name": refused.message}, int(status_of(refused))
    if errors:
        return _show(request, session, actor, organisation_id, _named(name, form.typed), _named(name, errors), status=status)
    return see_other(request, "people", organisation_id=organisation.id, fragment="units")


@router.post("/units/{unit_id}/remove", name="remove_unit")
def remove_unit(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int, unit_id: int) -> Response:
    """Remove a unit to which nothing belongs."""
    organisation = _managed(session, actor, organisation_id)
    try:
        units.remove_unit(session, organisation.id, unit_id, actor, now=clock.now())
    except units.UnitInUse as refused:
        return _show(request, session, actor, organisation_id, errors={"": refused.message}, status=409)
    return see_other(request, "people", organisation_id=organisation.id, fragment="units")


@router.post("/programmes", name="add_programme")
def add_programme(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int, data: FormDep) -> Response:
    """Add a study programme."""
    organisation = _managed(session, actor, organisation_id)
    form = fill(ProgrammeForm, data)
    errors, status = dict(form.errors), 422
    if form.value is not None:
        try:
            units.add_programme(session, organisation.id, form.value, actor, now=clock.now())
        except units.NameTaken as refused:
            errors, status = {"name": refused.message}, 409
    if errors:
        typed, told = _named("programme", form.typed), _named("programme", errors)
        return _show(request, session, actor, organisation_id, typed, told, status=status)
    return see_other(request, "people", organisation_id=organisation.id, fragment="programmes")


@router.post("/programmes/{programme_id}/remove", name="remove_programme")
def remove_programme(
    request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int, programme_id: int
) -> Response:
    """Remove a study programme."""
    organisation = _managed(session, actor, organisation_id)
    units.remove_programme(session, organisation.id, programme_id, actor, now=clock.now())
    return see_other(request, "people", organisation_id=organisation.id, fragment="programmes")
