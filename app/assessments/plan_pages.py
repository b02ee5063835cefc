"""The pages of the plan: what its table and its board show, which filters there are, and the form of one action."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as day
from urllib.parse import urlencode

from app.assessments.models import PlannedAction
from app.assessments.page_objects import AssessmentPage, KindChoice, TreeCriterion
from app.assessments.plan import STATUSES, PlanSummary, days_overdue, due_soon, plan_summary
from app.i18n import gettext as _
from app.scoring.answers import LIVE

SORTS = ("plan", "due", "priority", "effort")
VIEWS = ("table", "board")


@dataclass(frozen=True, slots=True)
class Seen:
    """A criterion as the plan shows it, with the standard it belongs to and the priority of its gap (0 where none is)."""

    criterion: TreeCriterion
    standard: str
    title: str
    priority: float


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An action of the plan; `late` is how many days it is overdue, 0 when it is not."""

    id: int
    number: int
    what: str
    criteria: tuple[Seen, ...]
    owner: str | None
    owner_id: int | None
    due: day | None
    late: int
    soon: bool
    indicator: str | None
    evidence: tuple[tuple[str, str | None], ...]
    effort: int | None
    expected_level: int | None
    status: str
    reason: str | None
    version: int

    @property
    def is_live(self) -> bool:
        """Whether it is still going to be done, or is being done."""
        return self.status in LIVE

    @property
    def blocker(self) -> bool:
        """Whether it serves a criterion that blocks."""
        return any(one.criterion.blocker for one in self.criteria)

    @property
    def priority(self) -> float:
        """The priority of the most pressing of its gaps."""
        return max((one.priority for one in self.criteria), default=0)


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that narrows or orders the plan, with how many actions it leaves (None where it leaves all)."""

    text: str
    href: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. What nobody offers counts as not asked."""

    view: str = "table"
    only: str = ""
    standard: str = ""
    sort: str = "plan"

    def address(self, **changes: str) -> str:
        """The query of the page with these changes; what is not asked for is left out."""
        asked = {"view": self.view, "only": self.only, "standard": self.standard, "sort": self.sort} | changes
        usual = Wanted()
        return "?" + urlencode({name: value for name, value in asked.items() if value != getattr(usual, name)})


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The plan as it is asked for. `columns` are its lines by status, for the board."""

    wanted: Wanted
    lines: tuple[PlanLine, ...]
    columns: tuple[tuple[str, tuple[PlanLine, ...]], ...]
    summary: PlanSummary[PlanLine]
    filters: tuple[Choice, ...]
    standards: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    views: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ActionPage:
    """The form of an action. `id` is None for a new one; `left` counts the gaps that are planned one after the other."""

    assessment: AssessmentPage
    id: int | None
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    owners: tuple[tuple[int, str], ...]
    kinds: tuple[KindChoice, ...]
    evidence_lines: int
    others: tuple[TreeCriterion, ...]
    """Criteria with a gap that nothing else is planned for: this action can serve them too."""
    criterion: TreeCriterion | None
    left: int
    led_to: int | None = None
    """The action that is there already for what was to be planned."""

    @property
    def ticked(self) -> frozenset[str]:
        """The further criteria that are chosen."""
        return frozenset(self.typed.get("criteria", "").split("\n"))


def seen_by_reference(page: AssessmentPage, gaps: Sequence[Mapping[str, object]]) -> dict[str, Seen]:
    """Every criterion of the assessment as the plan shows it; `gaps` are those of the stored scorecard."""
    priorities = {str(one["criterion"]): float(str(one["priority"])) for one in gaps}
    return {
        c.reference: Seen(
            c, f"{rubric.reference.partition('@')[0]}:{standard.number}", standard.title, priorities.get(c.reference, 0)
        )
        for rubric in page.rubrics
        for standard in rubric.standards
        for c in standard.criteria
    }


def owner_of(action: PlannedAction) -> str | None:
    """Who owns an action, in the reader's words; None where nobody does."""
    if action.person is not None and not action.person.name:
        return _("erased person {number}").format(number=action.person.id)
    return action.owned_by


def plan_lines(
    actions: Sequence[PlannedAction], seen: Mapping[str, Seen], kinds: Mapping[str, str], today: day
) -> tuple[PlanLine, ...]:
    """The lines of the plan in its own order."""
    return tuple(
        PlanLine(
            id=action.id,
            number=number,
            what=action.what,
            criteria=tuple(seen[name] for name in action.every_criterion),
            owner=owner_of(action),
            owner_id=action.owner_id,
            due=action.due,
            late=days_overdue(action, today),
            soon=due_soon(action, today),
            indicator=action.indicator,
            evidence=tuple((kinds[one["kind"]], one.get("note")) for one in action.expected_evidence),
            effort=action.effort,
            expected_level=action.expected_level,
            status=action.status,
            reason=action.reason,
            version=action.version,
        )
        for number, action in enumerate(actions, start=1)
    )


def plan_page(every: Sequence[PlanLine], wanted: Wanted, viewer_id: int, today: day) -> PlanPage:
    """The plan as it is asked for; the counts of filters are those of the chosen standard."""
    tests, orders, views = _tests(viewer_id), _orders(), {"table": _("Table"), "board": _("Board")}
    standards = {one.standard: f"{one.standard.rpartition(':')[2]} {one.title}" for line in every for one in line.criteria}
    wanted = Wanted(
        wanted.view if wanted.view in VIEWS else "table",
        wanted.only if wanted.only in tests else "",
        wanted.standard if wanted.standard in standards else "",
        wanted.sort if wanted.sort in SORTS else "plan",
    )
    here = [one for one in every if not wanted.standard or any(c.standard == wanted.standard for c in one.criteria)]
    fits = tests[wanted.only][1]
    lines = tuple(sorted((one for one in here if fits(one)), key=orders[wanted.sort][1]))
    counts = {key: sum(any(c.standard == key for c in line.criteria) for line in every) for key in standards}
    return PlanPage(
        wanted=wanted,
        lines=lines,
        columns=tuple((status, tuple(one for one in lines if one.status == status)) for status in STATUSES),
        summary=plan_summary(every, today),
        filters=tuple(
            Choice(text, wanted.address(only=key), sum(map(test, here)), key == wanted.only)
            for key, (text, test) in tests.items()
        ),
        standards=(
            Choice(_("All standards"), wanted.address(standard=""), None, not wanted.standard),
            *(Choice(text, wanted.address(standard=key), counts[key], key == wanted.standard) for key, text in standards.items()),
        ),
        sorts=tuple(Choice(text, wanted.address(sort=key), None, key == wanted.sort) for key, (text, _order) in orders.items()),
        views=tuple(Choice(text, wanted.address(view=key), None, key == wanted.view) for key, text in views.items()),
    )


def _tests(viewer_id: int) -> dict[str, tuple[str, Callable[[PlanLine], bool]]]:
    """The filters: each with its words, and which actions it leaves."""
    return {
        "": (_("All actions"), lambda _line: True),
        "mine": (_("Mine"), lambda line: line.owner_id == viewer_id),
        "overdue": (_("Overdue"), lambda line: line.late > 0),
        "soon": (_("Due within 30 days"), lambda line: line.soon),
        "no-owner": (_("Without owner"), lambda line: line.is_live and line.owner is None),
        "no-date": (_("Without due date"), lambda line: line.is_live and line.due is None),
        "blockers": (_("For blockers"), lambda line: line.blocker),
        "done": (_("Done"), lambda line: line.status == "done"),
    }


def _orders() -> dict[str, tuple[str, Callable[[PlanLine], tuple[object, ...]]]]:
    """The orders: each with its words, and the key to sort by. What is missing comes last."""
    return {
        "plan": (_("Order of the plan"), lambda line: (line.number,)),
        "due": (_("Due date"), lambda line: (not line.is_live, line.due or day.max, line.number)),
        "priority": (_("Priority"), lambda line: (not line.is_live, -line.priority, line.number)),
        "effort": (_("Effort"), lambda line: (not line.is_live, line.effort is None, line.effort or 0, line.number)),
    }
