"""What is shown of the cycle before: beside a criterion, on the overview, and before a standard is carried."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.accounts.policy import Permission
from app.assessments import access as assessments
from app.assessments import cited
from app.assessments.answers import rubrics_of
from app.assessments.linked import problem_of
from app.assessments.models import Assessment
from app.assessments.panels import Asked
from app.cycles import access
from app.cycles.before import Before, Source, before
from app.i18n import current
from app.i18n import gettext as _
from app.portable.model import PortableAnswer
from app.rubrics.model import Criterion, in_language
from app.rubrics.registry import Library
from app.web.formats import short_day


@dataclass(frozen=True, slots=True)
class Cited:
    """An item that was cited before; `problem` says why it does not count for this assessment."""

    code: str
    title: str
    where: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class BeforePage:
    """How one criterion was answered before; `version` is that of the answer now, 0 while there is none."""

    path: str
    reference: str
    code: str
    question: str
    previous: tuple[int, str]
    sources: tuple[Source, ...]
    answer: PortableAnswer
    cites: tuple[Cited, ...]
    version: int = 0
    may_carry: bool = False
    standard: str | None = None
    """The standard as `rubric:standard`, where all that is open in it can be carried."""


@dataclass(frozen=True, slots=True)
class CyclePanel:
    """On the overview: what the assessment follows, and what was carried of late."""

    path: str
    previous: tuple[int, str] | None
    may_choose: bool
    carries: tuple[tuple[int, str, object], ...]
    """(id, standard, when) of what can still be undone."""


def title_of(assessment: Assessment) -> str:
    """The title in the reader's language."""
    return in_language(assessment.title, current())


def choices(offered: Iterable[Assessment]) -> tuple[tuple[int, str], ...]:
    """(id, title with its reference date) to choose from."""
    return tuple((one.id, f"{title_of(one)} ({short_day(one.date)})") for one in offered)


def before_page(
    asked: Asked, previous: Assessment, reference: str, criterion: Criterion, found: Before, hidden: Collection[str]
) -> BeforePage:
    """How a criterion was answered before; of items whose codes are `hidden` only that they are cited is told."""
    library, assessment = asked.library, asked.assessment
    return BeforePage(
        path=f"/assessments/{assessment.id}",
        reference=reference,
        code=criterion.code,
        question=in_language(criterion.question, current()),
        previous=(previous.id, title_of(previous)),
        sources=found.sources,
        answer=found.answer,
        cites=tuple(
            Cited(
                one.id,
                _("Confidential evidence") if one.id in hidden else found.items[one.id].title,
                None if one.id in hidden else one.where,
                problem_of(found.items[one.id], library, assessment.date),
            )
            for one in found.answer.evidence
        ),
    )


def criterion_panel(asked: Asked) -> BeforePage | None:
    """Beside a criterion; None where nothing was answered before, or the reader may not see it."""
    if asked.reference is None:
        return None
    previous = access.find_previous(asked.session, asked.actor, asked.assessment)
    if previous is None:
        return None
    found = before(asked.session, asked.library, asked.assessment, previous, [asked.reference]).get(asked.reference)
    if found is None or not found.says_something:
        return None
    rubric_id, _colon, name = asked.reference.partition(":")
    rubric = next(one for one in rubrics_of(asked.session, asked.library, asked.assessment) if one.id == rubric_id)
    hidden = cited.hidden_codes(asked.session, asked.actor, previous)
    page = before_page(asked, previous, asked.reference, rubric.by_id[name], found, hidden)
    answer = assessments.find_answer(asked.session, asked.assessment, asked.reference)
    may_carry = assessments.may(asked.session, asked.actor, asked.assessment, Permission.ANSWER)
    standard = f"{rubric_id}:{rubric.standard_of[name].id}"
    return replace(page, version=answer.version if answer else 0, may_carry=may_carry, standard=standard)


def overview_panel(asked: Asked) -> CyclePanel | None:
    """On the overview; None where there is neither anything followed nor anything to choose."""
    session, actor, assessment = asked.session, asked.actor, asked.assessment
    previous = access.find_previous(session, actor, assessment)
    may_choose = assessments.may(session, actor, assessment, Permission.MANAGE)
    may_answer = assessments.may(session, actor, assessment, Permission.ANSWER)
    if previous is None and not may_choose:
        return None
    carries = access.undoable(session, assessment, now=actor.at) if may_answer else []
    return CyclePanel(
        path=f"/assessments/{assessment.id}",
        previous=(previous.id, title_of(previous)) if previous else None,
        may_choose=may_choose,
        carries=tuple((one.id, standard_name(session, asked.library, assessment, one.standard), one.made_at) for one in carries),
    )


def standard_name(session: Session, library: Library, assessment: Assessment, reference: str) -> str:
    """Number and title of a standard `rubric:standard`."""
    rubric_id, _colon, name = reference.partition(":")
    rubrics = rubrics_of(session, library, assessment)
    found = (one for rubric in rubrics if rubric.id == rubric_id for one in rubric.standards if one.id == name)
    return next((f"{one.number} {in_language(one.title, current())}" for one in found), reference)
