"""The portable assessment's objects, as the file has them. What they mean is checked in `check`."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.i18n import gettext as _
from app.rubrics.model import Day, Id, StrictLevel, Text, Word, plain_text
from app.scoring.answers import LIVE, EvidenceStatus

FORMAT: Literal["sapa-assessment/1"] = "sapa-assessment/1"
LONGEST_PROSE = 20_000
LONGEST_LINE = 500
MOST_DAYS = 9999
"""Person-days of one action: more is not one action."""


def wrong(problem: str, remedy: str) -> PydanticCustomError:
    """A finding's two halves, as an error pydantic passes on."""
    return PydanticCustomError("sapa", "{problem}", {"problem": problem, "remedy": remedy})


def _web_address(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s<>\"'\\]{1,1990}", value):
        raise wrong(_("this is not a web address"), _("begin it with https:// and leave out spaces"))
    return value


def _sha256(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{64}", value):
        raise wrong(_("this is not a SHA-256 digest"), _("write 64 hexadecimal digits, or leave the key out"))
    return value


Prose = Annotated[str, BeforeValidator(plain_text), StringConstraints(min_length=1, max_length=LONGEST_PROSE)]
"""A person's text of one or more paragraphs."""
Line = Annotated[str, BeforeValidator(plain_text), StringConstraints(min_length=1, max_length=LONGEST_LINE)]
"""A person's text of one line: a title, a place in a document, a post."""
WebAddress = Annotated[str, BeforeValidator(_web_address)]
Sha256 = Annotated[str, BeforeValidator(_sha256)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Institution(_Part):
    """The university that assesses itself."""

    name: Text
    country: Line
    deqar_id: Line | None = None
    eter_id: Line | None = None


class Partner(_Part):
    """A partner university of the programme; `country` is an ISO 3166 code."""

    name: Line
    country: Line


class Programme(_Part):
    """The programme in view, if the assessment is about one."""

    name: Text
    level: Literal["bachelor", "master", "doctorate"] | None = None
    partners: tuple[Partner, ...] = ()


class Citation(_Part):
    """An evidence item an answer rests on: where in it to look, and what that proves.

    `version` and `sha256` say which version of its file is meant, where several were kept.
    """

    id: Id
    where: Line | None = None
    proves: Prose | None = None
    version: Annotated[int, Field(strict=True, ge=1, le=999_999)] | None = None
    sha256: Sha256 | None = None


def _citation(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


class PortableAnswer(_Part):
    """A level, or a justification why the criterion is not applicable, or neither yet; with what was written about it."""

    level: StrictLevel | None = None
    not_applicable: Prose | None = None
    comment: Prose | None = None
    evidence: tuple[Annotated[Citation, BeforeValidator(_citation)], ...] = ()
    strengths: Prose | None = None
    next_step: Prose | None = None
    to_confirm: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _one_state(self) -> "PortableAnswer":
        if self.level is not None and self.not_applicable is not None:
            raise wrong(_("a level and “not applicable” at once"), _("keep one of the two"))
        return self


class PortableEvidence(_Part):
    """An evidence item. Dates include their day; a missing end is no limit. `file` is a path beside the assessment.

    `seen_on` is when somebody saw the web page; `confidentiality` is left out where it is ordinary.
    """

    title: Line
    kind: Id
    date: Day | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    status: EvidenceStatus = EvidenceStatus.VALID
    language: Line | None = None
    url: WebAddress | None = None
    sha256: Sha256 | None = None
    file: Line | None = None
    seen_on: Day | None = None
    withdrawn_because: Prose | None = None
    confidentiality: Literal["internal", "restricted"] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "PortableEvidence":
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise wrong(_("valid_until lies before valid_from"), _("correct one of the two dates"))
        return self


class ExpectedEvidence(_Part):
    """A kind of evidence that an action is going to produce, and what exactly."""

    kind: Id
    note: Prose | None = None


class PortableAction(_Part):
    """What is going to be done about a criterion; an action without owner or due date does not answer a blocker.

    `criteria` are further ones that the same action serves. `effort` is in person-days. `expected_level` is the level that its
    criteria will have afterwards. `reason` says why an action was dropped.
    """

    criterion: Word
    criteria: tuple[Word, ...] = ()
    what: Prose
    owner: Line | None = None
    due: Day | None = None
    indicator: Prose | None = None
    expected_evidence: tuple[ExpectedEvidence, ...] = ()
    effort: Annotated[int, Field(strict=True, ge=1, le=MOST_DAYS)] | None = None
    expected_level: StrictLevel | None = None
    status: Literal["open", "in_progress", "done", "dropped"] = "open"
    reason: Prose | None = None

    @property
    def every_criterion(self) -> tuple[str, ...]:
        """All its criteria, the first one first."""
        return (self.criterion, *self.criteria)

    @property
    def is_live(self) -> bool:
        """Whether it is still going to be done, or is being done."""
        return self.status in LIVE


class Rater(_Part):
    """A second opinion, kept apart from the answers."""

    role: Id
    levels: Mapping[str, StrictLevel] = Field(default_factory=dict)


class Portable(_Part):
    """A whole self-assessment. `date` is the reference date on which evidence must be valid."""

    format: Literal["sapa-assessment/1"]
    title: Text
    institution: Institution
    programme: Programme | None = None
    date: Day
    profile: Id
    rubrics: tuple[Word, ...] = Field(min_length=1)
    targets: Mapping[str, StrictLevel] = Field(default_factory=dict)
    answers: Mapping[str, PortableAnswer] = Field(default_factory=dict)
    evidence: Mapping[Id, PortableEvidence] = Field(default_factory=dict)
    actions: tuple[PortableAction, ...] = ()
    raters: Mapping[Id, Rater] = Field(default_factory=dict)


def on_date(portable: Portable, day: date) -> Portable:
    """The same assessment with another reference date."""
    return portable.model_copy(update={"date": day})
