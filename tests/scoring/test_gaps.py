"""Targets, causes, priorities and the order of the gap list."""

from fractions import Fraction

import pytest

from app.scoring.answers import Answer
from app.scoring.gaps import Cause
from app.scoring.score import score
from tests.scoring.rubric_factory import DOCUMENT, EVERY_NATURE, RECORD, assessed, criterion, crosswalk, profile, rubric, standard


@pytest.mark.parametrize(
    ("answer", "gap", "cause"),
    [
        (None, 3, Cause.UNANSWERED),
        (Answer(3, DOCUMENT), 1, Cause.EVIDENCE),
        (Answer(4), 2, Cause.EVIDENCE),
        (Answer(2, RECORD), 1, Cause.PRACTICE),
        (Answer(2), 2, Cause.BOTH),
        (Answer(0), 3, Cause.PRACTICE),
        (Answer(3, RECORD), 0, None),
    ],
)
def test_the_cause_says_whether_practice_or_proof_is_missing(answer: Answer | None, gap: int, cause: Cause | None) -> None:
    answers = {} if answer is None else {"r:c": answer}
    card = score(assessed(rubric("r", standard("s", criterion("c"))), answers=answers, profile=profile(("r", 1))))
    one = card.rubrics[0].standards[0].criteria[0]
    assert (one.gap, one.cause, len(card.gaps)) == (gap, cause, int(gap > 0))


def test_an_override_replaces_the_default_target_but_never_goes_below_a_mandatory_minimum() -> None:
    one = rubric("r", standard("s", criterion("a"), criterion("b", mandatory=True, minimum=4), criterion("c")))
    card = score(assessed(one, answers={}, profile=profile(("r", 1)), targets={"r:a": 4, "r:b": 1}))
    assert [c.target for c in card.rubrics[0].criteria()] == [4, 4, 3]


def test_priority_is_gap_times_share_times_mandatory_times_leverage() -> None:
    source = rubric("a", standard("s", criterion("x", weight=3), criterion("y"), weight=2), standard("t", criterion("z")))
    target = rubric("b", standard("u", criterion("v", mandatory=True)))
    links = crosswalk("a", "b", ("v", ["x", "y"], "full"), ("v", ["x"], "partial"))
    answers = {"a:x": Answer(1), "a:y": Answer(3, RECORD), "a:z": Answer(3, RECORD), "b:v": Answer(2, DOCUMENT)}
    card = score(assessed(source, target, answers=answers, profile=profile(("a", 1), ("b", 3)), crosswalks=[links]))
    found = {gap.criterion: gap for gap in card.gaps}
    # x: gap 2 of 4; 3/4 of its standard, 2/3 of its rubric, 1/4 of the profile; it serves v fully and partly.
    assert found["a:x"].leverage == Fraction(3, 2)
    assert found["a:x"].priority == Fraction(2, 4) * Fraction(3, 4) * Fraction(2, 3) * Fraction(1, 4) * Fraction(5, 2)
    # v: gap 1 of 4, mandatory, the whole of a rubric that weighs 3/4.
    assert found["b:v"].priority == Fraction(1, 4) * Fraction(3, 4) * 2


def test_a_closed_target_gives_no_leverage() -> None:
    source, target = (rubric(name, standard("s", criterion("c"))) for name in "ab")
    links = crosswalk("a", "b", ("c", ["c"], "full"))
    answers = {"a:c": Answer(0), "b:c": Answer(4, EVERY_NATURE)}
    card = score(assessed(source, target, answers=answers, profile=profile(("a", 1), ("b", 1)), crosswalks=[links]))
    assert card.gaps[0].leverage == 0


def test_ties_keep_component_order_then_rubric_order() -> None:
    first, second, other = (rubric(name, standard("s", criterion("c"), criterion("d"))) for name in ("one", "two", "zero"))
    card = score(assessed(other, first, second, answers={}, profile=profile(("two", 1), ("one", 1))))
    listed = [gap.criterion for gap in card.gaps]
    assert listed == ["two:c", "two:d", "one:c", "one:d", "zero:c", "zero:d"]
    assert [gap.priority for gap in card.gaps][-2:] == [0, 0]


def test_not_applicable_criteria_leave_the_shares() -> None:
    one = rubric("r", standard("s", criterion("a"), criterion("b", excludable=True)))
    card = score(assessed(one, answers={"r:b": Answer(None)}, profile=profile(("r", 1))))
    assert card.gaps[0].priority == Fraction(3, 4)
