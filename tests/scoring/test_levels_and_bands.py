"""Caps by evidence, states, bands and what is provisional."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from app.rubrics.model import Nature
from app.scoring.answers import Answer, Evidence, EvidenceStatus, cap, natures_of
from app.scoring.score import band_of, score
from app.scoring.scorecard import State
from tests.scoring.rubric_factory import (
    DAY,
    DOCUMENT,
    EVERY_NATURE,
    RECORD,
    RESULT,
    SCALE,
    assessed,
    criterion,
    profile,
    rubric,
    standard,
)


@pytest.mark.parametrize(
    ("natures", "most"),
    [
        (frozenset(), 1),
        (DOCUMENT, 2),
        (RECORD, 3),
        (RESULT, 3),
        (DOCUMENT | RECORD, 3),
        (DOCUMENT | RESULT, 4),
        (RECORD | RESULT, 4),
        (EVERY_NATURE, 4),
    ],
)
def test_valid_evidence_caps_what_a_claim_counts(natures: frozenset[Nature], most: int) -> None:
    assert cap(natures) == most


def test_levels_0_and_1_need_no_evidence_and_higher_claims_do() -> None:
    criteria = [criterion(f"c{level}") for level in range(5)]
    answers = {f"r:c{level}": Answer(level) for level in range(5)}
    card = score(assessed(rubric("r", standard("s", *criteria)), answers=answers, profile=profile(("r", 1))))
    assert [one.substantiated for one in card.rubrics[0].criteria()] == [0, 1, 1, 1, 1]


def test_evidence_counts_on_both_ends_of_its_validity_and_not_outside() -> None:
    one = Evidence(Nature.RECORD, valid_from=DAY, valid_until=DAY + timedelta(days=1))
    days = [DAY + timedelta(days=offset) for offset in (-1, 0, 1, 2)]
    assert [one.valid_on(day) for day in days] == [False, True, True, False]


def test_an_open_end_is_no_limit() -> None:
    assert Evidence(Nature.RECORD).valid_on(date(1990, 1, 1))


@pytest.mark.parametrize("status", [EvidenceStatus.WITHDRAWN, EvidenceStatus.REJECTED])
def test_withdrawn_and_rejected_evidence_proves_nothing(status: EvidenceStatus) -> None:
    assert natures_of([Evidence(Nature.RESULT, status), Evidence(Nature.DOCUMENT)], DAY) == DOCUMENT


def test_not_applicable_leaves_every_sum_and_unanswered_does_not_count_as_zero() -> None:
    one = rubric("r", standard("s", criterion("a"), criterion("b", excludable=True), criterion("c")))
    card = score(assessed(one, answers={"r:a": Answer(3, RECORD), "r:b": Answer(None)}, profile=profile(("r", 1))))
    figures = card.rubrics[0].standards[0].figures
    assert (figures.answered, figures.applicable, figures.completeness) == (1, 2, Fraction(1, 2))
    assert (figures.score, figures.low, figures.high) == (75, Fraction(75, 2), Fraction(175, 2))
    assert [one.state for one in card.rubrics[0].criteria()] == [State.ANSWERED, State.NOT_APPLICABLE, State.UNANSWERED]
    assert card.rubrics[0].standards[0].criteria[1].gap is None


def test_nothing_answered_has_no_score_and_no_band_which_is_not_zero() -> None:
    card = score(assessed(rubric("r", standard("s", criterion("a"))), answers={}, profile=profile(("r", 1))))
    figures = card.rubrics[0].figures
    assert (figures.score, figures.claimed, figures.band, figures.low, figures.high) == (None, None, None, 0, 100)
    assert figures.provisional


@pytest.mark.parametrize(
    ("value", "band"),
    [(0, "none"), (Fraction(2499, 100), "none"), (25, "partial"), (50, "substantial"), (75, "full"), (100, "full")],
)
def test_a_band_begins_exactly_at_its_threshold(value: int | Fraction, band: str) -> None:
    assert band_of(Fraction(value), SCALE, mandatory_fails=False) == band


def test_a_failed_mandatory_criterion_caps_the_band_of_its_standard_and_its_rubric_only() -> None:
    good = standard("good", criterion("a"))
    failing = standard("failing", criterion("b", mandatory=True), *(criterion(f"c{i}") for i in range(7)))
    answers = {"r:a": Answer(4, EVERY_NATURE), "r:b": Answer(1)} | {f"r:c{i}": Answer(4, EVERY_NATURE) for i in range(7)}
    card = score(assessed(rubric("r", good, failing), answers=answers, profile=profile(("r", 1))))
    assert [one.figures.band for one in card.rubrics[0].standards] == ["full", "partial"]
    assert card.rubrics[0].figures.band == "partial"


def test_a_cap_never_lifts_a_band() -> None:
    assert band_of(Fraction(10), SCALE, mandatory_fails=True) == "none"


def test_an_unanswered_mandatory_criterion_blocks_but_leaves_the_band_provisional_instead_of_capped() -> None:
    one = rubric("r", standard("s", criterion("a", mandatory=True), criterion("b")))
    card = score(assessed(one, answers={"r:b": Answer(4, EVERY_NATURE)}, profile=profile(("r", 1))))
    figures = card.rubrics[0].standards[0].figures
    assert (figures.band, figures.provisional, card.blockers) == ("full", True, ("r:a",))
