"""What people send: an answer, an action, a link, a new assessment."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from app.accounts.forms import Address
from app.i18n import gettext as _
from app.portable.model import Line, Prose, wrong
from app.rubrics.model import TOP_LEVEL, Day
from app.web.forms import Number, OptionalNumber, empty_to_none, plain_lines

OptionalProse = Annotated[Prose | None, BeforeValidator(plain_lines)]
OptionalLine = Annotated[Line | None, BeforeValidator(empty_to_none)]
OptionalDay = Annotated[Day | None, BeforeValidator(empty_to_none)]


class AnswerForm(BaseModel):
    """An answer as a whole: `choice` is a level 0 to 4, "na", or empty while nothing was chosen.

    `version` is 0 for the first save.
    """

    choice: str = ""
    comment: OptionalProse = None
    strengths: OptionalProse = None
    next_step: OptionalProse = None
    not_applicable: OptionalProse = None
    to_confirm: bool = False
    version: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _sensible(self) -> "AnswerForm":
        if self.choice not in ("", "na", *map(str, range(TOP_LEVEL + 1))):
            raise wrong(_("This level does not exist"), _("choose one of the descriptions"))
        if self.choice == "na" and self.not_applicable is None:
            raise wrong(_("“Not applicable” needs a justification"), _("write why the criterion does not apply"))
        return self

    @property
    def level(self) -> int | None:
        """The chosen level; None when not applicable or nothing was chosen."""
        return int(self.choice) if self.choice not in ("", "na") else None

    @property
    def justification(self) -> str | None:
        """Why the criterion does not apply; None unless "na" was chosen."""
        return self.not_applicable if self.choice == "na" else None


class LinkForm(BaseModel):
    """A link to an item of the library, by its code."""

    code: Line
    where: OptionalLine = None
    proves: OptionalProse = None


def _chosen_profile(value: Any) -> Any:
    if empty_to_none(value) is None:
        raise wrong(_("No profile is chosen"), _("choose what the assessment is to ask"))
    return value


class NewAssessmentForm(BaseModel):
    """A new, empty assessment. What it asks is chosen, never taken for granted."""

    organisation_id: Number
    title: Line
    date: Day
    profile: Annotated[Line, BeforeValidator(_chosen_profile), Field(validate_default=True)] = ""


class ShareForm(BaseModel):
    """To whom an assessment is shown: an agency, or one person by the address; until the end of a day, or None for ever."""

    agency_id: OptionalNumber = None
    email: Annotated[Address | None, BeforeValidator(empty_to_none)] = None
    with_evidence: bool = False
    until: OptionalDay = None
