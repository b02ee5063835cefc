"""How sure a result is, what runs out, and how the plan stands."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.scoring.confidence import SOON, Backing, Planned, confidence, expiries, plan_figures

DAY = date(2026, 11, 26)
BACKINGS = st.lists(st.builds(Backing, st.integers(0, 4), st.booleans(), st.booleans(), st.booleans(), st.booleans()))


def test_of_no_answers_there_is_no_share_and_that_is_not_zero() -> None:
    found = confidence([])
    assert (found.backed, found.cited, found.dated, found.placed) == (None, None, None, None)
    nothing = confidence([Backing(0, cited=False, valid=False, dated=False, placed=False)])
    assert nothing.backed is None
    assert nothing.cited == 0


def test_levels_weigh_in_what_is_backed_and_criteria_in_the_other_shares() -> None:
    found = confidence(
        [
            Backing(3, cited=True, valid=True, dated=True, placed=False),
            Backing(1, cited=True, valid=False, dated=False, placed=True),
        ]
    )
    assert found.backed == Fraction(3, 4)
    assert (found.cited, found.valid, found.dated, found.placed) == (1, Fraction(1, 2), Fraction(1, 2), Fraction(1, 2))


@given(BACKINGS)
def test_a_share_never_leaves_its_bounds(answered: list[Backing]) -> None:
    found = confidence(answered)
    for share in (found.backed, found.cited, found.valid, found.dated, found.placed):
        assert share is None or 0 <= share <= 1


def test_evidence_counts_on_its_last_day_and_has_ended_on_the_next() -> None:
    ends = {
        "today": DAY,
        "yesterday": DAY - timedelta(days=1),
        "open": None,
        "soon": DAY + SOON,
        "later": DAY + SOON + timedelta(days=1),
    }
    found = expiries(ends, DAY)
    assert found.ended == ("yesterday",)
    assert found.soon == ("today", "soon")


def test_only_open_actions_are_late_and_the_next_three_are_told() -> None:
    late, days = DAY - timedelta(days=1), [DAY + timedelta(days=n) for n in range(5)]
    actions = [
        Planned(1, "open", late),
        Planned(2, "done", late),
        Planned(3, "open", None),
        *(Planned(10 + number, "open", due) for number, due in enumerate(days)),
    ]
    found = plan_figures(actions, DAY)
    assert found.overdue == (1,)
    assert found.coming == (10, 11, 12)
    assert found.without_date == 1
    assert dict(found.by_status) == {"open": 7, "done": 1}
