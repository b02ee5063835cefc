"""What people type about a piece of evidence."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, model_validator

from app.evidence.confidentiality import Confidentiality
from app.evidence.tags import parted
from app.i18n import gettext as _
from app.portable.model import Line, Prose, WebAddress, wrong
from app.rubrics.model import Day
from app.scoring.answers import EvidenceStatus
from app.web.forms import OptionalNumber, empty_to_none, plain_lines

Tags = Annotated[tuple[str, ...], BeforeValidator(parted)]
Note = Annotated[Prose | None, BeforeValidator(plain_lines)]


class EvidenceForm(BaseModel):
    """Title and kind are needed; the rest may stay empty."""

    title: Line
    kind: Line
    date: Annotated[Day | None, BeforeValidator(empty_to_none)] = None
    valid_from: Annotated[Day | None, BeforeValidator(empty_to_none)] = None
    valid_until: Annotated[Day | None, BeforeValidator(empty_to_none)] = None
    language: Annotated[Line | None, BeforeValidator(empty_to_none)] = None
    url: Annotated[WebAddress | None, BeforeValidator(empty_to_none)] = None
    seen_on: Annotated[Day | None, BeforeValidator(empty_to_none)] = None
    status: EvidenceStatus = EvidenceStatus.VALID
    confidentiality: Confidentiality = Confidentiality.ORDINARY
    owner_id: OptionalNumber = None
    tags: Tags = ()
    note: Note = None

    @model_validator(mode="after")
    def _in_order(self) -> "EvidenceForm":
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise wrong(_("“Valid until” lies before “valid from”"), _("correct one of the two dates"))
        return self

    def columns(self) -> dict[str, Any]:
        """The values as the row has them. Tags are rows of their own."""
        values = self.model_dump(exclude={"tags"})
        return {**values, "status": self.status.value, "confidentiality": self.confidentiality.value}


class UploadForm(BaseModel):
    """What is said of uploaded files: the kind is chosen, a title may be left to the file's name."""

    kind: Line
    title: Annotated[Line | None, BeforeValidator(empty_to_none)] = None
