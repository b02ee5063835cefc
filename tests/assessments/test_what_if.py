"""What if over HTTP: what is shown, that nothing is stored, and who may ask."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.assessments.models import StoredScore
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem
from tests.assessments.plan_place import FREE, OTHER, Here, place
from tests.conftest import Client
from tests.factories import make_organisation, make_person
from tests.signing import sign_off


@pytest.fixture
def here(client: Client, database: Database, settings: Settings) -> Here:
    return place(client, database, settings)


def _what_if(here: Here, *ticked: str) -> str:
    page = here.client.get(f"{here.url}/what-if?{'&'.join(ticked)}")
    assert page.status_code == 200
    return html.unescape(page.text)


def test_what_if_shows_the_figures_of_ticked_steps_and_stores_nothing(here: Here) -> None:
    def stored() -> tuple[int, Any]:
        with here.database.read() as session:
            score = session.get_one(StoredScore, here.assessment.id)
            return score.version, score.scorecard

    before = stored()
    plain = _what_if(here)
    assert "Tick what would be done" in plain
    page = _what_if(here, f"gap={FREE}")
    assert re.search(r"1 step takes the index from [\d.]+ to [\d.]+", page)
    assert stored() == before


def test_what_if_sums_the_effort_and_says_whose_is_missing(here: Here) -> None:
    here.plan(FREE, effort="5")
    here.plan(OTHER, effort="7")
    here.plan("esg-2015:policy.approved")
    ids = [one.id for one in here.actions()][-3:]
    page = _what_if(here, *(f"action={one}" for one in ids))
    assert "These 3 actions take the index" in page
    assert "12 person-days" in page
    assert "1 action does not say its effort" in page


def test_what_if_of_an_approved_assessment_begins_at_what_was_approved(here: Here) -> None:
    before = re.findall(r"[\d.]+–[\d.]+", _what_if(here))
    sign_off(here.client, here.url)
    with here.database.write() as session:
        for item in session.scalars(select(EvidenceItem).where(EvidenceItem.organisation_id == here.organisation.id)):
            item.status = "rejected"
    assert re.findall(r"[\d.]+–[\d.]+", _what_if(here)) == before


@pytest.mark.parametrize("ticked", ["action=999999", "action=x", "gap=esg-2015:gone", "gap=", "action=%00", "gap=" + "x" * 5000])
def test_what_if_passes_over_what_is_not_there(here: Here, ticked: str) -> None:
    assert "Tick what would be done" in _what_if(here, ticked)


def test_what_if_answers_a_tick_with_the_result_alone(here: Here) -> None:
    part = here.client.get(f"{here.url}/what-if?gap={FREE}", headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert "1 step takes the index" in part.text


ASKS: list[Callable[[Here], Any]] = [
    lambda here: here.client.get(f"{here.url}/what-if"),
    lambda here: here.client.get(f"{here.url}/actions/next"),
    lambda here: here.client.send_form(f"{here.url}/actions/{here.actions()[0].id}/status", {"status": "done", "version": "1"}),
]


@pytest.mark.parametrize("ask", ASKS)
def test_another_organisations_plan_is_not_there_and_nobody_sees_one_without_signing_in(
    here: Here, ask: Callable[[Here], Any]
) -> None:
    here.client.as_(make_person(here.database, here.settings, make_organisation(here.database)))
    assert ask(here).status_code == 404
    here.client.signed_out()
    assert ask(here).status_code in {303, 401, 403}
    assert here.actions()[0].status == "open"


def test_who_only_reads_may_try_out_and_change_nothing(here: Here) -> None:
    here.client.as_(make_person(here.database, here.settings, here.organisation, Role.RECTOR))
    assert ASKS[0](here).status_code == 200
    assert [ask(here).status_code for ask in ASKS[1:]] == [403, 403]
    assert here.actions()[0].status == "open"
    assert "/status" not in here.client.get(f"{here.url}/plan?view=board").text
