"""The scorecard's JSON: the keys others rely on, and the figures of the sample, computed apart by other means."""

import json
import subprocess
import sys
from typing import Any

import pytest

from app.portable.read import assessed, read_path
from app.rubrics import registry
from app.scoring.score import score
from app.scoring.scorecard_json import to_json
from tests.factories import EXAMPLES

SAMPLE = EXAMPLES / "paper-university.en.yaml"

CARD = "format date profile verdict index index_low index_high rubrics blockers gaps coverage"
FIGURES = "score claimed low high answered applicable completeness band provisional excluded"
CRITERION = "id code state claimed substantiated cap target gap cause mandatory minimum blocker"


@pytest.fixture(scope="module")
def card() -> Any:
    return to_json(score(assessed(read_path(SAMPLE, registry.home()), registry.home())))


def test_every_key_of_the_contract_is_there_and_no_other(card: Any) -> None:
    rubric, coverage = card["rubrics"][0], card["coverage"][0]
    standard = rubric["standards"][0]
    assert list(card) == CARD.split()
    assert list(rubric) == ["rubric", "edition", "digest", *FIGURES.split(), "standards"]
    assert list(standard) == ["id", "number", *FIGURES.split(), "criteria"]
    assert list(standard["criteria"][0]) == CRITERION.split()
    assert list(card["gaps"][0]) == ["criterion", "gap", "cause", "priority", "leverage"]
    assert list(coverage) == ["source", "target", "coverage", "ceiling", "out_of_reach", "standards"]
    assert list(coverage["standards"][0]) == ["id", "coverage", "ceiling"]


def test_the_sample_has_the_figures_that_were_computed_apart(card: Any) -> None:
    scores = {one["rubric"]: one["score"] for one in card["rubrics"]}
    assert scores == pytest.approx({"esg-2015": 48.5, "iso-9001-2015": 72.3, "double-degree": 35.3}, abs=0.05)
    assert [card["index"], card["index_low"], card["index_high"]] == pytest.approx([45.9, 41.4, 52.9], abs=0.05)
    assert (card["verdict"], len(card["blockers"])) == ("not_ready", 12)


def test_numbers_are_not_rounded_and_missing_ones_are_null(card: Any) -> None:
    criteria = [c for one in card["rubrics"] for standard in one["standards"] for c in standard["criteria"]]
    unanswered = next(one for one in criteria if one["state"] == "unanswered")
    assert (unanswered["claimed"], unanswered["substantiated"], unanswered["cap"]) == (None, None, None)
    apart = next(one for one in criteria if one["state"] == "not_applicable")
    assert (apart["target"], apart["gap"], apart["blocker"]) == (None, None, False)
    assert card["rubrics"][0]["score"] == 48.482142857142854


def test_the_command_prints_the_same_scorecard(card: Any) -> None:
    command = [sys.executable, "-m", "app.cli", "score", str(SAMPLE), "--json"]
    assert json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout) == card
