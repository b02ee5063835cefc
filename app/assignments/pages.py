"""Typed page objects of this room, and what fills them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.assessments.answers import rubrics_of
from app.assessments.models import Assessment
from app.assignments import access, words
from app.assignments.access import Assigned, HowFar
from app.assignments.progress import Counts, Tracked, count
from app.assignments.service import parts_of
from app.assignments.states import READY, WAITING
from app.i18n import current
from app.i18n import gettext as _
from app.rubrics.model import Standard, in_language
from app.rubrics.registry import Library


@dataclass(frozen=True, slots=True)
class Choice:
    """A standard or criterion that can be chosen: how forms name it, its code and text, who has it, and how far it is."""

    key: str
    code: str
    text: str
    who: tuple[str, ...]
    state: str = ""
    icon: str = ""
    chosen: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceOfStandard:
    """A standard with its criteria, to choose from."""

    whole: Choice
    criteria: tuple[Choice, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class AssignedLine:
    """An assignment as it is listed, with how much of it is ready."""

    id: int
    code: str
    text: str
    whole: bool
    name: str
    able: bool
    to: str
    due: date | None
    left: str
    late: bool
    ready: int
    total: int


@dataclass(frozen=True, slots=True)
class AssignPage:
    """Who answers what, and the form that assigns. `people` and `units` are (value, name) to choose from."""

    rubrics: tuple[tuple[str, tuple[ChoiceOfStandard, ...]], ...]
    lines: tuple[AssignedLine, ...]
    offered: tuple[tuple[str, str], ...]
    unassigned: int
    total: int
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    changing: int | None = None
    """The assignment whose form was sent and refused."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form of the page, what was chosen, and what is wrong with it."""

    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    changing: int | None = None


NOTHING = Typed()


def name_of(one: Assigned) -> str:
    """What an assignee is called; an erased person by their number."""
    return one.name or _("erased person {number}").format(number=one.person_id)


def labels_of(session: Session, library: Library, assessment: Assessment) -> dict[tuple[bool, str], tuple[str, str]]:
    """(code, text) of every standard (True, reference) and criterion (False, reference), in order."""
    found: dict[tuple[bool, str], tuple[str, str]] = {}
    for rubric in rubrics_of(session, library, assessment):
        for standard in rubric.standards:
            found[True, f"{rubric.id}:{standard.id}"] = (standard.number, in_language(standard.title, current()))
            for one in standard.criteria:
                found[False, f"{rubric.id}:{one.id}"] = (one.code, in_language(one.question, current()))
    return found


def assign_page(session: Session, library: Library, assessment: Assessment, today: date, shown: Typed = NOTHING) -> AssignPage:
    """The page as it stands, with what was typed into it."""
    known = access.how_far(session, assessment)
    assigned = {one.id: one for one in access.of_assessment(session, assessment)}
    who: dict[str, list[str]] = {}
    for criterion, number in access.counting_for(session, assessment):
        who.setdefault(criterion, []).append(name_of(assigned[number]))
    labels = labels_of(session, library, assessment)
    parts = parts_of(session, library, assessment)
    criteria = {(part.whole, part.reference): part.criteria for part in parts.values()}
    total = sum(not whole for whole, _reference in labels)
    about = _About(f"/assessments/{assessment.id}/criteria/", labels, who, known, shown.chosen)
    return AssignPage(
        rubrics=tuple(
            (in_language(rubric.of.title, current()), tuple(about.standard(rubric.id, one) for one in rubric.standards))
            for rubric in rubrics_of(session, library, assessment)
        ),
        lines=tuple(_line(one, labels, criteria, known, today) for one in assigned.values()),
        offered=offered(session, assessment),
        unassigned=total - len(who),
        total=total,
        typed=shown.typed,
        errors=shown.errors,
        changing=shown.changing,
    )


def offered(session: Session, assessment: Assessment) -> tuple[tuple[str, str], ...]:
    """Whom something can be assigned to: people, then units."""
    people = ((f"person:{number}", name) for number, name in access.people_offered(session, assessment))
    units = (
        (f"unit:{number}", _("everybody in {unit}").format(unit=name))
        for number, name in access.units_offered(session, assessment)
    )
    return (*people, *units)


@dataclass(frozen=True, slots=True)
class _About:
    """What is known of all criteria, to show one after the other."""

    path: str
    labels: Mapping[tuple[bool, str], tuple[str, str]]
    who: Mapping[str, list[str]]
    known: Mapping[str, HowFar]
    chosen: frozenset[str]

    def standard(self, rubric_id: str, standard: Standard) -> ChoiceOfStandard:
        reference = f"{rubric_id}:{standard.id}"
        criteria = tuple(self._criterion(f"{rubric_id}:{one.id}") for one in standard.criteria)
        names = dict.fromkeys(name for one in criteria for name in one.who)
        key = f"standard={reference}"
        whole = Choice(key, *self.labels[True, reference], tuple(names), chosen=key in self.chosen)
        return ChoiceOfStandard(whole, criteria, any(one.chosen for one in criteria))

    def _criterion(self, reference: str) -> Choice:
        state = self.known[reference].state if reference in self.known else None
        key = f"criterion={reference}"
        return Choice(
            key,
            *self.labels[False, reference],
            who=tuple(self.who.get(reference, ())),
            state=words.state(state),
            icon=words.ICONS[state],
            chosen=key in self.chosen,
            path=self.path + reference,
        )


def _line(
    one: Assigned,
    labels: Mapping[tuple[bool, str], tuple[str, str]],
    criteria: Mapping[tuple[bool, str], tuple[str, ...]],
    known: Mapping[str, HowFar],
    today: date,
) -> AssignedLine:
    parts = criteria[one.whole, one.reference]
    ready = sum(name in known and known[name].state in READY for name in parts)
    done = ready == len(parts)
    code, text = labels[one.whole, one.reference]
    return AssignedLine(
        id=one.id,
        code=code,
        text=text,
        whole=one.whole,
        name=name_of(one),
        able=one.able,
        to=f"person:{one.person_id}" if one.unit_id is None else f"unit:{one.unit_id}",
        due=one.due,
        left=words.time_left(one.due, today) if one.due and not done else "",
        late=one.due is not None and one.due < today and not done,
        ready=ready,
        total=len(parts),
    )


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """A person, a unit or a standard with its counts. `waiting` are the answers of a standard that could be accepted."""

    name: str
    counts: Counts
    waiting: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """How far the work is: as a whole, by standard, by person, by unit, and what nobody has been given."""

    whole: Counts
    standards: tuple[tuple[str, tuple[ProgressLine, ...]], ...]
    people: tuple[ProgressLine, ...]
    units: tuple[ProgressLine, ...]
    unassigned: Counts


def progress_page(session: Session, library: Library, assessment: Assessment, today: date) -> ProgressPage:
    """The counts as they are: three queries, whatever the number of criteria."""
    known = access.how_far(session, assessment)
    assigned = {one.id: one for one in access.of_assessment(session, assessment)}
    counting = access.counting_for(session, assessment)
    due: dict[str, date | None] = {}
    for criterion, number in counting:
        due.setdefault(criterion, assigned[number].due)

    def tracked(criterion: str, day: date | None) -> Tracked:
        return Tracked(criterion, known[criterion].state if criterion in known else None, day)

    def lines(*, of_units: bool) -> tuple[ProgressLine, ...]:
        theirs: dict[tuple[str, int | None], list[Tracked]] = {}
        for criterion, number in counting:
            one = assigned[number]
            if (one.unit_id is not None) is of_units:
                theirs.setdefault((name_of(one), one.unit_id or one.person_id), []).append(tracked(criterion, one.due))
        return tuple(ProgressLine(name, count(theirs[name, number], today)) for name, number in sorted(theirs, key=str))

    rubrics = rubrics_of(session, library, assessment)
    every = [f"{rubric.id}:{one.id}" for rubric in rubrics for standard in rubric.standards for one in standard.criteria]
    return ProgressPage(
        whole=count((tracked(one, due.get(one)) for one in every), today),
        standards=tuple(
            (
                in_language(rubric.of.title, current()),
                tuple(_standard(rubric.id, one, tracked, due, known, today) for one in rubric.standards),
            )
            for rubric in rubrics
        ),
        people=lines(of_units=False),
        units=lines(of_units=True),
        unassigned=count((tracked(one, None) for one in every if one not in due), today),
    )


def _standard(
    rubric_id: str,
    standard: Standard,
    tracked: Callable[[str, date | None], Tracked],
    due: Mapping[str, date | None],
    known: Mapping[str, HowFar],
    today: date,
) -> ProgressLine:
    criteria = [f"{rubric_id}:{one.id}" for one in standard.criteria]
    waiting = tuple((one, known[one].version) for one in criteria if one in known and known[one].state in WAITING)
    title = f"{standard.number} {in_language(standard.title, current())}"
    return ProgressLine(title, count((tracked(one, due.get(one)) for one in criteria), today), waiting)
