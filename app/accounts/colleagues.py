"""The people who can work on a thing of an organisation: a door for lists of whom to put in charge of it."""

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from app.accounts.access import permits
from app.accounts.actor import Actor
from app.accounts.models import Membership, Person, UnitLine
from app.accounts.policy import HOUSE, Permission, roles_that


def colleagues_of(
    session: Session, actor: Actor, organisation_id: int, unit_id: int | None, permission: Permission = Permission.READ
) -> list[Person]:
    """The people whose role in the house holds the permission on a thing of this unit (None: of the whole), by name.

    Who may not see the organisation's people is told of nobody but themself. Who was disabled or erased is not among them.
    The caller has permitted the thing.
    """
    whole = Membership.unit_id.is_(None)
    reaching = whole if unit_id is None else or_(whole, UnitLine.descendant_id == unit_id)
    holders = (
        select(Membership.person_id)
        .outerjoin(UnitLine, UnitLine.ancestor_id == Membership.unit_id)
        .where(Membership.organisation_id == organisation_id, Membership.role.in_(roles_that(permission, HOUSE)), reaching)
    )
    everybody = permits(session, actor, Permission.READ_PEOPLE, organisation_id)
    told = true() if everybody else Person.id == actor.id
    there = (told, Person.disabled_at.is_(None), Person.erased_at.is_(None))
    return list(session.scalars(select(Person).where(Person.id.in_(holders), *there).order_by(Person.name, Person.id)))
