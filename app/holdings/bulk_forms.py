"""What is asked when many items are changed at once. What is left empty stays as it is."""

from datetime import date as day
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator

from app.evidence.confidentiality import Confidentiality
from app.evidence.forms import Tags
from app.evidence.models import EvidenceItem
from app.portable.model import Line
from app.rubrics.model import Day
from app.web.forms import Number, empty_to_none

NOBODY = "nobody"
EMPTIED = ("date", "valid_from", "valid_until", "language")
"""Fields that can be emptied as well as set."""
OptionalDay = Annotated[Day | None, BeforeValidator(empty_to_none)]
Tick = Annotated[bool, BeforeValidator(bool)]


class BulkForm(BaseModel):
    """The new values; `clear_…` empties a field, whatever stands in it."""

    kind: Annotated[Line | None, BeforeValidator(empty_to_none)] = None
    date: OptionalDay = None
    valid_from: OptionalDay = None
    valid_until: OptionalDay = None
    language: Annotated[Line | None, BeforeValidator(empty_to_none)] = None
    clear_date: Tick = False
    clear_valid_from: Tick = False
    clear_valid_until: Tick = False
    clear_language: Tick = False
    owner: Annotated[Number | Literal["nobody"] | None, BeforeValidator(empty_to_none)] = None
    confidentiality: Annotated[Confidentiality | None, BeforeValidator(empty_to_none)] = None
    add_tags: Tags = ()
    remove_tags: Tags = ()

    def changes(self, item: EvidenceItem) -> dict[str, Any]:
        """What becomes other than it is, by the field's name; tags as a list in order."""
        wanted: dict[str, Any] = {}
        for name in EMPTIED:
            if getattr(self, f"clear_{name}"):
                wanted[name] = None
            elif (value := getattr(self, name)) is not None:
                wanted[name] = value
        if self.kind is not None:
            wanted["kind"] = self.kind
        if self.owner is not None:
            wanted["owner_id"] = None if self.owner == NOBODY else self.owner
        if self.confidentiality is not None:
            wanted["confidentiality"] = self.confidentiality.value
        wanted["tags"] = sorted({*item.tags, *self.add_tags} - set(self.remove_tags))
        return {name: value for name, value in wanted.items() if value != getattr(item, name)}


def plain(value: Any) -> Any:
    """A value of a field as JSON has it."""
    return value.isoformat() if isinstance(value, day) else value


def from_plain(name: str, value: Any) -> Any:
    """The value of a field from JSON."""
    return day.fromisoformat(value) if name in {"date", "valid_from", "valid_until"} and value is not None else value
