"""What the pages of bulk changes show: exactly what would become of each item."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date as day
from typing import Any

from app.evidence.models import EvidenceItem
from app.evidence.routes import Choices
from app.holdings.bulk_forms import NOBODY, BulkForm
from app.i18n import gettext as _
from app.web.formats import NOTHING, short_day


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What would become of an item: (field, as it is, as it would be); empty when nothing would."""

    id: int
    code: str
    title: str
    version: int
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class BulkPage:
    """The chosen items, what can be set, and, once asked, what would change."""

    organisation_id: int
    items: tuple[tuple[int, str, str], ...]
    choices: Choices
    owners: tuple[tuple[str, str], ...]
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[ItemChange, ...] = ()

    @property
    def changing(self) -> int:
        """How many items would become other than they are."""
        return sum(bool(one.fields) for one in self.changes)


def bulk_page(organisation_id: int, items: Iterable[EvidenceItem], choices: Choices, **more: Any) -> BulkPage:
    """The page for these items."""
    owners = ((NOBODY, _("nobody yet")), *((str(number), name) for number, name in choices.owners))
    return BulkPage(organisation_id, tuple((one.id, one.code, one.title) for one in items), choices, owners, **more)


def changes_of(items: Iterable[EvidenceItem], form: BulkForm, choices: Choices) -> tuple[ItemChange, ...]:
    """What the form would make of each item."""
    labels = {
        "kind": _("Kind"),
        "date": _("Date"),
        "valid_from": _("Valid from"),
        "valid_until": _("Valid until"),
        "language": _("Language"),
        "owner_id": _("Owner"),
        "confidentiality": _("Confidentiality"),
        "tags": _("Tags"),
    }
    words: dict[str, Mapping[Any, str]] = {
        "kind": {name: label for name, label, _nature in choices.kinds},
        "owner_id": dict(choices.owners),
        "confidentiality": dict(choices.confidentialities),
    }

    def shown(name: str, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(value) or NOTHING
        if isinstance(value, day):
            return short_day(value)
        return NOTHING if value is None else words.get(name, {}).get(value, str(value))

    return tuple(
        ItemChange(
            id=item.id,
            code=item.code,
            title=item.title,
            version=item.version,
            fields=tuple(
                (labels[name], shown(name, getattr(item, name)), shown(name, value)) for name, value in form.changes(item).items()
            ),
        )
        for item in items
    )
