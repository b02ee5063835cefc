"""The first steps of somebody who begins: from nothing to the first report. What is done is seen from what is there."""

from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assignments.first_steps_access import Begun, find_begun
from app.i18n import current, ngettext
from app.i18n import gettext as _
from app.rubrics.model import in_language
from app.rubrics.registry import Library


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step. `path` is empty while it cannot be taken yet; `is_next` is the first that is not done."""

    text: str
    why: str
    path: str
    done: bool
    is_next: bool = False


def first_steps(session: Session, library: Library, actor: Actor, organisation_id: int) -> tuple[FirstStep, ...]:
    """The steps, for who manages assessments of the organisation; none once all of them are done."""
    begun = find_begun(session, actor, organisation_id)
    if begun is None or begun.reported:
        return ()
    steps = _steps(begun, library)
    following = next((index for index, one in enumerate(steps) if not one.done), None)
    return tuple(FirstStep(one.text, one.why, one.path, one.done, is_next=index == following) for index, one in enumerate(steps))


def _steps(begun: Begun, library: Library) -> list[FirstStep]:
    home = f"/assessments/{begun.assessment_id}" if begun.assessment_id else ""

    def at(path: str) -> str:
        return home + path if home else ""

    where = at(f"/criteria/{begun.bare_criterion}#evidence") if begun.bare_criterion else at("/criteria")
    return [
        FirstStep(_("Begin an assessment"), _smallest(library), "/assessments#begin", begun.assessment_id is not None),
        FirstStep(
            _("Answer a first criterion"),
            _("Read the question, choose the description that fits, and write what is done."),
            at("/criteria"),
            begun.answered,
        ),
        FirstStep(
            _("Add evidence to the answer"),
            _("Upload a file, or link one of the library: without evidence at most level 1 counts."),
            where,
            begun.linked,
        ),
        FirstStep(
            _("Look at the gaps and plan a first action"),
            _("What is below its target stands there by priority."),
            at("/gaps"),
            begun.planned,
        ),
        FirstStep(
            _("Make the report"),
            _("The PDF can be made at any time; until the approval it is marked as a draft."),
            at("/downloads"),
            done=False,
        ),
    ]


def _smallest(library: Library) -> str:
    """Which profile to take for a first try."""
    sized = [(library.size_of(one), one) for one in library.profiles.values()]
    if not sized:
        return ""
    size, profile = min(sized, key=itemgetter(0))
    told = ngettext(
        "Any profile will do for a first try. The shortest is “{title}”: {num} criterion.",
        "Any profile will do for a first try. The shortest is “{title}”: {num} criteria.",
        size,
    )
    return told.format(title=in_language(profile.title, current()), num=size)
