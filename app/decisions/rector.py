"""What the rector's page shows beside the report's summary: how sure the result is, what runs out, how the plan stands."""

from dataclasses import dataclass
from datetime import date

from app.reports.model import EvidenceRow, Report
from app.reports.model_plan import ActionRow
from app.scoring.confidence import Confidence, PlanFigures, Planned, expiries, plan_figures


@dataclass(frozen=True, slots=True)
class RectorPage:
    """One screen: what is open, what is planned, what expires, and how sure all that is."""

    day: date
    open_criteria: int
    confidence: Confidence
    plan: PlanFigures
    overdue: tuple[ActionRow, ...]
    coming: tuple[ActionRow, ...]
    ended: tuple[EvidenceRow, ...]
    soon: tuple[EvidenceRow, ...]
    raters: int
    """Who rated apart from the answers; none while there is only one rater."""


def rector_page(report: Report, raters: int, day: date) -> RectorPage:
    """The page of a report on a day. Only cited evidence is told of."""
    by_id = {one.id: one for one in report.evidence}
    actions = {one.number: one for one in report.actions}
    running = expiries({one.id: one.valid_until for one in report.evidence if one.used_by}, day)
    plan = plan_figures((Planned(one.number, one.status, one.due) for one in report.actions), day)
    return RectorPage(
        day=day,
        open_criteria=len(report.unanswered()),
        confidence=report.traceability.shares,
        plan=plan,
        overdue=tuple(actions[number] for number in plan.overdue),
        coming=tuple(actions[number] for number in plan.coming),
        ended=tuple(by_id[name] for name in running.ended),
        soon=tuple(by_id[name] for name in running.soon),
        raters=raters,
    )
