"""The only door to evidence items."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from app.accounts import access as accounts
from app.accounts.models import WRITERS, Membership, Person
from app.errors import Forbidden, NotFound
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.i18n import gettext as _


def readable_by(person: Person) -> Select[EvidenceItem]:
    """The items of the organisations a person belongs to."""
    mine = select(Membership.organisation_id).where(Membership.person_id == person.id)
    return select(EvidenceItem).where(EvidenceItem.organisation_id.in_(mine))


def get_readable(session: Session, person: Person, item_id: int) -> EvidenceItem:
    """An item with its versions. Raises NotFound, also for another organisation's."""
    query = readable_by(person).where(EvidenceItem.id == item_id).options(selectinload(EvidenceItem.versions))
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such evidence."))
    return found


def get_editable(session: Session, person: Person, item_id: int) -> EvidenceItem:
    """As `get_readable`; raises Forbidden for a role that may only read."""
    found = get_readable(session, person, item_id)
    if not accounts.holds(session, person, found.organisation_id, *WRITERS):
        raise Forbidden(_("Your role in this organisation does not allow this."))
    return found


def in_organisation(session: Session, person: Person, organisation_id: int) -> list[EvidenceItem]:
    """The library of an organisation, newest first; empty for another's."""
    query = (
        readable_by(person)
        .where(EvidenceItem.organisation_id == organisation_id)
        .options(selectinload(EvidenceItem.versions))
        .order_by(EvidenceItem.id.desc())
    )
    return list(session.scalars(query))


def by_codes(session: Session, organisation_id: int, codes: list[str]) -> dict[str, EvidenceItem]:
    """Items of an organisation by their codes."""
    query = select(EvidenceItem).where(EvidenceItem.organisation_id == organisation_id, EvidenceItem.code.in_(codes))
    return {item.code: item for item in session.scalars(query)}


def same_file(session: Session, organisation_id: int, sha256: str) -> EvidenceItem | None:
    """An item of the same organisation whose file has these bytes: it is offered for linking instead of a second copy."""
    query = (
        select(EvidenceItem)
        .join(EvidenceVersion, EvidenceVersion.item_id == EvidenceItem.id)
        .where(EvidenceItem.organisation_id == organisation_id, EvidenceVersion.sha256 == sha256)
        .order_by(EvidenceItem.id)
    )
    return session.scalars(query).first()


def next_code(session: Session, organisation_id: int) -> str:
    """The next free code, in the order E-01, E-02 and on."""
    taken = set(session.scalars(select(EvidenceItem.code).where(EvidenceItem.organisation_id == organisation_id)))
    number = (session.scalar(select(func.count()).where(EvidenceItem.organisation_id == organisation_id)) or 0) + 1
    while f"E-{number:02}" in taken:
        number += 1
    return f"E-{number:02}"
