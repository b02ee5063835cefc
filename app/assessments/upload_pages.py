"""What became of uploaded files, and to which criteria they may be linked."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.policy import Permission
from app.assessments import access
from app.assessments.answers import rubrics_of
from app.assessments.models import Assessment
from app.evidence.uploads import Fate, Taken
from app.i18n import current
from app.rubrics.file_names import criteria_named
from app.rubrics.model import in_language
from app.rubrics.registry import Library

FINE, CONFLICT, UNUSABLE = 200, 409, 422
OFFERED_ASSESSMENTS = 3
"""Of how many assessments criteria are suggested for a file that was uploaded to the library: those changed last."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A criterion to which an item can be linked with one click: `address` takes the form with the item's code."""

    address: str
    page: str
    reference: str
    code: str
    question: str
    assessment: str
    here: bool
    """It is the criterion on whose page the file was uploaded."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file's line: what became of it, in words, and what can be done next."""

    name: str
    fate: str
    told: str
    code: str | None
    title: str | None
    address: str | None
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class UploadedPage:
    """What became of the files; `back` leads to where they were uploaded."""

    files: tuple[UploadedFile, ...]
    back: str
    assessment: str | None
    """The assessment on whose page they were uploaded."""

    @property
    def needs_reading(self) -> bool:
        """Whether there is anything besides files that were kept."""
        return any(one.fate != Fate.KEPT or one.suggestions for one in self.files)

    @property
    def status(self) -> int:
        """200 when anything was kept; else why nothing was."""
        fates = {one.fate for one in self.files}
        if Fate.KEPT in fates:
            return FINE
        return CONFLICT if Fate.THERE in fates else UNUSABLE

    def as_json(self) -> dict[str, Any]:
        """For the script that uploads one file after the other."""
        return {"files": [asdict(one) for one in self.files]}


def of_criterion(
    session: Session, library: Library, assessment: Assessment, reference: str, taken: Iterable[Taken]
) -> UploadedPage:
    """Of files that were uploaded on a criterion's page: what is there already can be linked here."""
    files = []
    for one in taken:
        found = suggested(session, library, [assessment], one.name) if one.fate is not Fate.REFUSED else ()
        others = tuple(offer for offer in found if offer.reference != reference)
        here = _offer(session, library, assessment, reference) if one.fate is Fate.THERE else ()
        files.append(_file(one, (*here, *others)))
    back = f"/assessments/{assessment.id}/criteria/{reference}"
    return UploadedPage(tuple(files), f"{back}#evidence", in_language(assessment.title, current()))


def of_library(session: Session, library: Library, actor: Actor, organisation_id: int, taken: Iterable[Taken]) -> UploadedPage:
    """Of files that were uploaded to the library: criteria are suggested in the assessments that the person works on."""
    known = tuple(taken)
    offered = _worked_on(session, actor, organisation_id) if any(one.item_id for one in known) else []
    files = (_file(one, suggested(session, library, offered, one.name) if one.item_id else ()) for one in known)
    return UploadedPage(tuple(files), f"/organisations/{organisation_id}/evidence", None)


def suggested(session: Session, library: Library, assessments: Iterable[Assessment], name: str) -> tuple[Suggestion, ...]:
    """The criteria that a file's name speaks of, in each of the assessments."""
    found = []
    for assessment in assessments:
        for one in criteria_named(name, rubrics_of(session, library, assessment)):
            question = in_language(one.criterion.question, current())
            found.append(_suggestion(assessment, one.reference, one.code, question, here=False))
    return tuple(found)


def _worked_on(session: Session, actor: Actor, organisation_id: int) -> list[Assessment]:
    listed = access.list_readable(session, actor, limit=20, organisation_id=organisation_id)
    found = []
    for line in listed:
        assessment = access.get_readable(session, actor, line.id)
        own = assessment.organisation_id == organisation_id
        if own and access.may(session, actor, assessment, Permission.ANSWER):
            found.append(assessment)
        if len(found) == OFFERED_ASSESSMENTS:
            break
    return found


def _offer(session: Session, library: Library, assessment: Assessment, reference: str) -> tuple[Suggestion, ...]:
    rubric_id, _colon, criterion_id = reference.partition(":")
    for rubric in rubrics_of(session, library, assessment):
        if rubric.id == rubric_id and criterion_id in rubric.by_id:
            criterion = rubric.by_id[criterion_id]
            question = in_language(criterion.question, current())
            return (_suggestion(assessment, reference, criterion.code, question, here=True),)
    return ()


def _suggestion(assessment: Assessment, reference: str, code: str, question: str, *, here: bool) -> Suggestion:
    page = f"/assessments/{assessment.id}/criteria/{reference}"
    title = in_language(assessment.title, current())
    return Suggestion(f"{page}/links", page, reference, code, question, title, here)


def _file(taken: Taken, suggestions: tuple[Suggestion, ...]) -> UploadedFile:
    address = f"/evidence/{taken.item_id}" if taken.item_id else None
    return UploadedFile(taken.name, taken.fate.value, taken.told, taken.code, taken.title, address, suggestions)


def typed_for(fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the form for files, by the ids that its fields have on the page."""
    return {f"upload_{name}": value for name, value in fields.items()}
