"""The example of docs/method.md, computed by hand there: its tables are read, everything is scored, every figure compared."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from app.rubrics.model import Nature
from app.scoring.answers import Answer
from app.scoring.score import score
from app.scoring.scorecard import Figures, Scorecard
from tests.scoring.rubric_factory import assessed, criterion, crosswalk, profile, rubric, standard

PAGE = Path(__file__).resolve().parents[2] / "docs" / "method.md"
STANDARD_WEIGHTS = {"Q1": 2, "Q2": 1, "D1": 1, "D2": 1}
Row = dict[str, str]


def _table(*columns: str) -> list[Row]:
    """The rows of the page's table whose first columns are named so."""
    blocks = re.findall(r"(?:^\|.*\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    tables = [[[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()] for block in blocks]
    table = next(rows for rows in tables if tuple(rows[0][: len(columns)]) == columns)
    return [dict(zip(table[0], row, strict=True)) for row in table[2:]]


def _listed(cell: str) -> list[str]:
    return [] if cell == "–" else cell.split(", ")


def _answer(row: Row) -> Answer | None:
    if row["claimed"] == "unanswered":
        return None
    if row["claimed"] == "not applicable":
        return Answer(None)
    return Answer(int(row["claimed"]), frozenset(Nature(name) for name in _listed(row["evidence"])))


@pytest.fixture(scope="module")
def card() -> Scorecard:
    rows = _table("criterion", "weight", "minimum")
    criteria = {
        row["criterion"]: criterion(
            row["criterion"],
            weight=int(row["weight"]),
            mandatory=row["minimum"] != "–",
            minimum=int(row["minimum"].replace("–", "2")),
            excludable=row["claimed"] == "not applicable",
        )
        for row in rows
    }
    standards = {
        name: standard(name, *(one for key, one in criteria.items() if key.startswith(name)), weight=weight)
        for name, weight in STANDARD_WEIGHTS.items()
    }
    answers = {f"{row['criterion'][0]}:{row['criterion']}": answer for row in rows if (answer := _answer(row))}
    entries = [(row["target"], _listed(row["sources"]), row["strength"]) for row in _table("target", "sources")]
    return score(
        assessed(
            rubric("Q", standards["Q1"], standards["Q2"]),
            rubric("D", standards["D1"], standards["D2"]),
            answers=answers,
            profile=profile(("Q", 1), ("D", 3)),
            crosswalks=[crosswalk("Q", "D", *entries)],
        )
    )


def test_a_dozen_criteria_are_substantiated_as_by_hand(card: Scorecard) -> None:
    found = {one.id: (one.cap, one.substantiated) for rubric_score in card.rubrics for one in rubric_score.criteria()}
    wanted = {
        row["criterion"]: tuple(None if row[key] == "–" else int(row[key]) for key in ("cap", "s"))
        for row in _table("criterion", "weight", "minimum")
    }
    assert len(wanted) == 12
    assert found == wanted


def test_standards_and_rubrics_are_scored_as_by_hand(card: Scorecard) -> None:
    figures: dict[str, Figures] = {one.rubric: one.figures for one in card.rubrics}
    figures |= {one.id: one.figures for rubric_score in card.rubrics for one in rubric_score.standards}
    for row in _table("part", "score"):
        got = figures[row["part"]]
        wanted = [Fraction(row[key]) for key in ("score", "claimed", "low", "high", "answered", "applicable")]
        assert [got.score, got.claimed, got.low, got.high, got.answered, got.applicable] == wanted, row["part"]
        assert got.band == row["band"]


def test_the_index_and_the_verdict_are_those_found_by_hand(card: Scorecard) -> None:
    (row,) = _table("index", "low")
    assert [card.index, card.index_low, card.index_high] == [Fraction(row[key]) for key in ("index", "low", "high")]
    assert card.verdict.value == row["verdict"]
    assert [name.partition(":")[2] for name in card.blockers] == _listed(row["blockers"])


def test_the_coverage_is_that_found_by_hand(card: Scorecard) -> None:
    (coverage,) = card.coverage
    found = {one.id: (one.coverage, one.ceiling) for one in coverage.standards} | {"D": (coverage.coverage, coverage.ceiling)}
    rows = _table("part", "coverage")
    assert found == {row["part"]: (Fraction(row["coverage"]), Fraction(row["ceiling"])) for row in rows}
    assert list(coverage.out_of_reach) == ["D:D1.a", "D:D1.b", "D:D2.b"]


def test_the_gaps_stand_in_the_order_found_by_hand(card: Scorecard) -> None:
    found = [(gap.criterion.partition(":")[2], gap.gap, gap.cause.value, gap.priority) for gap in card.gaps]
    rows = _table("criterion", "gap")
    assert found == [(row["criterion"], int(row["gap"]), row["cause"], Fraction(row["priority"])) for row in rows]
