"""Raters in an assessment file: on the command line and in the report."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.portable.model import Portable, Rater
from app.portable.write import to_json
from app.reports.build import build
from app.reports.html import render_html
from app.rubrics import registry
from app.scoring.agreement import Missing
from tests.factories import small

NAMES = ["esg-2015:policy.approved", "esg-2015:policy.public"]


def _rated() -> Portable:
    raters = {
        "a": Rater(role="internal_auditor", levels={NAMES[0]: 1, NAMES[1]: 3}),
        "b": Rater(role="somebody_else", levels={NAMES[0]: 4, NAMES[1]: 3}),
    }
    return small().model_copy(update={"raters": raters})


def test_the_command_prints_figures_with_reasons_and_what_differs_most_first(tmp_path: Path) -> None:
    file = tmp_path / "rated.json"
    file.write_text(to_json(_rated()))
    answer = CliRunner().invoke(app, ["agreement", str(file), "--json"])
    assert answer.exit_code == 0, answer.output
    data = json.loads(answer.stdout)
    whole = data["agreement"][0]
    assert (whole["alpha"], whole["exact"], whole["units"]) == ("too_few", 0.5, 2)
    assert [(one["criterion"], one["range"]) for one in data["spread"]] == [(NAMES[0], 3), (NAMES[1], 0)]
    assert "too_few" in CliRunner().invoke(app, ["agreement", str(file)]).stdout


def test_the_score_does_not_know_raters(tmp_path: Path) -> None:
    printed = []
    for number, portable in enumerate((small(), _rated())):
        file = tmp_path / f"{number}.json"
        file.write_text(to_json(portable))
        printed.append(CliRunner().invoke(app, ["score", str(file), "--json"]).stdout)
    assert printed[0] == printed[1]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_full_report_has_a_section_only_when_there_are_raters(language: str) -> None:
    with_raters = build(_rated(), registry.home(), language).report
    assert with_raters.agreement.rows[0].agreement.alpha is Missing.TOO_FEW
    html = render_html(with_raters, "full")
    assert 'id="agreement"' in html
    assert "somebody_else" in html, "a role that we have no word for stands as it is"
    assert 'id="agreement"' not in render_html(build(small(), registry.home(), language).report, "full")
