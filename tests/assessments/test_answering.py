"""Answering a criterion: choosing, saving, two editors, what is refused, and that the figures follow."""

import re
from typing import Any

import pytest
import time_machine

from app.accounts.models import Organisation, Role
from app.assessments.checks import wrong_scores
from app.assessments.models import Assessment
from app.config import Settings
from app.db import Database
from app.rubrics import registry
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person

REFERENCE = "esg-2015:policy.review"


@pytest.fixture
def place(client: Client, database: Database, settings: Settings) -> str:
    """The address of a criterion that nobody has answered, in an assessment of the signed-in quality manager."""
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation))
    return f"/assessments/{assessment.id}/criteria/{REFERENCE}"


def _version(text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found is not None
    return found[1]


def _scorecard(client: Client, place: str) -> Any:
    return client.get(f"/api/v1/assessments/{place.split('/')[2]}/scorecard").json()


def test_nothing_is_chosen_before_somebody_chooses(client: Client, place: str) -> None:
    page = client.get(place)
    assert page.status_code == 200
    assert page.text.count('type="radio"') == 5
    assert not re.search(r'type="radio"[^>]*checked', page.text)


def test_a_saved_answer_stands_on_the_page_and_moves_the_figures(client: Client, place: str, database: Database) -> None:
    before = _scorecard(client, place)

    answer = client.send_form(place, {"version": "0", "choice": "1", "comment": "Reviewed\r\nonce."})

    assert answer.status_code == 303
    page = client.get(place)
    assert re.search(r'value="1" checked', page.text)
    assert "Reviewed\nonce." in page.text
    after = _scorecard(client, place)
    rubric = after["rubrics"][0]
    assert rubric["answered"] == before["rubrics"][0]["answered"] + 1
    assert after["index_low"] > before["index_low"]
    with database.read() as session:
        assert wrong_scores(session, registry.home())[1] == []


def test_saving_without_reloading_returns_the_answer_and_the_new_figures(client: Client, place: str) -> None:
    answer = client.send_form(place, {"version": "0", "choice": "1"}, headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="standing" hx-swap-oob="true"' in answer.text
    assert _version(answer.text) == "1"


def test_a_stale_save_is_refused_with_both_texts_and_changes_nothing(client: Client, place: str) -> None:
    assert client.send_form(place, {"version": "0", "choice": "2", "comment": "Hers"}).status_code == 303

    stale = client.send_form(place, {"version": "0", "choice": "4", "comment": "His"})

    assert stale.status_code == 409
    assert "Hers" in stale.text
    assert "His" in stale.text
    assert _version(stale.text) == "1"
    assert "Hers" in client.get(place).text
    combined = client.send_form(place, {"version": "1", "choice": "4", "comment": "Hers and his"})
    assert combined.status_code == 303
    assert "Hers and his" in client.get(place).text


def test_every_state_stays_in_the_history(client: Client, place: str) -> None:
    for version, comment in enumerate(["first", "second", "third"]):
        client.send_form(place, {"version": str(version), "choice": str(version), "comment": comment})
    page = client.get(place.replace("/criteria/", "/history/")).text
    assert page.index("third") < page.index("second") < page.index("first")


@pytest.mark.parametrize("choice", ["5", "-1", "4.0", "two", "٣"])
def test_a_level_that_does_not_exist_is_refused_and_the_text_is_kept(client: Client, place: str, choice: str) -> None:
    answer = client.send_form(place, {"version": "0", "choice": choice, "comment": "Typed with care"})
    assert answer.status_code == 422
    assert "Typed with care" in answer.text
    assert _scorecard(client, place)["rubrics"][0]["standards"][0]["criteria"][-1]["state"] == "unanswered"


def test_not_applicable_is_refused_where_the_rubric_forbids_it_and_needs_a_justification_elsewhere(
    client: Client, place: str
) -> None:
    forbidden = client.send_form(place, {"version": "0", "choice": "na", "not_applicable": "We do not do this."})
    assert forbidden.status_code == 422
    allowed = place.replace(REFERENCE, "double-degree:funding.cost")
    assert client.send_form(allowed, {"version": "0", "choice": "na"}).status_code == 422
    assert (
        client.send_form(allowed, {"version": "0", "choice": "na", "not_applicable": "No programme has started."}).status_code
        == 303
    )
    states = {c["id"]: c["state"] for r in _scorecard(client, place)["rubrics"] for s in r["standards"] for c in s["criteria"]}
    assert states["funding.cost"] == "not_applicable"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "{{ 7*7 }}", "<b>bold</b>"])
def test_markup_is_shown_as_text_on_every_page(client: Client, place: str, text: str) -> None:
    client.send_form(place, {"version": "0", "choice": "1", "comment": text, "strengths": text})
    base = "/".join(place.split("/")[:3])
    client.send_form(f"{base}/actions", {"criterion": REFERENCE, "what": text, "owner": text, "indicator": text})
    for page in (place, f"{base}/plan", f"{base}/gaps", f"{base}/summary", place.replace("/criteria/", "/history/")):
        shown = client.get(page).text
        assert "<script>alert" not in shown
        assert "<svg onload" not in shown
        assert "<b>bold" not in shown


def test_a_text_that_cannot_be_stored_is_refused_with_a_reason_and_kept(client: Client, place: str) -> None:
    text = "a" * 100_000
    answer = client.send_form(place, {"version": "0", "choice": "1", "comment": text})
    assert answer.status_code == 422
    assert "20000" in answer.text
    assert text[:1000] in answer.text


def test_what_was_pasted_is_kept_without_what_nobody_sees(client: Client, place: str) -> None:
    pasted = "Са\u00adпа\x00\u200b қағи\u0306дасы\r\n\u00b7\tбірінші"
    assert client.send_form(place, {"version": "0", "choice": "1", "comment": pasted, "next_step": pasted}).status_code == 303
    kept = client.get(f"/api/v1{place.replace('/criteria/', '/answers/')}").json()
    assert kept["comment"] == kept["next_step"] == "Сапа қағйдасы\n• бірінші"


def test_a_role_that_reads_only_can_read_and_cannot_save(
    client: Client, place: str, database: Database, settings: Settings
) -> None:
    assessment_id = int(place.split("/")[2])
    with database.read() as session:
        organisation = session.get_one(Organisation, session.get_one(Assessment, assessment_id).organisation_id)
    client.as_(make_person(database, settings, organisation, Role.RECTOR))
    assert client.get(place).status_code == 200
    assert 'id="saved"' not in client.get(place).text
    assert client.send_form(place, {"version": "0", "choice": "1"}).status_code == 403


def test_an_unknown_criterion_or_assessment_is_not_found(client: Client, place: str) -> None:
    assert client.get(place.replace("policy.review", "policy.nowhere")).status_code == 404
    assert client.send_form(place.replace("policy.review", "policy.nowhere"), {"version": "0"}).status_code == 404
    assert client.get("/assessments/99999999/criteria/esg-2015:policy.review").status_code == 404


def test_what_was_typed_for_evidence_is_kept_when_it_is_refused(client: Client, place: str) -> None:
    link = client.send_form(f"{place}/links", {"code": "", "where": "Section 4", "proves": "It was reviewed"})
    assert link.status_code == 422
    assert 'value="Section 4"' in link.text
    assert "It was reviewed" in link.text

    fields = {"title": "Minutes of March", "kind": "minutes", "where": "p. 3"}
    upload = client.send_form(f"{place}/upload", fields, files={"file": ("minutes.pdf", b"<html>")})
    assert upload.status_code == 422
    assert 'value="Minutes of March"' in upload.text
    assert 'value="p. 3"' in upload.text
    assert 'href="#upload_file"' in upload.text
    assert "Minutes of March" not in client.get(place).text


def test_times_are_shown_in_the_zone_of_the_installation(client: Client, place: str) -> None:
    with time_machine.travel("2026-11-23 20:30:00+00:00", tick=False):
        page = client.send_form(place, {"version": "0", "choice": "1"}, headers={"hx-request": "true"})
    assert "24 Nov 2026, 01:30" in page.text


def test_the_same_place_of_an_item_is_linked_once(client: Client, place: str) -> None:
    first = {"code": "E-01", "where": "Section 4"}
    assert client.send_form(f"{place}/links", first).status_code == 303
    again = client.send_form(f"{place}/links", first)
    assert again.status_code == 409
    assert "E-01 is linked already" in again.text
    assert client.send_form(f"{place}/links", {**first, "where": ""}).status_code == 409
    assert client.send_form(f"{place}/links", {**first, "where": "Section 5"}).status_code == 303


def test_a_page_that_stands_already_gets_back_the_form_alone_when_a_save_is_refused(client: Client, place: str) -> None:
    client.send_form(place, {"version": "0", "choice": "1", "comment": "Theirs"})
    stale = {"version": "0", "choice": "2", "comment": "Mine"}
    asked = {"hx-request": "true"}
    refused = client.send_form(place, stale, headers=asked)
    assert refused.status_code == 409
    assert "Somebody else saved this answer" in refused.text
    assert "Mine</textarea>" in refused.text
    assert '<blockquote class="theirs">Theirs</blockquote>' in refused.text
    assert _version(refused.text) == "1"
    assert 'id="told" hx-swap-oob="true"' in refused.text
    wrong = client.send_form(place, {"version": "1", "choice": "9"}, headers=asked)
    assert wrong.status_code == 422
    for part in ('id="linked"', 'class="tree"', 'id="discussion"', "<html"):
        assert part not in refused.text + wrong.text
    assert len(refused.content) < 10_000
    whole = client.send_form(place, stale)
    assert whole.status_code == 409
    assert 'class="tree"' in whole.text
