"""What was approved stays readable as it was, beside what came after."""

import json

import pytest

from app.accounts.models import Role
from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person
from tests.signing import reopen, sign_off

REFERENCE = "esg-2015:policy.review"


@pytest.fixture
def base(client: Client, database: Database, settings: Settings) -> str:
    """An assessment approved by a person with a name, opened again and answered anew; its manager is signed in."""
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation, name="Aigerim Sample"))
    base = f"/assessments/{assessment.id}"
    assert sign_off(client, base).status_code == 303
    assert reopen(client, base).status_code == 303
    version = json.loads(client.get(f"/api/v1{base}/answers/{REFERENCE}").text).get("version", 0)
    saved = client.send_form(
        f"{base}/criteria/{REFERENCE}", {"version": str(version), "choice": "4", "comment": "Words of the second revision"}
    )
    assert saved.status_code == 303, saved.text
    return base


def test_a_revision_shows_what_was_approved_and_not_what_was_written_since(client: Client, base: str) -> None:
    page = client.get(f"{base}/revisions").text
    assert "Revision 1" in page
    assert "Aigerim Sample" in page
    frozen = client.get(f"{base}/revisions/1?part=criteria")
    assert frozen.status_code == 200
    assert "Words of the second revision" not in frozen.text
    assert "Words of the second revision" in client.get(f"{base}/criteria/{REFERENCE}").text
    assert sign_off(client, base).status_code == 303
    assert "Words of the second revision" in client.get(f"{base}/revisions/2?part=criteria").text
    assert "Words of the second revision" not in client.get(f"{base}/revisions/1?part=criteria").text


@pytest.mark.parametrize("part", ["results", "criteria", "gaps"])
def test_each_part_of_a_revision_can_be_read(client: Client, base: str, part: str) -> None:
    assert client.get(f"{base}/revisions/1?part={part}").status_code == 200


def test_the_report_of_a_revision_is_no_draft_and_that_of_an_open_assessment_is_one(client: Client, base: str) -> None:
    assert 'class="draft"' not in client.get(f"{base}/revisions/1/report.html").text
    assert 'class="draft"' in client.get(f"{base}/report.html").text
    sign_off(client, base)
    assert 'class="draft"' not in client.get(f"{base}/report.html").text


def test_the_scorecard_of_a_revision_stays_as_it_was(client: Client, base: str) -> None:
    before = client.get(f"{base}/revisions/1/report.json").json()
    sign_off(client, base)
    assert client.get(f"{base}/revisions/1/report.json").json() == before
    assert client.get(f"{base}/revisions/2/report.json").json() != before


def test_what_changed_names_the_criterion_and_shows_its_words(client: Client, base: str) -> None:
    page = client.get(f"{base}/revisions/1/changes").text
    assert "1 criterion changed" in page
    assert "<ins>" in page
    assert "second" in page
    text_only = client.get(f"{base}/revisions/1/changes?show=down").text
    assert "No criterion changed in this way." in text_only
    sign_off(client, base)
    assert "1 criterion changed" in client.get(f"{base}/revisions/1/changes?until=2").text
    assert "Nothing differs" in client.get(f"{base}/revisions/2/changes").text
    assert "Nothing differs" in client.get(f"{base}/revisions/1/changes?until=1").text


def test_the_first_page_leads_to_what_changed_since_the_last_revision(client: Client, base: str) -> None:
    assert f'href="{base}/revisions/1/changes"' in client.get(base).text
    sign_off(client, base)
    assert "You see revision 2 as it was approved." in client.get(base).text


@pytest.mark.parametrize(
    "path",
    ["0", "7", "x", "999999999999999999999", "1?part=secret", "1/changes?until=9", "1/changes?until=x", "1/changes?show=x"],
)
def test_a_revision_that_is_not_there_is_told_so(client: Client, base: str, path: str) -> None:
    assert client.get(f"{base}/revisions/{path}").status_code in {404, 422}


def test_comparing_with_now_by_the_form_without_a_choice_works(client: Client, base: str) -> None:
    assert client.get(f"{base}/revisions/1/changes?until=").status_code == 200


@pytest.mark.parametrize("path", ["", "/1", "/1/changes", "/1/report.json"])
def test_revisions_are_for_the_people_of_the_house(
    client: Client, database: Database, settings: Settings, base: str, path: str
) -> None:
    client.as_(make_person(database, settings, make_organisation(database), Role.QUALITY_MANAGER))
    assert client.get(f"{base}/revisions{path}").status_code == 404
    assert client.signed_out().get(f"{base}/revisions{path}").status_code in {303, 401}
