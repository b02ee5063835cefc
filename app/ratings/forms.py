"""What people send about ratings: whom to invite, and a rating."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from app.accounts.forms import Address
from app.assessments.forms import OptionalProse
from app.rubrics.model import TOP_LEVEL
from app.web.forms import OptionalNumber, empty_to_none

RaterRole = Literal["quality_manager", "internal_auditor", "teacher", "student", "employer", "partner", "panel"]


class InviteRaterForm(BaseModel):
    """Who shall rate: somebody of the house by number, or a guest by the address; and whom they speak for."""

    person_id: OptionalNumber = None
    email: Annotated[Address | None, BeforeValidator(empty_to_none)] = None
    rater_role: RaterRole


class RatingForm(BaseModel):
    """A level, which must be chosen, and a note if there is something to say."""

    level: Annotated[int, Field(ge=0, le=TOP_LEVEL)]
    note: OptionalProse = None
