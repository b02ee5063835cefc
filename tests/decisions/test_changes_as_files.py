"""What changed since a revision, up to now, as a file: on the page that compares, and through the API."""

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
    """An assessment that was approved and opened again; its manager is signed in."""
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    base = f"/assessments/{make_assessment(database, organisation).id}"
    assert sign_off(client, base).status_code == 303
    assert reopen(client, base).status_code == 303
    return base


def _answer(client: Client, base: str, choice: str) -> None:
    version = client.get(f"/api/v1{base}/answers/{REFERENCE}").json().get("version", 0)
    assert client.send_form(f"{base}/criteria/{REFERENCE}", {"version": str(version), "choice": choice}).status_code == 303


def test_the_page_that_compares_with_now_leads_to_the_file(client: Client, base: str) -> None:
    _answer(client, base, "4")
    page = client.get(f"{base}/revisions/1/changes").text
    for ending in ("pdf", "html"):
        assert f'href="{base}/revisions/1/changes.{ending}"' in page
    file = client.get(f"{base}/revisions/1/changes.html?lang=en")
    assert file.headers["content-disposition"].startswith("attachment; filename=")
    for told in ("Revision 1", "Present state", "DRAFT", "New answer (1)"):
        assert told in file.text, told


def test_what_was_approved_since_and_not_opened_again_is_no_draft(client: Client, base: str) -> None:
    assert sign_off(client, base).status_code == 303
    file = client.get(f"{base}/revisions/1/changes.html?lang=en").text
    assert "DRAFT" not in file
    assert "Nothing differs" in file


def test_the_api_tells_what_changed_up_to_now_or_up_to_a_revision(client: Client, base: str) -> None:
    _answer(client, base, "4")
    now = client.get(f"/api/v1{base}/revisions/1/changes").json()["delta"]
    assert now["nothing"] is False
    assert now["after"]["name"] == "Present state"
    assert sign_off(client, base).status_code == 303
    second = client.get(f"/api/v1{base}/revisions/1/changes?until=2").json()["delta"]
    assert (second["before"]["name"], second["after"]["name"]) == ("Revision 1", "Revision 2")
    assert client.get(f"/api/v1{base}/revisions/1/changes?format=html").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("number", [7, 0, 99_999_999_999])
def test_a_revision_that_is_not_there_cannot_be_compared(client: Client, base: str, number: int) -> None:
    assert client.get(f"{base}/revisions/{number}/changes.json").status_code in {404, 422}
    assert client.get(f"/api/v1{base}/revisions/{number}/changes").status_code in {404, 422}
    assert client.get(f"/api/v1{base}/revisions/1/changes?until=7").status_code == 404


def test_the_file_is_for_the_people_of_the_house(client: Client, base: str, database: Database, settings: Settings) -> None:
    paths = (f"{base}/revisions/1/changes.json", f"/api/v1{base}/revisions/1/changes")
    client.as_(make_person(database, settings, make_organisation(database, "Other"), role=Role.QUALITY_MANAGER))
    assert {client.get(path).status_code for path in paths} == {404}
    assert {client.signed_out().get(path).status_code for path in paths} <= {303, 401}
