"""Laws of the method, tried on thousands of random assessments, and an independent second implementation of it."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rubrics.model import Nature
from app.scoring.answers import Answer, Assessed
from app.scoring.score import score
from app.scoring.scorecard import Scorecard
from tests.scoring.rubric_factory import assessed, criterion, crosswalk, profile, rubric, standard

NATURES = st.frozensets(st.sampled_from(list(Nature)))
ANSWERS = st.builds(Answer, st.integers(0, 4), NATURES)
WEIGHTS = st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3)])


@st.composite
def assessments(draw: st.DrawFn, *, complete: bool = False) -> Assessed:
    """Two rubrics of up to three standards of up to four criteria, any weights, marks, answers and evidence."""
    rubrics, answers = [], {}
    for name in ("a", "b"):
        standards = []
        for number in range(draw(st.integers(1, 3))):
            made = []
            for letter in range(draw(st.integers(1, 4))):
                mark = {"mandatory": draw(st.booleans()), "minimum": draw(st.integers(1, 4)), "excludable": True}
                made.append(criterion(f"{name}{number}.{letter}", weight=draw(WEIGHTS), **mark))
                choices = [ANSWERS, st.just(Answer(None))] + ([] if complete else [st.none()])
                given_answer = draw(st.one_of(*choices))
                if given_answer is not None:
                    answers[f"{name}:{made[-1].id}"] = given_answer
            standards.append(standard(f"{name}{number}", *made, weight=draw(WEIGHTS)))
        rubrics.append(rubric(name, *standards))
    first = {name: list(one.by_id) for name, one in zip("ab", rubrics, strict=True)}
    links = crosswalk("a", "b", (first["b"][0], first["a"][:2], "partial"), (first["b"][-1], [first["a"][-1]], "full"))
    return assessed(*rubrics, answers=answers, profile=profile(("a", 2), ("b", 3)), crosswalks=[links])


def _figures(card: Scorecard) -> list[tuple[Fraction | None, Fraction | None, Fraction | None]]:
    every = [one.figures for one in card.rubrics] + [s.figures for one in card.rubrics for s in one.standards]
    return [(one.low, one.score, one.high) for one in every] + [(card.index_low, card.index, card.index_high)]


@given(assessments())
def test_low_never_exceeds_high_and_all_stay_between_0_and_100(one: Assessed) -> None:
    for low, value, high in _figures(score(one)):
        if low is not None and high is not None:
            assert 0 <= low <= high <= 100
        assert value is None or 0 <= value <= 100


@given(assessments(complete=True))
def test_low_score_and_high_are_equal_when_every_applicable_criterion_is_answered(one: Assessed) -> None:
    for low, value, high in _figures(score(one)):
        assert low == value == high


@given(assessments(), st.data())
def test_raising_one_level_never_lowers_a_score(one: Assessed, data: st.DataObject) -> None:
    raisable = sorted(name for name, answer in one.answers.items() if answer.level is not None and answer.level < 4)
    if not raisable:
        return
    name = data.draw(st.sampled_from(raisable))
    before = one.answers[name]
    raised = {**one.answers, name: Answer((before.level or 0) + 1, before.natures)}
    better = assessed(*one.rubrics, answers=raised, profile=one.profile, crosswalks=one.crosswalks)
    for old, new in zip(_figures(score(one)), _figures(score(better)), strict=True):
        for old_value, new_value in zip(old, new, strict=True):
            assert old_value is None or (new_value is not None and new_value >= old_value)


@given(assessments())
def test_the_order_of_the_answers_never_matters(one: Assessed) -> None:
    turned = assessed(
        *one.rubrics,
        answers=dict(reversed(list(one.answers.items()))),
        profile=one.profile,
        crosswalks=one.crosswalks,
    )
    assert score(turned) == score(one)


@given(assessments(), st.data())
def test_more_evidence_never_lowers_a_substantiated_level(one: Assessed, data: st.DataObject) -> None:
    if not one.answers:
        return
    name = data.draw(st.sampled_from(sorted(one.answers)))
    before = one.answers[name]
    richer = {**one.answers, name: Answer(before.level, before.natures | {data.draw(st.sampled_from(list(Nature)))})}
    better = assessed(*one.rubrics, answers=richer, profile=one.profile, crosswalks=one.crosswalks)
    for old, new in zip(_figures(score(one)), _figures(score(better)), strict=True):
        assert old[1] is None or (new[1] is not None and new[1] >= old[1])


@settings(max_examples=400)
@given(assessments())
def test_an_independent_second_implementation_gets_the_same_figures(one: Assessed) -> None:
    card = score(one)
    expected = _oracle(one)
    for rubric_score in card.rubrics:
        figures = rubric_score.figures
        for got, wanted in zip((figures.low, figures.score, figures.high), expected[rubric_score.rubric], strict=True):
            assert (got is None) == (wanted is None)
            assert got is None or wanted is None or abs(float(got) - wanted) < 1e-9


def _oracle(one: Assessed) -> dict[str, tuple[float | None, float | None, float | None]]:
    """The method once more, with floats and loops, sharing nothing with the code under test."""
    result: dict[str, tuple[float | None, float | None, float | None]] = {}
    for rub in one.rubrics:
        sums = {"low": [0.0, 0.0], "score": [0.0, 0.0], "high": [0.0, 0.0]}
        for std in rub.standards:
            total = reached = answered = missing = 0.0
            for crit in std.criteria:
                answer = one.answers.get(f"{rub.id}:{crit.id}")
                weight = float(crit.weight)
                if answer is not None and answer.level is None:
                    continue
                total += weight
                if answer is None:
                    missing += weight
                    continue
                reached += weight * min(answer.level or 0, _most({nature.value for nature in answer.natures})) / 4
                answered += weight
            for key, part, whole in (
                ("low", reached, total),
                ("score", reached, answered),
                ("high", reached + missing, total),
            ):
                if whole:
                    sums[key][0] += float(std.weight) * 100 * part / whole
                    sums[key][1] += float(std.weight)
        low, mid, high = (sums[key][0] / sums[key][1] if sums[key][1] else None for key in ("low", "score", "high"))
        result[rub.id] = (low, mid, high)
    return result


def _most(natures: set[str]) -> int:
    """The highest level that evidence of these natures can carry."""
    if not natures:
        return 1
    if "result" in natures and natures != {"result"}:
        return 4
    return 2 if natures == {"document"} else 3
