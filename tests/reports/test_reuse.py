"""Evidence of one rubric that is ready for another: shown for every crosswalk, linked with one click, never a level."""

import re

import pytest

from app.config import Settings
from app.db import Database
from app.portable.read import read_path
from app.rubrics import registry
from tests.conftest import Client
from tests.factories import EXAMPLES, make_assessment, make_organisation, make_person


@pytest.fixture
def place(client: Client, database: Database, settings: Settings) -> str:
    """The address of the sample university's assessment, of the signed-in quality manager."""
    organisation = make_organisation(database)
    sample = read_path(EXAMPLES / "paper-university.en.yaml", registry.home())
    client.as_(make_person(database, settings, organisation))
    return f"/assessments/{make_assessment(database, organisation, sample).id}"


def _form(page: str, reference: str) -> dict[str, str]:
    """The first form that links an item to this criterion."""
    found = re.search(rf'<form method="post" action="[^"]*/criteria/{re.escape(reference)}/links">(.*?)</form>', page)
    assert found is not None
    return dict(re.findall(r'name="(code|back)" value="([^"]*)"', found[1]))


def test_the_page_has_a_section_for_each_crosswalk_and_says_whose_analysis_it_is(client: Client, place: str) -> None:
    page = client.get(f"{place}/coverage").text
    assert page.count('id="coverage-') == 3
    assert page.count("not yet reviewed by an ESG reviewer and an ISO lead auditor") == 3
    assert page.count("Certification to ISO 9001 is not external quality assurance") == 2


def test_one_click_links_the_same_evidence_writes_no_level_and_leads_back(client: Client, place: str) -> None:
    reference = "double-degree:agreement.partner"
    before = client.get(f"/api/v1{place}").json()["answers"]
    typed = _form(client.get(f"{place}/coverage").text, reference)
    answer = client.send_form(f"{place}/criteria/{reference}/links", typed)
    assert answer.status_code == 303
    assert re.search(r"/coverage\?open=r\d-c-double-degree-agreement-partner#r\d-c-", answer.headers["location"])
    after = client.get(f"/api/v1{place}").json()["answers"]
    assert [one for one in after if after[one].get("level") != before[one].get("level")] == []
    assert len(after[reference]["evidence"]) == len(before[reference]["evidence"]) + 1
    page = client.get(answer.headers["location"]).text
    assert f'value="{typed["code"]}"' not in "".join(re.findall(rf'action="[^"]*/criteria/{reference}/links">(.*?)</form>', page))
    assert " open>" in page


def test_a_second_click_on_the_same_link_changes_nothing(client: Client, place: str) -> None:
    reference = "double-degree:agreement.partner"
    typed = _form(client.get(f"{place}/coverage").text, reference)
    first, second = (client.send_form(f"{place}/criteria/{reference}/links", typed) for _time in range(2))
    assert first.headers["location"] == second.headers["location"]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "r1-c-x\r\nset-cookie: a=b", "../.."])
def test_a_way_back_that_is_no_row_of_the_page_is_not_followed(client: Client, place: str, back: str) -> None:
    reference = "double-degree:agreement.partner"
    typed = _form(client.get(f"{place}/coverage").text, reference)
    answer = client.send_form(f"{place}/criteria/{reference}/links", {**typed, "back": back})
    assert answer.headers["location"].endswith(f"/criteria/{reference}#evidence")


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "signed before the first enrolment"), ("kk", "қол қойылған бағдарлама келісімін"), ("ru", "до первого зачисления")],
)
def test_the_residuals_are_read_in_each_language(client: Client, place: str, language: str, told: str) -> None:
    assert told in client.get(f"{place}/coverage", headers={"accept-language": language}).text
