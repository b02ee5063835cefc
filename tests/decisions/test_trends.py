"""Trends: the figures of revisions and earlier cycles, for who may read those; other editions are not compared."""

import re

import pytest

from app import clock
from app.accounts.models import Organisation, Person, Role
from app.assessments.models import Assessment
from app.config import Settings
from app.cycles.models import Following
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, make_unit, small
from tests.signing import reopen, sign_off

STATE = re.compile(r'<th scope="row" class="govuk-table__header">(\d+)\. ')


@pytest.fixture
def organisation(database: Database) -> Organisation:
    return make_organisation(database)


@pytest.fixture
def manager(database: Database, settings: Settings, organisation: Organisation) -> Person:
    return make_person(database, settings, organisation)


def _follow(database: Database, one: Assessment, other: Assessment) -> None:
    with database.write() as session:
        session.add(Following(assessment_id=one.id, previous_id=other.id, chosen_at=clock.now()))


def _states(page: str) -> int:
    return len(STATE.findall(page))


def test_each_revision_of_each_cycle_is_a_state_and_so_is_now(
    client: Client, database: Database, organisation: Organisation, manager: Person
) -> None:
    earlier, later = make_assessment(database, organisation), make_assessment(database, organisation)
    _follow(database, later, earlier)
    client.as_(manager)
    for _time in range(2):
        sign_off(client, f"/assessments/{earlier.id}")
        reopen(client, f"/assessments/{earlier.id}")
    sign_off(client, f"/assessments/{earlier.id}")
    page = client.get(f"/assessments/{later.id}/trends")
    assert page.status_code == 200
    # Three revisions of what is closed now, and how the later one stands.
    assert _states(page.text) == 4
    assert f'href="/assessments/{earlier.id}/revisions/3"' in page.text
    assert page.text.count("<polyline") == 1
    assert "not comparable" not in page.text
    assert _states(client.get(f"/assessments/{earlier.id}/trends").text) == 3
    assert f'href="/assessments/{later.id}/trends"' in client.get(f"/assessments/{later.id}/summary").text


def test_nothing_answered_is_a_gap_and_not_zero(
    client: Client, database: Database, organisation: Organisation, manager: Person
) -> None:
    empty = small().model_copy(update={"answers": {}, "actions": ()})
    first, second, third = (make_assessment(database, organisation, one) for one in (None, empty, None))
    _follow(database, second, first)
    _follow(database, third, second)
    client.as_(manager)
    page = client.get(f"/assessments/{third.id}/trends").text
    assert _states(page) == 3
    chart = page.partition("<svg")[2].partition("</svg>")[0]
    assert (chart.count("<circle"), chart.count("<polyline")) == (2, 0)
    assert "2 –" in chart


def test_another_edition_is_labelled_and_not_joined(
    client: Client, database: Database, organisation: Organisation, manager: Person
) -> None:
    first = make_assessment(database, organisation)
    client.as_(manager)
    moves = client.get(f"/api/v1/assessments/{first.id}/editions").json()
    newer = moves[0]["newer"]
    made = client.post(
        f"/api/v1/assessments/{first.id}/editions",
        json={"newer": newer},
        headers={"x-csrf-token": client.token, "origin": "http://testserver", "sec-fetch-site": "same-origin"},
    )
    assert made.status_code == 201, made.text
    page = client.get(f"/assessments/{made.json()['id']}/trends").text
    assert _states(page) == 2
    assert "not comparable with the state before" in page
    assert page.partition("<svg")[2].partition("</svg>")[0].count("<polyline") == 0
    assert newer in page
    assert "This edition was not used" in page


def test_a_cycle_that_the_reader_may_not_read_is_not_told(
    client: Client, database: Database, settings: Settings, organisation: Organisation
) -> None:
    mine, theirs = make_unit(database, organisation), make_unit(database, organisation)
    earlier = make_assessment(database, organisation, small().model_copy(update={"title": {"en": "Hidden"}}), unit=theirs)
    later = make_assessment(database, organisation, unit=mine)
    _follow(database, later, earlier)
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR, mine))
    page = client.get(f"/assessments/{later.id}/trends").text
    assert _states(page) == 1
    assert "Hidden" not in page


def test_trends_are_for_the_people_of_the_house(
    client: Client, database: Database, settings: Settings, organisation: Organisation
) -> None:
    path = f"/assessments/{make_assessment(database, organisation).id}/trends"
    client.as_(make_person(database, settings, make_organisation(database)))
    assert client.get(path).status_code == 404
    client.as_(make_person(database, settings, organisation, Role.INTERNAL_AUDITOR))
    assert client.get(path).status_code == 200
    assert client.signed_out().get(path).status_code == 303
    assert client.get("/assessments/999999999999999999999/trends").status_code in {303, 404, 422}
