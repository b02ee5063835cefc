"""The plan and the register of gaps on paper: who, what evidence, how much work, which gaps, and what was dropped."""

import html

import pytest

from app.portable.model import PortableAction
from app.reports.build import build
from app.reports.html import render_html
from app.reports.model import Report
from app.rubrics import registry
from tests.factories import small

FIRST, SECOND, THIRD = "double-degree:curriculum.mapping", "esg-2015:policy.roles", "esg-2015:policy.review"
FIELDS = {
    "criterion": FIRST,
    "criteria": (SECOND,),
    "what": "Map every course",
    "owner": "Dean",
    "due": "2026-10-01",
    "effort": 12,
    "expected_level": 3,
    "expected_evidence": [{"kind": "minutes", "note": "Of the council"}],
    "status": "in_progress",
}
DROPPED = {"criterion": THIRD, "what": "Buy a system", "status": "dropped", "reason": "No money"}


@pytest.fixture(scope="module")
def report() -> Report:
    actions = tuple(PortableAction.model_validate(one) for one in (FIELDS, DROPPED))
    return build(small().model_copy(update={"actions": actions}), registry.home(), "en").report


def test_one_action_stands_at_every_gap_that_it_serves_and_a_dropped_one_at_none(report: Report) -> None:
    planned = {gap.reference: gap.action.number if gap.action else None for gap in report.gaps}
    assert (planned[FIRST], planned[SECOND], planned[THIRD]) == (1, 1, None)


def test_an_action_in_progress_is_live_and_late_on_the_reference_date(report: Report) -> None:
    first, dropped = report.actions
    assert (first.is_live, first.overdue, first.expected) == (True, True, ("Minutes: Of the council",))
    assert (dropped.is_live, dropped.overdue, dropped.answers_blocker) == (False, False, False)


def test_an_action_that_names_no_evidence_shows_the_kinds_that_usually_prove_its_criterion(report: Report) -> None:
    usual = registry.home().rubric("esg-2015@1").by_id["policy.review"].evidence
    assert len(report.actions[1].expected) == len({one.kind for one in usual})


def test_the_full_report_prints_all_of_it() -> None:
    actions = tuple(PortableAction.model_validate(one) for one in (FIELDS, DROPPED))
    built = build(small().model_copy(update={"actions": actions}), registry.home(), "en")
    printed = html.unescape(render_html(built.report, "full"))
    for told in (
        "Map every course",
        "12 person-days",
        "Level afterwards: 3",
        "Minutes: Of the council",
        "No money",
        "in progress",
    ):
        assert told in printed, told
