"""What a whole plan is worth: laws that hold for every assessment and every plan."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.answers import Assessed
from app.scoring.score import score
from app.scoring.whatif import Expected, Step, what_if
from app.scoring.worth import worth
from tests.scoring.test_laws import assessments
from tests.scoring.test_whatif import planned


@settings(deadline=None)
@given(assessments())
def test_an_empty_plan_is_worth_nothing(one: Assessed) -> None:
    card = score(one)
    found = worth(one, card, [], [])
    assert found.after == found.before == card
    assert (found.removed, found.gone, dict(found.closed), found.effort, found.without_effort) == ((), (), {}, 0, 0)


@settings(deadline=None)
@given(planned(), st.lists(st.none() | st.integers(1, 99), max_size=6))
def test_a_plan_is_worth_what_its_steps_give_together_and_makes_nothing_worse(
    given_: tuple[Assessed, list[Step]], efforts: list[int | None]
) -> None:
    one, steps = given_
    card = score(one)
    found = worth(one, card, steps, efforts)
    assert found.after == what_if(one, steps)
    assert {gap.criterion for gap in found.after.gaps} | set(found.gone) == {gap.criterion for gap in card.gaps}
    assert set(found.removed) | set(found.after.blockers) == set(card.blockers)
    touched = {expected.criterion for step in steps for expected in step.expected}
    assert {name for names in found.closed.values() for name in names} == set(found.gone) <= touched
    assert found.effort == sum(one for one in efforts if one is not None)
    assert found.without_effort == efforts.count(None)


@settings(deadline=None)
@given(assessments())
def test_bringing_every_gap_to_its_target_with_proof_closes_every_gap(one: Assessed) -> None:
    card = score(one)
    steps = [Step(gap.criterion, (Expected(gap.criterion),)) for gap in card.gaps]
    found = worth(one, card, steps, [])
    assert found.after.gaps == ()
    assert found.closed == {gap.criterion: (gap.criterion,) for gap in card.gaps}
