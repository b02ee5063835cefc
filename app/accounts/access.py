"""The only door to people, organisations and roles. What a person does not belong to is NotFound, as what is missing is."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.accounts.actor import Actor
from app.accounts.models import Membership, Organisation, Person, Role, Unit, UnitLine
from app.accounts.policy import HOUSE, Permission, State, allows, require, roles_that
from app.accounts.sign_in_models import SignInAttempt, SignInSession
from app.audit.access import acted
from app.errors import NotFound
from app.i18n import gettext as _

Id = InstrumentedAttribute[int]
MaybeId = InstrumentedAttribute[int | None]


def fold(email: str) -> str:
    """The e-mail address as it is compared."""
    return email.strip().casefold()


def find_person(session: Session, email: str) -> Person | None:
    """The person with this e-mail address; None when there is none."""
    return session.scalar(select(Person).where(Person.email == fold(email), Person.erased_at.is_(None)))


def find_session(session: Session, token_hash: str, *, now: datetime, idle: timedelta) -> SignInSession | None:
    """The live session of this token with its person and memberships; None when expired, idle too long or unknown."""
    found = session.scalar(
        select(SignInSession)
        .where(SignInSession.token_hash == token_hash)
        .options(
            joinedload(SignInSession.person).selectinload(Person.memberships).joinedload(Membership.organisation),
        )
    )
    if found is None or found.expires_at <= now or found.last_seen_at + idle <= now:
        return None
    if found.person.disabled_at is not None or found.person.erased_at is not None:
        return None
    return found


def count_attempts(session: Session, key: str, *, since: datetime) -> int:
    """How often an attempt failed under this key lately."""
    return session.scalar(select(func.count()).where(SignInAttempt.key == key, SignInAttempt.at > since)) or 0


def memberships_of(actor: Actor) -> ColumnElement[bool]:
    """The condition for the memberships a request may use: the person's, within the bounds of the session or token."""
    mine = Membership.person_id == actor.id
    return mine if actor.only is None else and_(mine, Membership.organisation_id == actor.only)


def organisations_of(actor: Actor) -> Select[Organisation]:
    """The organisations a person belongs to."""
    mine = exists(select(1).where(memberships_of(actor), Membership.organisation_id == Organisation.id))
    return select(Organisation).where(mine).order_by(Organisation.name, Organisation.id)


def roles_on(session: Session, actor: Actor, organisation_id: int, unit_id: int | None = None) -> frozenset[Role]:
    """The roles a person holds in the whole organisation, and those in the unit or a unit above it."""
    query = select(Membership.role).where(memberships_of(actor), Membership.organisation_id == organisation_id)
    if unit_id is None:
        query = query.where(Membership.unit_id.is_(None))
    else:
        lines = query.outerjoin(UnitLine, UnitLine.ancestor_id == Membership.unit_id)
        query = lines.where(or_(Membership.unit_id.is_(None), UnitLine.descendant_id == unit_id))
    return frozenset(Role(role) for role in session.scalars(query))


def roles_anywhere(session: Session, actor: Actor, organisation_id: int) -> frozenset[Role]:
    """The roles a person holds in the organisation or in whatever unit of it."""
    query = select(Membership.role).where(memberships_of(actor), Membership.organisation_id == organisation_id)
    return frozenset(Role(role) for role in session.scalars(query))


def holding(actor: Actor, permission: Permission, organisation_id: Id, unit_id: MaybeId) -> ColumnElement[bool]:
    """The condition, for a query of things of organisations, that the person's own role there holds the permission.

    A role in a unit reaches what belongs to that unit or to one below it.
    """
    # One level of EXISTS, with a join inside: a nested one would not see the thing's own row, and let every unit in.
    reach = select(1).select_from(Membership).outerjoin(UnitLine, UnitLine.ancestor_id == Membership.unit_id)
    return exists(
        reach.where(
            memberships_of(actor),
            Membership.role.in_(roles_that(permission, HOUSE)),
            Membership.organisation_id == organisation_id,
            or_(Membership.unit_id.is_(None), UnitLine.descendant_id == unit_id),
        )
    )


def reaching(membership: type[Membership], unit_id: int | None) -> ColumnElement[bool]:
    """The condition for memberships whose role reaches a thing of this unit, None of the whole organisation."""
    if unit_id is None:
        return membership.unit_id.is_(None)
    above = select(UnitLine.ancestor_id).where(UnitLine.descendant_id == unit_id)
    return or_(membership.unit_id.is_(None), membership.unit_id.in_(above))


def belonging(actor: Actor, permission: Permission, organisation_id: Id) -> ColumnElement[bool]:
    """As `holding`, for what belongs to the whole organisation: a role in any of its units will do."""
    roles = Membership.role.in_(roles_that(permission, HOUSE))
    return exists(select(1).where(memberships_of(actor), roles, Membership.organisation_id == organisation_id))


def permits(session: Session, actor: Actor, permission: Permission, organisation_id: int, unit_id: int | None = None) -> bool:
    """Whether the person may do this in the organisation, or in its unit."""
    return allows(roles_on(session, actor, organisation_id, unit_id), permission)


def get_organisation(
    session: Session, actor: Actor, organisation_id: int, permission: Permission, unit_id: int | None = None
) -> Organisation:
    """An organisation in which, or in whose unit, the person may do this. Raises NotFound, or Forbidden for the role."""
    found = get_joined(session, actor, organisation_id)
    if unit_id is not None:
        get_unit(session, found.id, unit_id)
    require(roles_on(session, actor, found.id, unit_id), permission)
    return found


def find_joined(session: Session, actor: Actor, organisation_id: int) -> Organisation | None:
    """An organisation the person belongs to in whatever role; None for any other."""
    return session.scalar(organisations_of(actor).where(Organisation.id == organisation_id))


def get_joined(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """As `find_joined`. Raises NotFound."""
    found = find_joined(session, actor, organisation_id)
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return found


def get_own_organisation(session: Session, actor: Actor, organisation_id: int, permission: Permission) -> Organisation:
    """As `get_organisation`; a role in any of its units will do. What is listed is then narrowed by `holding`."""
    found = get_joined(session, actor, organisation_id)
    query = select(Membership.role).where(memberships_of(actor), Membership.organisation_id == found.id)
    require([Role(role) for role in session.scalars(query)], permission, State.OPEN)
    return found


def get_unit(session: Session, organisation_id: int, unit_id: int) -> Unit:
    """A unit of this organisation. Raises NotFound. The caller has checked the organisation."""
    found = session.scalar(select(Unit).where(Unit.id == unit_id, Unit.organisation_id == organisation_id))
    if found is None:
        raise NotFound(_("There is no such faculty or department."))
    return found


def units_of(session: Session, organisation_id: int) -> list[Unit]:
    """The units of an organisation by name. The caller has checked the organisation."""
    return list(session.scalars(select(Unit).where(Unit.organisation_id == organisation_id).order_by(Unit.name, Unit.id)))


def units_where(session: Session, actor: Actor, organisation_id: int, permission: Permission) -> list[Unit]:
    """The units of an organisation in which the person may do this, by name."""
    mine = holding(actor, permission, Unit.organisation_id, Unit.id)
    query = select(Unit).where(Unit.organisation_id == organisation_id, mine)
    return list(session.scalars(query.order_by(Unit.name, Unit.id)))


def names_of(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """The names of people by their ids, "" for who was erased. The caller has permitted what names them."""
    query = select(Person.id, Person.name).where(Person.id.in_(sorted(person_ids)))
    return {row.id: row.name for row in session.execute(query)}


def people_who_acted(session: Session, chain: int) -> list[tuple[int, str]]:
    """(id, name) of everybody who did something in a chain of the trail, by name. The caller has permitted the chain."""
    query = select(Person.id, Person.name).where(acted(chain, Person.id)).order_by(Person.name, Person.id)
    return [(number, name) for number, name in session.execute(query)]


def organisation_names(session: Session, organisation_ids: Iterable[int]) -> dict[int, str]:
    """The names of organisations by their ids. The caller has permitted what names them."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(organisation_ids)))
    return {row.id: row.name for row in session.execute(query)}
