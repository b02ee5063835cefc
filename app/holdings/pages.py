"""Fills the library's page: chips with their counts, a page of items, where to go on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date as day

from sqlalchemy.orm import Session

from app.accounts import access as accounts
from app.accounts.models import Organisation
from app.accounts.offered import offered_units
from app.accounts.policy import Permission
from app.evidence.kinds import kinds_of
from app.holdings import access
from app.holdings.access import NOBODY, PAGE, Asked
from app.holdings.filters import SORTS, STATES, Filters
from app.i18n import current
from app.i18n import gettext as _
from app.rubrics.model import Nature, in_language
from app.rubrics.registry import Library
from app.web.words import nature as nature_word


@dataclass(frozen=True, slots=True)
class LibraryChip:
    """A filter to choose, or one that is chosen: then its address takes it away."""

    words: str
    count: int
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The chips of one filter. `chosen` is whether one of them is chosen."""

    name: str
    words: str
    chips: tuple[LibraryChip, ...]

    @property
    def chosen(self) -> bool:
        """Whether it narrows the list."""
        return any(one.chosen for one in self.chips)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of the list."""

    id: int
    code: str
    title: str
    kind: str
    valid_from: day | None
    valid_until: day | None
    status: str
    confidentiality: str
    owner: str
    tags: tuple[str, ...]
    uses: int
    ends_soon: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class UploadsForm:
    """The form for many files on the library's own page: dropped there, they are taken there."""

    organisation_id: int
    units: tuple[tuple[str, str], ...]
    choices: dict[str, tuple[tuple[str, str, str], ...]]
    """The kinds, under their name."""
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """A page of an organisation's library."""

    organisation_id: int
    organisation: str
    may_edit: bool
    filters: Filters
    total: int
    rows: tuple[ItemRow, ...]
    states: tuple[LibraryChip, ...]
    facets: tuple[Facet, ...]
    sorts: tuple[tuple[str, str], ...]
    previous: str | None
    following: str | None
    first: int
    last: int
    uploads: UploadsForm | None
    """None for who may only read."""
    everything: bool
    """Whether nothing is filtered, so that an empty list means an empty library."""


def state_words() -> dict[str, str]:
    """What the lists of one click are called."""
    return {
        "valid": _("valid now"),
        "expiring": _("ends within 90 days"),
        "expired": _("expired"),
        "withdrawn": _("withdrawn or rejected"),
        "unused": _("not used"),
        "without_file": _("without a file"),
        "mine": _("mine"),
    }


def sort_words() -> dict[str, str]:
    """What the orders are called."""
    return {
        "newest": _("newest first"),
        "code": _("by code"),
        "title": _("by title"),
        "kind": _("by kind"),
        "valid_until": _("ending first"),
        "uses": _("most used first"),
    }


def library_page(session: Session, library: Library, asked: Asked, organisation: Organisation, filters: Filters) -> LibraryPage:
    """The page that these filters ask for: eleven queries, however many items there are."""
    units = offered_units(session, asked.actor, organisation.id, Permission.EDIT_EVIDENCE)
    total = access.count(session, asked, filters)
    found = access.page_of(session, asked, filters)
    owners = accounts.names_of(session, [one.item.owner_id for one in found if one.item.owner_id])
    kinds = {one.id: in_language(one.label, current()) for one in library.kinds.kinds}
    first = PAGE * (filters.page - 1) + 1
    return LibraryPage(
        organisation_id=organisation.id,
        organisation=organisation.name,
        may_edit=bool(units),
        uploads=UploadsForm(organisation.id, units, {"kinds": kinds_of(library)}) if units else None,
        filters=filters,
        total=total,
        rows=tuple(_row(one, kinds, owners, asked.today) for one in found),
        states=_chips(filters, "state", access.count_states(session, asked, filters), state_words(), STATES),
        facets=_facets(session, asked, filters, kinds),
        sorts=tuple((name, sort_words()[name]) for name in SORTS),
        previous=filters.query(page=filters.page - 1) if filters.page > 1 else None,
        following=filters.query(page=filters.page + 1) if first + len(found) - 1 < total else None,
        first=first,
        last=first + len(found) - 1,
        everything=not filters.query(sort=SORTS[0]),
    )


def _row(found: access.Found, kinds: dict[str, str], owners: dict[int, str], today: day) -> ItemRow:
    item = found.item
    stands, end = item.status == "valid", item.valid_until
    return ItemRow(
        id=item.id,
        code=item.code,
        title=item.title,
        kind=kinds.get(item.kind, item.kind),
        valid_from=item.valid_from,
        valid_until=item.valid_until,
        status=item.status,
        confidentiality=item.confidentiality,
        owner=owners.get(item.owner_id or 0, ""),
        tags=tuple(item.tags),
        uses=found.uses,
        ends_soon=stands and end is not None and today <= end <= today + access.SOON,
        ended=stands and end is not None and end < today,
    )


def _chips(
    filters: Filters, name: str, counts: dict[str, int], words: dict[str, str], order: Iterable[str]
) -> tuple[LibraryChip, ...]:
    """The chips of a filter in order; one that would leave nothing is there only when it is chosen."""
    present = getattr(filters, name)
    return tuple(
        LibraryChip(
            words.get(value, value),
            counts.get(value, 0),
            filters.query(**{name: "" if value == present else value}),
            value == present,
        )
        for value in order
        if counts.get(value) or value == present or name == "state"
    )


def _facets(session: Session, asked: Asked, filters: Filters, kinds: dict[str, str]) -> tuple[Facet, ...]:
    counts = access.facets(session, asked, filters)
    natures = {one.value: 0 for one in Nature}
    for kind, number in counts["kind"].items():
        if kind in asked.natures:
            natures[asked.natures[kind].value] += number
    people = accounts.names_of(session, [int(one) for one in counts["owner"] if one != NOBODY])
    units = {str(one.id): one.name for one in accounts.units_of(session, asked.organisation_id)}
    owners = {NOBODY: _("nobody yet"), **{str(number): name for number, name in people.items()}}
    places = {NOBODY: _("the whole organisation"), **units}
    known: tuple[tuple[str, str, dict[str, int], dict[str, str]], ...] = (
        ("nature", _("Nature"), natures, {one: nature_word(one) for one in natures}),
        ("kind", _("Kind"), counts["kind"], kinds),
        ("tag", _("Tag"), counts["tag"], {}),
        ("owner", _("Owner"), counts["owner"], owners),
        ("unit", _("Faculty or department"), counts["unit"], places),
        ("language", _("Language"), counts["language"], {}),
    )
    made = (
        Facet(name, words, _chips(filters, name, number, told, _ordered(number, told))) for name, words, number, told in known
    )
    return tuple(one for one in made if one.chips)


def _ordered(counts: dict[str, int], words: dict[str, str]) -> list[str]:
    return sorted(counts, key=lambda value: (-counts[value], words.get(value, value)))
