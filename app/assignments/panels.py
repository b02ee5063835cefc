"""What this room shows on an assessment's own pages: who answers by when and how far it is, and filters of criteria."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from app.accounts.actor import Actor
from app.accounts.policy import Permission, allows
from app.assessments import access as assessments
from app.assessments.panels import Asked, Chip, Panel, Place
from app.assignments import access, words
from app.assignments.access import HowFar
from app.assignments.progress import is_late
from app.assignments.states import READY, WAITING, AnswerState, Deed, deeds
from app.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who answers a criterion: a person or a unit, by when, and how far away that is."""

    name: str
    due: date | None
    left: str
    late: bool
    able: bool


@dataclass(frozen=True, slots=True)
class CriterionPanel:
    """Above an answer: who answers by when, how far it is, and what can be done. `known` is None while it is untouched."""

    path: str
    """The address of the assessment."""
    reference: str
    assignees: tuple[Assignee, ...]
    known: HowFar | None
    state: str
    icon: str
    deeds: tuple[tuple[str, str], ...]
    """(value, words) of the buttons; returning is apart, for it needs a reason."""
    may_return: bool
    may_assign: bool
    version: int


@dataclass(frozen=True, slots=True)
class ApprovalPanel:
    """Before approving: how many answered criteria nobody has accepted."""

    unaccepted: int
    total: int


def today_of(actor: Actor, zone: ZoneInfo) -> date:
    """The day of the request where the installation stands."""
    return actor.at.astimezone(zone).date()


def panels(zone: ZoneInfo) -> tuple[Panel, ...]:
    """The panels of this room. Days are those of the zone."""

    def above(asked: Asked) -> CriterionPanel | None:
        return _criterion(asked, today_of(asked.actor, zone))

    return (
        Panel(Place.ABOVE_ANSWER, "assignments/_panel.html", above),
        Panel(Place.APPROVAL, "assignments/_approval.html", _approval),
    )


def _allowed(asked: Asked) -> frozenset[str]:
    """What the person may do here of what this room offers."""
    roles, standing = assessments.roles_on(asked.session, asked.actor, asked.assessment), assessments.state_of(asked.assessment)
    ours = (Permission.ANSWER, Permission.REVIEW, Permission.ASSIGN, Permission.READ_WORK)
    return frozenset(one.value for one in ours if allows(roles, one, standing))


def _how_far(asked: Asked) -> dict[str, HowFar]:
    return access.how_far(asked.session, asked.assessment)


def _criterion(asked: Asked, today: date) -> CriterionPanel | None:
    allowed = asked.once(_allowed)
    if asked.reference is None or Permission.READ_WORK.value not in allowed:
        return None
    known = access.how_far(asked.session, asked.assessment, [asked.reference]).get(asked.reference)
    state = known.state if known else None
    found = access.of_assessment(asked.session, asked.assessment, asked.reference)
    offered = deeds(state, allowed)
    return CriterionPanel(
        path=f"/assessments/{asked.assessment.id}",
        reference=asked.reference,
        assignees=tuple(
            Assignee(
                one.name or _("erased person {number}").format(number=one.person_id),
                one.due,
                words.time_left(one.due, today) if one.due and state not in READY else "",
                is_late(state, one.due, today),
                one.able,
            )
            for one in found
        ),
        known=known,
        state=words.state(state),
        icon=words.ICONS[state],
        deeds=tuple((one.value, words.deed(one)) for one in offered if one is not Deed.RETURN),
        may_return=Deed.RETURN in offered,
        may_assign=Permission.ASSIGN.value in allowed,
        version=known.version if known else 0,
    )


def _approval(asked: Asked) -> ApprovalPanel | None:
    if Permission.READ_WORK.value not in asked.once(_allowed):
        return None
    found = asked.once(_how_far)
    return ApprovalPanel(sum(one.state is not AnswerState.ACCEPTED for one in found.values()), len(found))


def chips(zone: ZoneInfo) -> tuple[Chip, ...]:
    """The filters of this room: what is mine, returned, overdue, waiting for a reviewer."""

    def overdue(asked: Asked) -> frozenset[str]:
        today, known = today_of(asked.actor, zone), asked.once(_how_far)
        states = {name: one.state for name, one in known.items()}
        due = access.due_dates(asked.session, asked.assessment)
        return frozenset(name for name, day in due.items() if is_late(states.get(name), day, today))

    return (
        Chip(
            "mine",
            lambda: _("Mine"),
            _of_the_house(lambda asked: access.my_criteria(asked.session, asked.actor, asked.assessment)),
        ),
        Chip("returned", lambda: _("Returned"), _of_the_house(lambda asked: _in(asked, {AnswerState.RETURNED}))),
        Chip("overdue", lambda: _("Overdue"), _of_the_house(overdue)),
        Chip("in_review", lambda: _("Waiting for review"), _of_the_house(lambda asked: _in(asked, WAITING))),
    )


def _in(asked: Asked, states: Iterable[AnswerState]) -> frozenset[str]:
    wanted = frozenset(states)
    return frozenset(name for name, one in asked.once(_how_far).items() if one.state in wanted)


def _of_the_house(pick: Callable[[Asked], Iterable[str]]) -> Callable[[Asked], frozenset[str]]:
    """The filter for the house's own people; guests find nothing with it."""

    def picked(asked: Asked) -> frozenset[str]:
        if Permission.READ_WORK.value not in asked.once(_allowed):
            return frozenset()
        return frozenset(pick(asked))

    return picked
