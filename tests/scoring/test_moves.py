"""Which steps would change the picture most: each is the difference of two scorings."""

from dataclasses import replace
from fractions import Fraction

from app.scoring.answers import Answer
from app.scoring.moves import best_moves
from app.scoring.score import score
from app.scoring.scorecard import Verdict
from tests.scoring.rubric_factory import EVERY_NATURE, RECORD, assessed, criterion, profile, rubric, standard

MAIN = rubric(
    "main",
    standard(
        "s",
        criterion("heavy", weight=3),
        criterion("light"),
        criterion("must", mandatory=True),
        criterion("good"),
        criterion("apart", excludable=True),
    ),
)
SIDE = rubric("side", standard("t", criterion("x", mandatory=True)))
ANSWERS = {
    "main:heavy": Answer(1),
    "main:light": Answer(1),
    "main:must": Answer(1),
    "main:good": Answer(4, EVERY_NATURE),
    "main:apart": Answer(None),
    "side:x": Answer(0),
}
HERE = assessed(MAIN, SIDE, answers=ANSWERS, profile=profile(("main", 1)))


def test_a_blocker_comes_first_then_the_largest_gain() -> None:
    moves = best_moves(HERE, score(HERE))
    assert [one.criterion for one in moves] == ["main:must", "main:heavy", "main:light"]
    assert [one.removes_blocker for one in moves] == [True, False, False]


def test_a_rubric_outside_the_profile_is_not_tried() -> None:
    assert not [one for one in best_moves(HERE, score(HERE)) if one.criterion.startswith("side:")]


def test_a_gain_is_exactly_what_scoring_again_gives() -> None:
    before = score(HERE)
    for move in best_moves(HERE, before):
        after = score(replace(HERE, answers={**ANSWERS, move.criterion: Answer(move.target, EVERY_NATURE)}))
        assert before.index is not None
        assert after.index is not None
        assert move.gain == after.index - before.index > 0
        assert move.verdict is after.verdict


def test_no_more_steps_are_given_than_asked_for() -> None:
    assert len(best_moves(HERE, score(HERE), count=1)) == 1


def test_without_a_single_answer_there_is_a_gain_at_the_lower_end_only() -> None:
    empty = assessed(MAIN, answers={"main:apart": Answer(None)}, profile=profile(("main", 1)))
    moves = best_moves(empty, score(empty))
    assert [move.gain for move in moves] == [None] * 4
    assert moves[0].gain_low == Fraction(75, 6)
    assert moves[0].verdict is Verdict.UNDETERMINED


def test_a_level_claimed_above_the_target_is_kept_when_its_proof_is_added() -> None:
    one = assessed(
        rubric("r", standard("s", criterion("c"))), answers={"r:c": Answer(4, RECORD)}, profile=profile(("r", 1), target=4)
    )
    (move,) = best_moves(one, score(one))
    assert move.gain == 25
