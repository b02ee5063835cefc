"""Moving an assessment to a newer edition over HTTP: the preview, the copy, and that the old one stays as it is."""

import re
from dataclasses import replace

import pytest

from app.accounts.models import Organisation, Role
from app.assessments.checks import wrong_scores
from app.assessments.models import Assessment
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
    made = make_assessment(database, organisation, sample)
    client.as_(make_person(database, settings, organisation))
    return f"/assessments/{made.id}"


def test_the_page_shows_what_each_move_would_do(client: Client, place: str) -> None:
    page = client.get(f"{place}/editions").text
    assert "ISO 9001:2026" in page
    assert "To be confirmed: 8" in page
    assert "iso-9001-2026@1, in force" in page
    assert "esg-2027-draft3@1, draft" in page


def test_moving_makes_a_copy_and_leaves_the_assessment_as_it_is(client: Client, place: str, database: Database) -> None:
    before = client.get(f"/api/v1{place}").json()
    moved = client.send_form(f"{place}/editions", {"newer": "iso-9001-2026@1"})
    assert moved.status_code == 303
    assert client.get(f"/api/v1{place}").json() == before

    after = client.get("/api/v1" + moved.headers["location"]).json()
    assert after["rubrics"] == ["esg-2015@1", "iso-9001-2026@1", "double-degree@1"]
    assert after["evidence"] == before["evidence"]
    assert after["answers"]["iso-9001-2026:7.3"]["to_confirm"] is True
    assert after["answers"]["iso-9001-2026:10.1"]["level"] == min(
        before["answers"][f"iso-9001-2015:{name}"]["level"] for name in ("10.1", "10.3")
    )
    with database.read() as session:
        wrong = wrong_scores(session, registry.home())[1]
    assert {int(one.rpartition("/")[2]) for one in (place, moved.headers["location"])}.isdisjoint(wrong)


def test_the_api_offers_the_moves_and_makes_one(client: Client, place: str) -> None:
    moves = client.get(f"/api/v1{place}/editions").json()
    assert [one["newer"] for one in moves] == ["esg-2027-draft3@1", "iso-9001-2026@1"]
    assert "6.1.3" in moves[1]["left_open"]
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    made = client.post(f"/api/v1{place}/editions", json={"newer": "esg-2027-draft3@1"}, headers=headers)
    assert made.status_code == 201
    card = client.get(f"/api/v1/assessments/{made.json()['id']}/scorecard").json()
    assert card["rubrics"][0]["standards"][8]["id"] == "external"


def test_only_what_changed_becomes_an_assessment_of_its_own(client: Client, place: str) -> None:
    assert "Assess only what changed" in client.get(f"{place}/editions").text
    before = client.get(f"/api/v1{place}").json()
    made = client.send_form(f"{place}/editions", {"newer": "iso-9001-2026@1", "changes": "1"})
    after = client.get("/api/v1" + made.headers["location"]).json()
    assert after["rubrics"] == ["iso-9001-2026-changed@1"]
    assert after["profile"] == "iso-9001-2026-changes"
    assert after["evidence"] == before["evidence"]
    assert after["answers"]["iso-9001-2026-changed:7.3"]["to_confirm"] is True
    part = registry.home().rubric("iso-9001-2026-changed@1")
    assert {one.change.value for one in part.criteria()} == {"extended", "merged", "split"}
    card = client.get(f"/api/v1{made.headers['location']}/scorecard").json()
    assert sum(len(one["criteria"]) for one in card["rubrics"][0]["standards"]) == len(part.by_id) == 11
    assert client.get(made.headers["location"] + "/report.html").status_code == 200


def test_a_changed_criterion_says_so_and_that_its_wording_is_second_hand(client: Client, place: str) -> None:
    moved = client.send_form(f"{place}/editions", {"newer": "iso-9001-2026@1"}).headers["location"]
    changed = client.get(f"{moved}/criteria/iso-9001-2026:7.3").text
    assert "Extended in this edition. What is said of the change rests on second-hand sources" in changed
    same = client.get(f"{moved}/criteria/iso-9001-2026:7.2").text
    assert "in this edition" not in same
    assert "None of these was compared with the text of the standard itself" in same
    assert "Extended in this edition." in client.get(f"{moved}/report.html").text


def test_a_draft_is_called_a_draft_on_its_pages_and_in_its_report(client: Client, place: str) -> None:
    moved = client.send_form(f"{place}/editions", {"newer": "esg-2027-draft3@1"}).headers["location"]
    for path in ("/criteria/esg-2027-draft3:policy.approved", "/report.html"):
        assert "follows a draft that is not adopted" in client.get(moved + path).text
    assert "preview, not adopted" in client.get(moved).text
    assert "follows a draft" not in client.get(f"{place}/criteria/esg-2015:policy.approved").text


def test_an_edition_that_changes_nothing_in_substance_has_no_part(client: Client, place: str) -> None:
    asked = {"newer": "esg-2027-draft3@1", "changes": "1"}
    assert client.send_form(f"{place}/editions", asked).status_code == 404


def test_an_assessment_can_begin_with_only_what_changed(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    typed = {"organisation_id": str(organisation.id), "title": "New", "date": "2026-11-01", "profile": "iso-9001-2026-changes"}
    made = client.send_form("/assessments", typed)
    assert client.get("/api/v1" + made.headers["location"]).json()["rubrics"] == ["iso-9001-2026-changed@1"]


@pytest.mark.parametrize("newer", ["", "iso-9001-2015@1", "nothing@1"])
def test_an_edition_that_does_not_follow_is_not_found(client: Client, place: str, newer: str) -> None:
    assert client.send_form(f"{place}/editions", {"newer": newer}).status_code == 404


def _without_head(text: str) -> str:
    """The text without where the trail ended: taking a report out is itself an event."""
    return re.sub(r"\b\d+:\d+:[0-9a-f]{4}(?: ?[0-9a-f]{4})+", "head", text)


def test_an_assessment_renders_the_same_when_the_files_of_its_edition_are_gone(
    client: Client, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [f"{place}/report.html", f"{place}/results", f"{place}/gaps", f"/api/v1{place}/scorecard"]
    criterion = f"{place}/criteria/iso-9001-2015:10.3"
    before = [_without_head(client.get(one).text) for one in addresses]
    state = client.app.state  # type: ignore[attr-defined]  # Starlette's, behind an ASGI type
    left = {name: rubric for name, rubric in state.library.rubrics.items() if not name.startswith("iso-")}
    # setattr would be undone by deleting: the state keeps its names apart from its attributes
    monkeypatch.setitem(state._state, "library", replace(state.library, rubrics=left))
    assert [_without_head(client.get(one).text) for one in addresses] == before
    assert "quality management system fitter" in client.get(criterion).text


def test_a_move_is_taken_back_and_loses_nothing(client: Client, place: str) -> None:
    before = client.get(f"/api/v1{place}").json()
    library = client.get("/assessments").text.count("Evidence library")
    copy = client.send_form(f"{place}/editions", {"newer": "iso-9001-2026@1"}).headers["location"]
    assert "Take this assessment back" in client.get(copy).text

    assert client.send_form(f"{copy}/take-back").headers["location"] == "/assessments"
    assert client.get(copy).status_code == 404
    assert client.get(f"/api/v1{place}").json() == before
    assert client.get("/assessments").text.count("Evidence library") == library


def test_a_copy_that_somebody_has_worked_on_is_not_taken_back(client: Client, place: str) -> None:
    copy = client.send_form(f"{place}/editions", {"newer": "iso-9001-2026@1"}).headers["location"]
    saved = client.send_form(f"{copy}/criteria/iso-9001-2026:6.1.3", {"version": "1", "choice": "1"})
    assert saved.status_code in (200, 303)
    assert "Take this assessment back" not in client.get(copy).text
    refused = client.send_form(f"{copy}/take-back")
    assert (refused.status_code, "Somebody has worked on this assessment" in refused.text) == (409, True)
    assert client.get(copy).status_code == 200


def test_a_program_takes_a_move_back(client: Client, place: str) -> None:
    copy = client.send_form(f"{place}/editions", {"newer": "esg-2027-draft3@1"}).headers["location"]
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    assert client.delete(f"/api/v1{copy}", headers=headers).status_code == 204
    assert client.get(f"/api/v1{copy}").status_code == 404


def test_a_role_that_reads_only_takes_nothing_back(client: Client, place: str, database: Database, settings: Settings) -> None:
    with database.read() as session:
        assessment = session.get_one(Assessment, int(place.rpartition("/")[2]))
        organisation = session.get_one(Organisation, assessment.organisation_id)
    client.as_(make_person(database, settings, organisation, Role.RECTOR))
    assert "Take this assessment back" not in client.get(place).text
    assert client.send_form(f"{place}/take-back").status_code == 403
    assert client.get(place).status_code == 200
