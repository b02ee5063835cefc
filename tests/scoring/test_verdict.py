"""The verdict: the first that holds, decided by thresholds, blockers, actions and what is still unanswered."""

from app.scoring.answers import Action, Answer
from app.scoring.score import score
from app.scoring.scorecard import Scorecard, Verdict
from tests.scoring.rubric_factory import DOCUMENT, EVERY_NATURE, assessed, criterion, profile, rubric, standard


def _card(levels: list[int | None], *, mandatory: bool = True, actions: tuple[Action, ...] = ()) -> Scorecard:
    """One rubric of one standard; the first criterion is mandatory with minimum 2; None is unanswered."""
    criteria = [criterion(f"c{i}", mandatory=mandatory and i == 0) for i in range(len(levels))]
    answers = {f"r:c{i}": Answer(level, EVERY_NATURE) for i, level in enumerate(levels) if level is not None}
    return score(assessed(rubric("r", standard("s", *criteria)), answers=answers, profile=profile(("r", 1)), actions=actions))


def _action(**changes: bool) -> Action:
    return Action("r:c0", **{"has_owner": True, "has_due": True, "is_open": True, **changes})


def test_ready_at_exactly_the_threshold_without_blockers() -> None:
    assert _card([3, 3]).verdict is Verdict.READY


def test_a_blocker_without_action_is_not_ready_however_high_the_index() -> None:
    card = _card([1, 4, 4, 4, 4, 4])
    assert card.index_low is not None
    assert card.index_low > 75
    assert card.blockers == ("r:c0",)
    assert card.verdict is Verdict.NOT_READY


def test_ready_with_conditions_when_every_blocker_has_an_owned_dated_open_action() -> None:
    assert _card([1, 4, 4], actions=(_action(),)).verdict is Verdict.READY_WITH_CONDITIONS


def test_an_action_without_owner_due_date_or_openness_does_not_answer_a_blocker() -> None:
    for missing in ("has_owner", "has_due", "is_open"):
        assert _card([1, 4, 4], actions=(_action(**{missing: False}),)).verdict is Verdict.NOT_READY


def test_ready_with_conditions_needs_no_action_when_nothing_blocks() -> None:
    assert _card([2, 3]).verdict is Verdict.READY_WITH_CONDITIONS


def test_undetermined_while_missing_answers_could_still_reach_the_threshold() -> None:
    assert _card([3, None, None]).verdict is Verdict.UNDETERMINED


def test_not_ready_when_even_the_best_answers_could_not_reach_the_threshold() -> None:
    assert _card([0, 0, 0, None]).verdict is Verdict.NOT_READY


def test_an_assessment_without_any_component_is_not_ready_and_has_no_index() -> None:
    one = rubric("r", standard("s", criterion("c")))
    card = score(assessed(one, answers={"r:c": Answer(4, EVERY_NATURE)}, profile=profile(("other", 1))))
    assert (card.index, card.index_low, card.index_high, card.verdict) == (None, None, None, Verdict.NOT_READY)
    assert card.rubrics[0].component_weight == 0


def test_blockers_of_a_rubric_that_is_no_component_are_listed_but_do_not_decide() -> None:
    good = rubric("r", standard("s", criterion("c")))
    other = rubric("x", standard("t", criterion("d", mandatory=True)))
    answers = {"r:c": Answer(4, EVERY_NATURE), "x:d": Answer(1)}
    card = score(assessed(good, other, answers=answers, profile=profile(("r", 1))))
    assert card.blockers == ("x:d",)
    assert card.verdict is Verdict.READY


def test_of_alternatives_the_first_that_is_assessed_counts() -> None:
    old, new = (rubric(name, standard("s", criterion("c"))) for name in ("old", "new"))
    answers = {"old:c": Answer(4, EVERY_NATURE), "new:c": Answer(2, DOCUMENT)}
    chosen = profile((("new", "old"), 1))
    assert score(assessed(old, new, answers=answers, profile=chosen)).index == 50
    assert score(assessed(old, answers=answers, profile=chosen)).index == 100


def test_an_excluded_rubric_leaves_the_index() -> None:
    whole = rubric("r", standard("s", criterion("c")))
    empty = rubric("x", standard("t", criterion("d", excludable=True)))
    answers = {"r:c": Answer(3, EVERY_NATURE), "x:d": Answer(None)}
    card = score(assessed(whole, empty, answers=answers, profile=profile(("r", 1), ("x", 9))))
    assert card.index == 75
    excluded = card.rubrics[1].figures
    assert (excluded.excluded, excluded.score, excluded.low, excluded.completeness) == (True, None, None, 1)
