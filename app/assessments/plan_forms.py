"""What people send about the plan: an action as a whole, or only its status."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from starlette.datastructures import FormData

from app.assessments.forms import OptionalDay, OptionalLine, OptionalProse
from app.i18n import gettext as _
from app.portable.model import MOST_DAYS, Line, Prose, wrong
from app.rubrics.model import TOP_LEVEL, Id
from app.web.forms import Filled, OptionalNumber, check, empty_to_none, plain_lines

EVIDENCE_LINES = 3
"""How many pieces of expected evidence the form offers; an action that has more is shown with one line more."""
MOST_CRITERIA = 200
MOST_EVIDENCE = 20
Status = Literal["open", "in_progress", "done", "dropped"]
Reason = Annotated[OptionalProse, Field(validate_default=True)]


def _of_dropped(reason: str | None, info: ValidationInfo) -> str | None:
    if reason is None and info.data.get("status") == "dropped":
        raise wrong(_("A dropped action needs a reason"), _("write why it will not be done"))
    return reason


class ExpectedForm(BaseModel):
    """A kind of evidence that the action will bring, and what exactly."""

    model_config = ConfigDict(extra="forbid")

    kind: Id
    note: OptionalProse = None


class ActionForm(BaseModel):
    """An action of the plan. The owner is a person of the organisation, or a text for everybody else, never both."""

    criterion: Line
    criteria: Annotated[tuple[Line, ...], Field(max_length=MOST_CRITERIA)] = ()
    what: Annotated[Prose, BeforeValidator(plain_lines)]
    owner_id: OptionalNumber = None
    owner: OptionalLine = None
    due: OptionalDay = None
    indicator: OptionalProse = None
    expected_evidence: Annotated[tuple[ExpectedForm, ...], Field(max_length=MOST_EVIDENCE)] = ()
    effort: Annotated[Annotated[int, Field(ge=1, le=MOST_DAYS)] | None, BeforeValidator(empty_to_none)] = None
    expected_level: Annotated[Annotated[int, Field(ge=0, le=TOP_LEVEL)] | None, BeforeValidator(empty_to_none)] = None
    status: Status = "open"
    reason: Reason = None
    version: Annotated[int, Field(ge=0)] = 0

    _reason = field_validator("reason")(_of_dropped)

    @field_validator("owner")
    @classmethod
    def _one_owner(cls, owner: str | None, info: ValidationInfo) -> str | None:
        if owner is not None and info.data.get("owner_id") is not None:
            raise wrong(_("Two owners at once"), _("choose a person, or write who it is, not both"))
        return owner

    @property
    def every_criterion(self) -> tuple[str, ...]:
        """All its criteria, each once, the first one first."""
        return tuple(dict.fromkeys((self.criterion, *self.criteria)))

    def columns(self) -> dict[str, Any]:
        """The values as the row has them."""
        return {**self.model_dump(exclude={"version", "owner_id"}), "criteria": list(self.every_criterion[1:])}


class StatusForm(BaseModel):
    """Where an action stands now."""

    status: Status
    reason: Reason = None
    version: Annotated[int, Field(ge=0)] = 0

    _reason = field_validator("reason")(_of_dropped)


def _evidence(typed: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for number in range(1, MOST_EVIDENCE + 1):
        kind, note = typed.get(f"evidence_kind_{number}", ""), typed.get(f"evidence_note_{number}", "")
        if kind.strip() or note.strip():
            yield {"kind": kind, "note": note}


def fill_action(data: FormData) -> Filled[ActionForm]:
    """Check what was typed into the page of an action: further criteria are ticked, evidence has a line each."""
    ticked = [value for value in data.getlist("criteria") if isinstance(value, str)]
    typed = {name: value for name, value in data.items() if isinstance(value, str)} | {"criteria": "\n".join(ticked)}
    return check(ActionForm, typed, {**typed, "criteria": ticked, "expected_evidence": list(_evidence(typed))})
