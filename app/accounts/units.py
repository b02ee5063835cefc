"""The tree of faculties and departments, and the programmes in it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import access
from app.accounts.actor import Actor
from app.accounts.forms import ProgrammeForm, UnitForm
from app.accounts.models import Programme, Unit, UnitLine
from app.audit import chain
from app.errors import Conflict, NotFound
from app.i18n import gettext as _


class UnitInUse(Conflict):
    """Something belongs to the unit."""


class NameTaken(Conflict):
    """There is one of this name in the same place."""


class InsideItself(Conflict):
    """A unit cannot lie in itself or below itself."""


def save_unit(
    session: Session, organisation_id: int, form: UnitForm, actor: Actor, unit_id: int | None = None, *, now: datetime
) -> Unit:
    """Add a unit, or rename or move one. Raises NotFound, NameTaken or InsideItself."""
    unit = access.get_unit(session, organisation_id, unit_id) if unit_id is not None else None
    if form.parent_id is not None:
        access.get_unit(session, organisation_id, form.parent_id)
        if unit is not None and form.parent_id in _below(session, unit.id):
            raise InsideItself(_("A unit cannot lie in itself or below itself."))
    same = select(Unit.id).where(Unit.organisation_id == organisation_id, Unit.name == form.name)
    place = Unit.parent_id.is_(None) if form.parent_id is None else Unit.parent_id == form.parent_id
    if (taken := session.scalar(same.where(place))) is not None and taken != unit_id:
        raise NameTaken(_("There is a unit of this name in this place already."))
    if unit is None:
        unit = Unit(organisation_id=organisation_id)
        session.add(unit)
    unit.name, unit.kind, unit.parent_id = form.name, form.kind, form.parent_id
    session.flush()
    _draw_lines(session, organisation_id)
    _note(session, organisation_id, "unit.saved", unit.id, actor, now=now)
    return unit


def remove_unit(session: Session, organisation_id: int, unit_id: int, actor: Actor, *, now: datetime) -> None:
    """Remove a unit to which nothing belongs any more. Raises NotFound or UnitInUse."""
    unit = access.get_unit(session, organisation_id, unit_id)
    try:
        with session.begin_nested():
            session.delete(unit)
            session.flush()
    except IntegrityError:
        message = _("Something belongs to {name} still: units below it, people, programmes, assessments or evidence.")
        raise UnitInUse(message.format(name=unit.name)) from None
    _note(session, organisation_id, "unit.removed", unit_id, actor, now=now)


def _below(session: Session, unit_id: int) -> set[int]:
    """The unit and those below it."""
    return set(session.scalars(select(UnitLine.descendant_id).where(UnitLine.ancestor_id == unit_id)))


def _draw_lines(session: Session, organisation_id: int) -> None:
    """Write down again which unit of the organisation lies in which."""
    parents = {one.id: one.parent_id for one in access.units_of(session, organisation_id)}
    session.execute(delete(UnitLine).where(UnitLine.descendant_id.in_(parents)))
    session.add_all(
        UnitLine(ancestor_id=ancestor, descendant_id=unit_id) for unit_id in parents for ancestor in _upwards(unit_id, parents)
    )
    session.flush()


def _upwards(unit_id: int, parents: Mapping[int, int | None]) -> list[int]:
    found = []
    here: int | None = unit_id
    while here is not None:
        found.append(here)
        here = parents[here]
    return found


def programmes_of(session: Session, organisation_id: int) -> list[Programme]:
    """The programmes of an organisation by name. The caller has checked the organisation."""
    query = select(Programme).where(Programme.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(Programme.name, Programme.id)))


def add_programme(session: Session, organisation_id: int, form: ProgrammeForm, actor: Actor, *, now: datetime) -> Programme:
    """Add a programme. Raises NotFound or NameTaken."""
    if form.unit_id is not None:
        access.get_unit(session, organisation_id, form.unit_id)
    mine = Programme.organisation_id == organisation_id
    same = select(Programme.id).where(mine, Programme.name == form.name, Programme.level == form.level)
    if session.scalar(same) is not None:
        raise NameTaken(_("There is a programme of this name and level already."))
    programme = Programme(organisation_id=organisation_id, unit_id=form.unit_id, name=form.name, level=form.level)
    session.add(programme)
    session.flush()
    _note(session, organisation_id, "programme.added", programme.id, actor, now=now, of="programme")
    return programme


def remove_programme(session: Session, organisation_id: int, programme_id: int, actor: Actor, *, now: datetime) -> None:
    """Remove a programme. Raises NotFound."""
    query = select(Programme).where(Programme.id == programme_id, Programme.organisation_id == organisation_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such programme."))
    session.delete(found)
    _note(session, organisation_id, "programme.removed", programme_id, actor, now=now, of="programme")


def _note(
    session: Session, organisation_id: int, kind: str, number: int, actor: Actor, *, now: datetime, of: str = "unit"
) -> None:
    chain.append(session, kind, chain=organisation_id, actor_id=actor.id, subject=f"{of}:{number}", at=now)
