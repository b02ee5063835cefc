"""What would be if steps were done: laws that hold for every assessment, and the assumption in single cases."""

from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.rubrics.model import Nature
from app.scoring.answers import Answer, Assessed
from app.scoring.score import score
from app.scoring.scorecard import Verdict
from app.scoring.whatif import Expected, Step, after, gains, what_if
from tests.scoring.rubric_factory import DOCUMENT, EVERY_NATURE, RECORD, RESULT, assessed, criterion, profile, rubric, standard
from tests.scoring.test_laws import assessments

GROUND = {Verdict.READY: 2, Verdict.READY_WITH_CONDITIONS: 1, Verdict.UNDETERMINED: 0, Verdict.NOT_READY: 0}
"""Verdicts by what the lower end and the blockers allow; what is missing decides between the last two."""


@st.composite
def planned(draw: st.DrawFn, *, complete: bool = False) -> tuple[Assessed, list[Step]]:
    """An assessment and up to six steps, of which several may serve one criterion."""
    one = draw(assessments(complete=complete))
    names = sorted(f"{part.id}:{name}" for part in one.rubrics for name in part.by_id)
    natures = st.none() | st.frozensets(st.sampled_from(list(Nature)), min_size=1)
    expected = st.builds(Expected, st.sampled_from(names), st.none() | st.integers(0, 4), natures)
    steps = st.builds(Step, st.uuids().map(str), st.lists(expected, min_size=1, max_size=3).map(tuple))
    return one, draw(st.lists(steps, max_size=6))


@given(assessments())
def test_no_step_changes_nothing(one: Assessed) -> None:
    assert what_if(one, []) == score(one)


@given(planned(), st.randoms())
def test_the_order_of_the_steps_never_matters(given_: tuple[Assessed, list[Step]], random: Random) -> None:
    one, steps = given_
    turned = list(steps)
    random.shuffle(turned)
    assert what_if(one, turned) == what_if(one, steps)


@given(planned())
def test_it_is_the_card_of_the_answers_changed_by_hand(given_: tuple[Assessed, list[Step]]) -> None:
    one, steps = given_
    by_hand = dict(one.answers)
    criteria = {f"{part.id}:{name}": found for part in one.rubrics for name, found in part.by_id.items()}
    for reference, found in criteria.items():
        meant = [expected for step in steps for expected in step.expected if expected.criterion == reference]
        present = one.answers.get(reference)
        if not meant or (present and present.not_applicable):
            continue
        target = max(3, found.minimum) if found.mandatory else 3
        levels = [target if expected.level is None else expected.level for expected in meant]
        proof = [EVERY_NATURE if expected.natures is None else expected.natures for expected in meant]
        before = present or Answer(0)
        by_hand[reference] = Answer(max([before.level or 0, *levels]), before.natures.union(*proof))
    assert what_if(one, steps) == score(replace(one, answers=by_hand))


@given(planned())
def test_one_more_step_never_lowers_the_assured_index_and_never_makes_a_blocker(given_: tuple[Assessed, list[Step]]) -> None:
    one, steps = given_
    for number in range(len(steps)):
        fewer, more = what_if(one, steps[:number]), what_if(one, steps[: number + 1])
        assert set(more.blockers) <= set(fewer.blockers)
        assert (more.index_low or 0) >= (fewer.index_low or 0)
        assert GROUND[more.verdict] >= GROUND[fewer.verdict]
        for old, new in zip(fewer.rubrics, more.rubrics, strict=True):
            for before, later in zip(old.criteria(), new.criteria(), strict=True):
                assert (later.substantiated or 0) >= (before.substantiated or 0)


@given(planned(complete=True))
def test_where_everything_is_answered_no_step_lowers_any_score(given_: tuple[Assessed, list[Step]]) -> None:
    one, steps = given_
    before, later = score(one), what_if(one, steps)
    assert (later.index or 0) >= (before.index or 0)
    for old, new in zip(before.rubrics, later.rubrics, strict=True):
        assert (new.figures.score or 0) >= (old.figures.score or 0)


@given(planned())
def test_the_gain_of_a_step_is_the_difference_of_two_whole_scorings(given_: tuple[Assessed, list[Step]]) -> None:
    one, steps = given_
    card = score(one)
    for gain in gains(one, card, steps):
        alone = what_if(one, [step for step in steps if step.key == gain.key])
        assert gain.verdict == alone.verdict
        assert set(gain.removes) == set(card.blockers) - set(alone.blockers)
        if card.index_low is not None and alone.index_low is not None:
            assert gain.gain_low == alone.index_low - card.index_low


MAIN = rubric("m", standard("s", criterion("a"), criterion("b", mandatory=True, minimum=4), criterion("c", excludable=True)))
ANSWERS = {"m:a": Answer(2, DOCUMENT), "m:c": Answer(None)}
HERE = assessed(MAIN, answers=ANSWERS, profile=profile(("m", 1)))


def _after(*expected: Expected) -> dict[str, Answer]:
    return after(HERE, [Step("x", expected)])


def test_expected_evidence_is_added_to_what_is_there_and_caps_the_level_as_always() -> None:
    changed = _after(Expected("m:a", 4, RESULT))
    assert changed["m:a"] == Answer(4, DOCUMENT | RESULT)
    figures = {
        one.id: one.substantiated for one in what_if(HERE, [Step("x", (Expected("m:a", 4, RECORD),))]).rubrics[0].criteria()
    }
    assert figures["a"] == 3


def test_what_is_not_said_is_the_target_with_proof_enough() -> None:
    changed = _after(Expected("m:a"), Expected("m:b"))
    assert (changed["m:a"], changed["m:b"]) == (Answer(3, EVERY_NATURE), Answer(4, EVERY_NATURE))


def test_what_is_not_applicable_or_not_there_stays_so() -> None:
    assert _after(Expected("m:c", 4), Expected("m:gone", 4), Expected("other:a", 4)) == ANSWERS


def test_a_level_below_the_claim_takes_nothing_away() -> None:
    assert _after(Expected("m:a", 0, RECORD))["m:a"] == Answer(2, DOCUMENT | RECORD)


def test_steps_that_remove_blockers_come_first() -> None:
    steps = [Step("more", (Expected("m:a", 4),)), Step("must", (Expected("m:b", 4),))]
    found = gains(HERE, score(HERE), steps)
    assert [(one.key, one.removes) for one in found] == [("must", ("m:b",)), ("more", ())]
    assert found[0].gain_low == Fraction(50)
