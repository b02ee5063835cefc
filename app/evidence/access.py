"""The only door to evidence items."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Membership, Organisation, Person, Role
from app.accounts.policy import HOUSE, Permission, allows, require, roles_that
from app.errors import NotFound
from app.evidence.confidentiality import Confidentiality
from app.evidence.models import EvidenceItem, EvidenceTag, EvidenceVersion
from app.i18n import gettext as _


def readable_by(actor: Actor) -> Select[EvidenceItem]:
    """The items a person's own roles reach: those of their units, and those of the whole organisation."""
    read, organisation, unit = Permission.READ_EVIDENCE, EvidenceItem.organisation_id, EvidenceItem.unit_id
    whole = and_(unit.is_(None), accounts.belonging(actor, read, organisation))
    reached = or_(whole, accounts.holding(actor, read, organisation, unit))
    return select(EvidenceItem).where(reached, unrestricted(actor))


def readable_in(session: Session, actor: Actor, organisation_id: int) -> Select[EvidenceItem]:
    """As `readable_by`, of one organisation: what the person's role in the whole of it gives is not asked again for each row."""
    here = EvidenceItem.organisation_id == organisation_id
    whole = accounts.roles_on(session, actor, organisation_id) & HOUSE
    if not allows(whole, Permission.READ_EVIDENCE):
        return readable_by(actor).where(here)
    everything = select(EvidenceItem).where(here)
    return everything if allows(whole, Permission.READ_RESTRICTED) else everything.where(unrestricted(actor))


def unrestricted(actor: Actor) -> ColumnElement[bool]:
    """The condition for an item that is not restricted, or is not so for this person: by their role there, or as its owner."""
    return or_(
        EvidenceItem.confidentiality != Confidentiality.RESTRICTED.value,
        # An item without an owner must give false, not NULL: turned round, NULL would hide nothing.
        and_(EvidenceItem.owner_id.is_not(None), EvidenceItem.owner_id == actor.id),
        accounts.holding(actor, Permission.READ_RESTRICTED, EvidenceItem.organisation_id, EvidenceItem.unit_id),
    )


def for_guests() -> ColumnElement[bool]:
    """The condition for an item that guests may see where an assessment is shown to them with its evidence."""
    return EvidenceItem.confidentiality == Confidentiality.ORDINARY.value


def get_readable(session: Session, actor: Actor, item_id: int) -> EvidenceItem:
    """An item with its versions. Raises NotFound, also for another organisation's."""
    loaded = selectinload(EvidenceItem.versions), selectinload(EvidenceItem.tagged)
    found = session.scalar(readable_by(actor).where(EvidenceItem.id == item_id).options(*loaded))
    if found is None:
        raise NotFound(_("There is no such evidence."))
    return found


def get_editable(session: Session, actor: Actor, item_id: int) -> EvidenceItem:
    """As `get_readable`; raises Forbidden for a role that may only read."""
    found = get_readable(session, actor, item_id)
    require(_roles(session, actor, found), Permission.EDIT_EVIDENCE)
    return found


def may(session: Session, actor: Actor, item: EvidenceItem, permission: Permission) -> bool:
    """Whether the person may do this with the item."""
    return accounts.permits(session, actor, permission, item.organisation_id, item.unit_id)


def _roles(session: Session, actor: Actor, item: EvidenceItem) -> frozenset[Role]:
    return accounts.roles_on(session, actor, item.organisation_id, item.unit_id) & HOUSE


def in_organisation(session: Session, actor: Actor, organisation_id: int) -> list[EvidenceItem]:
    """What the person may see of an organisation's library, newest first; empty for another's."""
    query = (
        readable_by(actor)
        .where(EvidenceItem.organisation_id == organisation_id)
        .options(selectinload(EvidenceItem.versions), selectinload(EvidenceItem.tagged))
        .order_by(EvidenceItem.id.desc())
    )
    return list(session.scalars(query))


def find_by_code(session: Session, actor: Actor, organisation_id: int, code: str) -> EvidenceItem | None:
    """The organisation's item of this code, if the person may see it."""
    query = readable_by(actor).where(EvidenceItem.organisation_id == organisation_id, EvidenceItem.code == code)
    return session.scalar(query)


def find_readable(session: Session, actor: Actor, item_id: int) -> EvidenceItem | None:
    """The item of this id; None where there is none that the person may see."""
    return session.scalar(readable_by(actor).where(EvidenceItem.id == item_id))


def digest_of_version(session: Session, item_id: int, number: int | None) -> str | None:
    """The SHA-256 of a version of an item's file; None when it has no such version. The caller has found the item."""
    query = select(EvidenceVersion.sha256).where(EvidenceVersion.item_id == item_id, EvidenceVersion.number == number)
    return session.scalar(query)


def by_codes(session: Session, organisation_id: int, codes: list[str]) -> dict[str, EvidenceItem]:
    """Items of an organisation by their codes, for bringing in an assessment as a whole. The caller has checked that."""
    query = select(EvidenceItem).where(EvidenceItem.organisation_id == organisation_id, EvidenceItem.code.in_(codes))
    return {item.code: item for item in session.scalars(query)}


def may_read(session: Session, actor: Actor, item: EvidenceItem) -> bool:
    """Whether the person may see this item of their organisation: not one of another faculty."""
    return session.scalar(readable_by(actor).where(EvidenceItem.id == item.id)) is not None


def same_file(session: Session, actor: Actor | None, organisation_id: int, sha256: str) -> EvidenceItem | None:
    """An item of the same organisation whose file has these bytes: it is offered for linking instead of a second copy.

    Only one that the person may see: whoever has the bytes would else learn what another faculty calls them. None: nobody asks.
    """
    query = (
        (select(EvidenceItem) if actor is None else readable_by(actor))
        .join(EvidenceVersion, EvidenceVersion.item_id == EvidenceItem.id)
        .where(EvidenceItem.organisation_id == organisation_id, EvidenceVersion.sha256 == sha256)
        .order_by(EvidenceItem.id)
    )
    return session.scalars(query).first()


def hold_library(session: Session, organisation_id: int) -> None:
    """Let those who add to a library follow each other until the commit: two files at once would else take one code.

    On SQLite writers follow each other anyway.
    """
    session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True))


def next_code(session: Session, organisation_id: int, kept_for: Iterable[str] = ()) -> str:
    """The next free code, in the order E-01, E-02 and on. `kept_for` are codes that will be needed for others."""
    taken = set(session.scalars(select(EvidenceItem.code).where(EvidenceItem.organisation_id == organisation_id))) | {*kept_for}
    number = (session.scalar(select(func.count()).where(EvidenceItem.organisation_id == organisation_id)) or 0) + 1
    while f"E-{number:02}" in taken:
        number += 1
    return f"E-{number:02}"


def owners(session: Session, actor: Actor | None, organisation_id: int) -> list[tuple[int, str]]:
    """(id, name) of the organisation's own people, who can own evidence, by name; of those whom the person may know.

    The caller has checked the organisation. None: nobody asks.
    """
    member = aliased(Membership)
    query = (
        select(Person.id, Person.name)
        .join(member, member.person_id == Person.id)
        .where(member.organisation_id == organisation_id, member.role.in_(roles_that(Permission.READ_EVIDENCE, HOUSE)))
        .where(Person.erased_at.is_(None), Person.disabled_at.is_(None))
        .distinct()
        .order_by(Person.name, Person.id)
    )
    if actor is not None:
        known = accounts.holding(actor, Permission.READ_PEOPLE, member.organisation_id, member.unit_id)
        query = query.where(or_(known, Person.id == actor.id))
    return [(number, name) for number, name in session.execute(query)]


def tags_of(session: Session, actor: Actor, organisation_id: int) -> list[str]:
    """The tags of the items that the person may see, to choose from."""
    seen = readable_by(actor).where(EvidenceItem.organisation_id == organisation_id).with_only_columns(EvidenceItem.id)
    query = select(EvidenceTag.tag).where(EvidenceTag.item_id.in_(seen)).distinct().order_by(EvidenceTag.tag)
    return list(session.scalars(query))


def present(session: Session, organisation_id: int, ids: list[int]) -> dict[int, int]:
    """The versions of those of these items that are still there, whoever may see them. The caller says no more of them."""
    query = select(EvidenceItem.id, EvidenceItem.version).where(EvidenceItem.id.in_(ids))
    found = session.execute(query.where(EvidenceItem.organisation_id == organisation_id))
    return {row.id: row.version for row in found}
