"""Crosswalk coverage: what evidence for one rubric gives for another."""

from fractions import Fraction

from app.scoring.answers import Answer
from app.scoring.coverage import Coverage
from app.scoring.score import score
from tests.scoring.rubric_factory import EVERY_NATURE, RECORD, assessed, criterion, crosswalk, profile, rubric, standard

ISO = rubric("iso", standard("s", criterion("1"), criterion("2"), criterion("3", excludable=True)))
ESG = rubric(
    "esg", standard("p", criterion("a"), criterion("b", weight=3)), standard("q", criterion("c"), criterion("d", excludable=True))
)
LINKS = crosswalk("iso", "esg", ("a", ["1", "2"], "full"), ("a", ["1"], "partial"), ("b", ["2"], "partial"), ("c", [], "none"))


def _card(answers: dict[str, Answer]) -> Coverage:
    return score(assessed(ISO, ESG, answers=answers, profile=profile(("esg", 1)), crosswalks=[LINKS])).coverage[0]


def test_the_best_entry_counts_and_in_it_the_weakest_source() -> None:
    coverage = _card({"iso:1": Answer(4, EVERY_NATURE), "iso:2": Answer(1)})
    a, b = coverage.standards[0].criteria
    assert (a.coverage, a.ceiling) == (Fraction(1, 2), 1)
    assert (b.coverage, b.ceiling) == (Fraction(1, 8), Fraction(1, 2))


def test_standard_and_rubric_are_weighted_means_in_percent_over_applicable_criteria() -> None:
    coverage = _card({"iso:1": Answer(4, EVERY_NATURE), "iso:2": Answer(3, RECORD), "esg:d": Answer(None)})
    first, second = coverage.standards
    assert first.coverage == 100 * (Fraction(3, 4) + 3 * Fraction(3, 8)) / 4
    assert first.ceiling == 100 * (1 + 3 * Fraction(1, 2)) / 4
    assert (second.coverage, second.ceiling) == (0, 0)
    assert coverage.coverage == 100 * (Fraction(3, 4) + 3 * Fraction(3, 8)) / 5


def test_unanswered_and_not_applicable_sources_count_as_zero() -> None:
    assert _card({"iso:1": Answer(4, EVERY_NATURE)}).standards[0].criteria[0].coverage == Fraction(1, 2)
    assert _card({"iso:3": Answer(None)}).coverage == 0


def test_a_criterion_without_an_entry_or_with_none_is_out_of_reach() -> None:
    assert _card({}).out_of_reach == ("esg:c", "esg:d")


def test_a_standard_without_applicable_criteria_has_no_coverage() -> None:
    one = rubric("esg", standard("p", criterion("a", excludable=True)))
    links = crosswalk("iso", "esg", ("a", ["1"], "full"))
    coverage = score(
        assessed(ISO, one, answers={"esg:a": Answer(None)}, profile=profile(("esg", 1)), crosswalks=[links])
    ).coverage[0]
    assert (coverage.coverage, coverage.standards[0].coverage, coverage.out_of_reach) == (None, None, ())
