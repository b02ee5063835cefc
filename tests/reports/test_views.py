"""The same scores on borrowed scales: only verified labels by default, boundaries as their owner has them, always indicative."""

from fractions import Fraction

import pytest

from app.config import Settings
from app.db import Database
from app.portable.model import Portable
from app.portable.read import read_path
from app.reports.build import build
from app.reports.html import render_html
from app.rubrics import registry
from app.scoring.score import band_of
from tests.conftest import Client
from tests.factories import EXAMPLES, make_assessment, make_organisation, make_person

SAMPLE = EXAMPLES / "paper-university.en.yaml"


@pytest.fixture(scope="module")
def portable() -> Portable:
    return read_path(SAMPLE, registry.home())


@pytest.mark.parametrize(
    ("value", "rating"),
    [(0, "not"), (15, "not"), (Fraction(151, 10), "partially"), (50, "partially"), (85, "largely"), (Fraction(851, 10), "fully")],
)
def test_a_boundary_of_iso_33020_belongs_to_the_lower_rating(value: Fraction | int, rating: str) -> None:
    scale = registry.home().scales["iso-33020"]
    assert band_of(Fraction(value), scale, mandatory_fails=False) == rating


@pytest.mark.parametrize(("value", "band"), [(0, "none"), (25, "partial"), (50, "substantial"), (75, "full")])
def test_a_boundary_of_our_own_scale_belongs_to_the_upper_band(value: int, band: str) -> None:
    assert band_of(Fraction(value), registry.home().scales["sapa-bands"], mandatory_fails=False) == band


@pytest.mark.parametrize("scale", ["enqa-eqar", "four-levels", "iso-33020", "iaar"])
def test_a_failed_mandatory_criterion_caps_a_borrowed_label_too(scale: str) -> None:
    found = registry.home().scales[scale]
    assert band_of(Fraction(100), found, mandatory_fails=True) == found.cap_when_mandatory_fails


def test_only_verified_labels_reach_a_report_and_each_says_indicative(portable: Portable) -> None:
    report = build(portable, registry.home(), "en").report
    assert {one.of for one in report.views.scales} == {"ENQA, EQAR", "ENQA panels, older reports", "ISO/IEC 33020"}
    assert {one.of for one in report.unverified_views.scales} == {"IAAR"}
    html = render_html(report, "full")
    assert "Partially compliant" in html
    assert "Indicative: the scores of this self-assessment put into borrowed words" in html
    assert "Suggests improvement" not in html


def test_the_label_of_a_standard_follows_from_its_score(portable: Portable) -> None:
    built = build(portable, registry.home(), "en")
    for rubric, view in zip(built.card.rubrics, built.report.views.rubrics, strict=True):
        for standard, row in zip(rubric.standards, view.rows, strict=False):
            assert (row.labels[0] is None) == (standard.figures.score is None)
            assert row.labels[0] != "Compliant" or (standard.figures.score or 0) >= 75


def test_the_page_keeps_unverified_labels_behind_a_heading_that_says_so(
    client: Client, database: Database, settings: Settings, portable: Portable
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    page = client.get(f"/assessments/{make_assessment(database, organisation, portable).id}/results").text
    shown, _details, hidden = page.partition("Labels that are not verified")
    assert "Suggests improvement" not in shown
    assert "Suggests improvement" in hidden


@pytest.mark.parametrize(
    ("profile", "rubrics"),
    [
        ("esg-only", {"esg-2015"}),
        ("iso-only", {"iso-9001-2026"}),
        ("joint-programme-european-approach", {"esg-2015", "double-degree"}),
    ],
)
def test_an_assessment_can_begin_with_each_profile(
    client: Client, database: Database, settings: Settings, profile: str, rubrics: set[str]
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    typed = {"organisation_id": str(organisation.id), "title": "A new one", "date": "2026-11-01", "profile": profile}
    made = client.send_form("/assessments", typed)
    assert made.status_code == 303
    pinned = client.get("/api/v1" + made.headers["location"]).json()["rubrics"]
    assert {one.partition("@")[0] for one in pinned} == rubrics
