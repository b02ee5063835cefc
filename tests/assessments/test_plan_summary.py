"""A plan as a whole on a day: pure functions over whatever rows it has."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from app.assessments.plan import days_overdue, due_soon, effort_of, plan_summary

TODAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Row:
    status: str
    due: date | None = None


def _in(days: int, status: str = "open") -> Row:
    return Row(status, TODAY + timedelta(days=days))


def test_a_summary_counts_every_status_and_names_the_next_three_that_are_due() -> None:
    rows = [_in(40), _in(-1), _in(3), _in(0, "in_progress"), _in(9), _in(1, "done"), _in(-9, "dropped"), Row("open")]
    told = plan_summary(rows, TODAY)
    assert told.by_status == {"open": 5, "in_progress": 1, "done": 1, "dropped": 1}
    assert (told.total, told.live, told.overdue) == (8, 6, 1)
    assert told.next_due == (rows[3], rows[2], rows[4])


def test_an_empty_plan_has_every_status_with_none() -> None:
    told = plan_summary(list[Row](), TODAY)
    assert (set(told.by_status.values()), told.overdue, told.next_due) == ({0}, 0, ())


@pytest.mark.parametrize(
    ("row", "late"), [(_in(-1), 1), (_in(0), 0), (_in(-5, "in_progress"), 5), (_in(-5, "done"), 0), (Row("open"), 0)]
)
def test_only_what_is_still_to_be_done_is_overdue_from_the_day_after(row: Row, late: int) -> None:
    assert days_overdue(row, TODAY) == late


@pytest.mark.parametrize(
    ("row", "soon"), [(_in(0), True), (_in(30), True), (_in(31), False), (_in(-1), False), (_in(5, "done"), False)]
)
def test_soon_is_from_today_to_thirty_days_on(row: Row, soon: bool) -> None:
    assert due_soon(row, TODAY) is soon


def test_an_effort_that_is_not_said_is_not_nothing() -> None:
    assert effort_of([3, None, 4]) == (7, 1)
