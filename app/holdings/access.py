"""The door to an organisation's library as a whole: everything is narrowed to what the person may see by `evidence.access`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as day
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.policy import HOUSE, Permission, require
from app.assessments import access as assessments
from app.assessments.models import Assessment, EvidenceLink
from app.errors import NotFound
from app.evidence import access as evidence
from app.evidence.models import EvidenceItem, EvidenceTag, EvidenceVersion
from app.holdings.filters import STATES, Filters
from app.holdings.models import EvidenceBatch
from app.i18n import gettext as _

SOON = timedelta(days=90)
"""How long before its end an item is said to end soon."""
PAGE = 50
NOBODY = "0"
"""Stands for no owner, and for the whole organisation as the unit."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose view of which organisation's library, on which day.

    `natures` has the nature of each kind, `readable` the items that the person may see.
    """

    actor: Actor
    organisation_id: int
    today: day
    natures: Mapping[str, Any]
    readable: Select[EvidenceItem]


def _uses() -> ColumnElement[int]:
    """How often an item is cited."""
    return (
        select(func.count(EvidenceLink.id))
        .where(EvidenceLink.item_id == EvidenceItem.id)
        .correlate(EvidenceItem)
        .scalar_subquery()
    )


def _state(asked: Asked, name: str) -> ColumnElement[bool]:
    """The condition of a list of one click."""
    item, today = EvidenceItem, asked.today
    stands = item.status == "valid"
    begun = or_(item.valid_from.is_(None), item.valid_from <= today)
    lasts = or_(item.valid_until.is_(None), item.valid_until >= today)
    conditions: dict[str, ColumnElement[bool]] = {
        "valid": and_(stands, begun, lasts),
        "expiring": and_(stands, item.valid_until >= today, item.valid_until <= today + SOON),
        "expired": and_(stands, item.valid_until < today),
        "withdrawn": ~stands,
        "unused": ~exists(select(1).where(EvidenceLink.item_id == item.id)),
        "without_file": ~exists(select(1).where(EvidenceVersion.item_id == item.id)),
        "mine": item.owner_id == asked.actor.id,
    }
    return conditions[name]


def _containing(text: str) -> ColumnElement[bool]:
    """Title or code with these letters, large or small: SQLite knows only Latin ones as the same, so both ways are asked."""
    ways = (text,) if text.isascii() else dict.fromkeys((text, text.lower(), text.upper(), text.capitalize()))
    return or_(*(column.icontains(way, autoescape=True) for way in ways for column in (EvidenceItem.title, EvidenceItem.code)))


def _conditions(asked: Asked, filters: Filters) -> list[ColumnElement[bool]]:
    found = [_state(asked, filters.state)] if filters.state else []
    if filters.kind:
        found.append(EvidenceItem.kind == filters.kind)
    if filters.nature:
        found.append(EvidenceItem.kind.in_([kind for kind, one in asked.natures.items() if one.value == filters.nature]))
    if filters.tag:
        tagged = select(1).where(EvidenceTag.item_id == EvidenceItem.id, EvidenceTag.tag == filters.tag)
        found.append(exists(tagged))
    if filters.language:
        found.append(EvidenceItem.language == filters.language)
    if filters.text:
        found.append(_containing(filters.text))
    for value, column in ((filters.owner, EvidenceItem.owner_id), (filters.unit, EvidenceItem.unit_id)):
        if value:
            found.append(column.is_(None) if value == NOBODY else column == int(value))
    return found


def _matching(asked: Asked, filters: Filters) -> Select[EvidenceItem]:
    return asked.readable.where(*_conditions(asked, filters))


@dataclass(frozen=True, slots=True)
class Found:
    """An item of the list, and how often it is cited."""

    item: EvidenceItem
    uses: int


def page_of(session: Session, asked: Asked, filters: Filters) -> list[Found]:
    """The items of a page, in their order: two queries, however many items there are."""
    uses = _uses().label("uses")
    item = EvidenceItem
    # Neither database puts NULL where the other does: what never ends comes last on both.
    orders: dict[str, tuple[Any, ...]] = {
        "newest": (),
        "code": (func.length(item.code), item.code),
        "title": (func.lower(item.title),),
        "kind": (item.kind,),
        "valid_until": (item.valid_until.is_(None), item.valid_until),
        "uses": (uses.desc(),),
    }
    query = _matching(asked, filters).add_columns(uses).options(selectinload(item.tagged))
    ordered = query.order_by(*orders[filters.sort], item.id.desc())
    rows = session.execute(ordered.limit(PAGE).offset(PAGE * (filters.page - 1)))
    return [Found(one, number) for one, number in rows]


def count(session: Session, asked: Asked, filters: Filters) -> int:
    """How many items there are."""
    return session.scalar(_matching(asked, filters).with_only_columns(func.count())) or 0


def count_states(session: Session, asked: Asked, filters: Filters) -> dict[str, int]:
    """How many items each list of one click has, under the other filters."""
    columns = [func.sum(case((_state(asked, name), 1), else_=0)) for name in STATES]
    row = session.execute(_matching(asked, filters.without("state")).with_only_columns(*columns)).one()
    return {name: int(number or 0) for name, number in zip(STATES, row, strict=True)}


def facets(session: Session, asked: Asked, filters: Filters) -> dict[str, dict[str, int]]:
    """How many items each value of a filter would leave, under the other filters: one query for each filter."""
    columns = {
        "kind": EvidenceItem.kind,
        "owner": EvidenceItem.owner_id,
        "unit": EvidenceItem.unit_id,
        "language": EvidenceItem.language,
    }
    found: dict[str, dict[str, int]] = {}
    for name, column in columns.items():
        # A nature is a set of kinds: choosing one does not take the other kinds away.
        others = filters.without(name, "nature") if name == "kind" else filters.without(name)
        query = _matching(asked, others).with_only_columns(column, func.count()).group_by(column)
        rows = [(NOBODY if value is None else str(value), number) for value, number in session.execute(query)]
        found[name] = dict(rows)
    found["language"].pop(NOBODY, None)
    seen = _matching(asked, filters.without("tag")).with_only_columns(EvidenceItem.id)
    tags = select(EvidenceTag.tag, func.count()).where(EvidenceTag.item_id.in_(seen)).group_by(EvidenceTag.tag)
    most = tags.order_by(func.count().desc(), EvidenceTag.tag).limit(PAGE)
    found["tag"] = {row[0]: row[1] for row in session.execute(most)}
    return found


def chosen(session: Session, actor: Actor, organisation_id: int, ids: list[int]) -> list[EvidenceItem]:
    """These items, which the person may all change, each with versions and tags.

    Raises NotFound for one that they may not see, Forbidden for one that they may only read.
    """
    query = (
        evidence.readable_by(actor)
        .where(EvidenceItem.organisation_id == organisation_id, EvidenceItem.id.in_(ids))
        .options(selectinload(EvidenceItem.versions), selectinload(EvidenceItem.tagged))
        .order_by(EvidenceItem.id)
    )
    found = list(session.scalars(query))
    if len(found) != len(set(ids)):
        raise NotFound(_("There is no such evidence."))
    for unit_id in {one.unit_id for one in found}:
        require(accounts.roles_on(session, actor, organisation_id, unit_id) & HOUSE, Permission.EDIT_EVIDENCE)
    return found


def open_assessments(session: Session, actor: Actor, organisation_id: int) -> list[Assessment]:
    """The assessments of an organisation whose answers the person may change, latest first."""
    own = accounts.holding(actor, Permission.ANSWER, Assessment.organisation_id, Assessment.unit_id)
    query = assessments.readable_by(actor).where(Assessment.organisation_id == organisation_id, own)
    return list(
        session.scalars(query.where(Assessment.frozen_at.is_(None)).order_by(Assessment.updated_at.desc(), Assessment.id))
    )


def _batches(session: Session, actor: Actor, organisation_id: int) -> Select[EvidenceBatch]:
    """One's own batches; all of the organisation's for who may change its evidence as a whole."""
    query = select(EvidenceBatch).where(EvidenceBatch.organisation_id == organisation_id)
    everything = accounts.permits(session, actor, Permission.EDIT_EVIDENCE, organisation_id)
    return query if everything else query.where(EvidenceBatch.made_by == actor.id)


def batches(session: Session, actor: Actor, organisation_id: int, *, limit: int = 20) -> list[EvidenceBatch]:
    """The latest changes to many items. The caller has checked that the person may change evidence there."""
    return list(session.scalars(_batches(session, actor, organisation_id).order_by(EvidenceBatch.id.desc()).limit(limit)))


def get_batch(session: Session, actor: Actor, organisation_id: int, batch_id: int, *, lock: bool = False) -> EvidenceBatch:
    """A change to many items, to be undone with `lock`. The caller has checked as for `batches`. Raises NotFound."""
    query = _batches(session, actor, organisation_id).where(EvidenceBatch.id == batch_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(_("There is no such bulk edit."))
    return found
