"""What people send: who answers what by when, and what is done about the state of an answer."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from app.assessments.forms import OptionalDay
from app.assignments.states import Deed
from app.portable.model import Prose
from app.web.forms import plain_lines

OptionalProse = Annotated[Prose | None, BeforeValidator(plain_lines)]
Assignee = Annotated[str, Field(pattern=r"^(person|unit):[1-9][0-9]{0,8}$")]


def assignee(value: str) -> tuple[str, int]:
    """("person" or "unit", its number) of a choice like "person:7"."""
    noun, _colon, number = value.partition(":")
    return noun, int(number)


class AssignForm(BaseModel):
    """To whom something is assigned, and by when. What it is comes beside it, for several things can be chosen."""

    to: Assignee
    due: OptionalDay = None


class DeedForm(BaseModel):
    """What is done about an answer. `version` is the one that was seen; `reason` is why it is returned."""

    deed: Deed
    version: Annotated[int, Field(ge=0, le=999_999_999)] = 0
    reason: OptionalProse = None
