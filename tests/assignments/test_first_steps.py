"""The first steps: what a newcomer does next, seen from what is there."""

import re

from app.accounts.models import Role
from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, make_unit, small
from tests.signing import sign_off

HEADING = 'id="first-steps"'


def _steps(client: Client) -> list[tuple[bool, str]]:
    """Whether each step is done, and where it leads."""
    page = client.get("/work").text.partition(HEADING)[2].partition("</ol>")[0]
    return [
        ("first-steps__one--done" in one, found[1] if (found := re.search(r'href="([^"]+)"', one)) else "")
        for one in page.split("<li ")[1:]
    ]


def test_a_newcomer_is_led_from_nothing_to_the_first_report(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    assert _steps(client) == [(False, "/assessments#begin"), *[(False, "")] * 4]
    assert "The shortest is “ISO 9001:2026, only what changed”: 11 criteria." in client.get("/work").text

    form = {"organisation_id": str(organisation.id), "title": "First", "date": "2026-11-01", "profile": "iso-9001-2026-changes"}
    path = client.send_form("/assessments", form).headers["location"]
    assert _steps(client)[:3] == [(True, ""), (False, f"{path}/criteria"), (False, f"{path}/criteria")]

    criterion = client.get(f"{path}/criteria").headers["location"].partition("?")[0]
    assert client.send_form(criterion, {"version": "0", "choice": "2", "comment": "Done"}).status_code == 303
    assert _steps(client)[1:3] == [(True, ""), (False, f"{criterion}#evidence")]

    item = client.send_form(f"/organisations/{organisation.id}/evidence", {"title": "Minutes", "kind": "minutes"})
    assert item.status_code == 303
    assert client.send_form(f"{criterion}/links", {"code": "E-01"}).status_code == 303
    assert _steps(client)[2:4] == [(True, ""), (False, f"{path}/gaps")]

    gap = {"criterion": criterion.rpartition("/")[2], "what": "Ask them", "status": "open"}
    assert client.send_form(f"{path}/actions", gap).status_code == 303
    assert _steps(client)[3:] == [(True, ""), (False, f"{path}/downloads")]

    assert client.get(f"{path}/report.json?kind=full").status_code == 200
    assert HEADING not in client.get("/work").text


def test_the_first_steps_can_be_hidden_and_shown_again(client: Client, database: Database, settings: Settings) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    assert client.send_form("/first-steps").status_code == 303
    page = client.get("/work").text
    assert HEADING not in page
    assert "Show the first steps" in page
    assert "Begin an assessment" in page, "what is to be done first is said all the same"
    assert client.send_form("/first-steps", {"show": "yes"}).status_code == 303
    assert HEADING in client.get("/work").text


def test_who_manages_nothing_and_whose_house_has_approved_before_sees_none(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    for role in (Role.CONTRIBUTOR, Role.INTERNAL_AUDITOR, Role.RECTOR):
        client.as_(make_person(database, settings, organisation, role))
        assert "first-steps" not in client.get("/work").text
    assessment = make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation))
    assert HEADING in client.get("/work").text
    assert sign_off(client, f"/assessments/{assessment.id}").status_code == 303
    assert "first-steps" not in client.get("/work").text


def test_the_steps_of_a_faculty_know_nothing_of_another_ones_assessments(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    mine, other = make_unit(database, organisation), make_unit(database, organisation)
    make_assessment(database, organisation, unit=other)
    make_assessment(database, make_organisation(database))
    client.as_(make_person(database, settings, organisation, unit=mine))
    assert [done for done, _path in _steps(client)] == [False] * 5
    empty = make_assessment(database, organisation, small().model_copy(update={"answers": {}, "actions": ()}), mine)
    assert _steps(client)[:2] == [(True, ""), (False, f"/assessments/{empty.id}/criteria")]


def test_nobody_signed_out_hides_anything(client: Client) -> None:
    assert client.signed_out().send_form("/first-steps").status_code in {303, 401}
    assert "first-steps" not in client.cookies
