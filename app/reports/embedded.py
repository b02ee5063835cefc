"""What travels inside a report's PDF besides the assessment and its scorecard: rubrics that nobody else has."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from app.assessments.answers import with_pinned
from app.errors import Problem
from app.i18n import gettext as _
from app.rubrics.model import Rubric
from app.rubrics.registry import Library, canonical, digest, home, plain

ASSESSMENT_NAME = "sapa-assessment.json"
SCORECARD_NAME = "sapa-scorecard.json"
RUBRICS_NAME = "sapa-rubrics.json"
EARLIER_ASSESSMENT_NAME = "sapa-assessment-earlier.json"
EARLIER_SCORECARD_NAME = "sapa-scorecard-earlier.json"
"""The other side of a report on what changed."""
FORMAT = "sapa-rubrics/1"


class BadRubrics(Problem):
    """The rubrics that came along cannot be read."""


def rubrics_to_embed(references: Iterable[str], library: Library) -> tuple[Rubric, ...]:
    """Those of the assessed rubrics that the library of Sapa does not have with this content."""
    ours = set(home().digests.values())
    return tuple(library.rubric(one) for one in references if library.digests[one] not in ours)


def to_text(rubrics: Iterable[Rubric]) -> str:
    """Rubrics as the attachment has them."""
    return canonical({"format": FORMAT, "rubrics": [plain(one) for one in rubrics]})


def from_bytes(content: bytes) -> tuple[Rubric, ...]:
    """The rubrics of an attachment. Raises BadRubrics."""
    try:
        told: Any = json.loads(content)
        if told["format"] != FORMAT:
            raise BadRubrics(_("The rubrics in the file are in a form that is not known."))
        return tuple(Rubric.model_validate_json(canonical(one)) for one in told["rubrics"])
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError) as wrong:
        raise BadRubrics(_("The rubrics in the file cannot be read.")) from wrong


def library_with(library: Library, rubrics: tuple[Rubric, ...]) -> Library:
    """The library with rubrics that came along, as the service has it for an assessment that pins them."""
    known = with_pinned(library, rubrics)
    return replace(
        known,
        rubrics={**library.rubrics, **{one.reference: one for one in rubrics}},
        digests={**library.digests, **{one.reference: digest(one) for one in rubrics}},
    )
