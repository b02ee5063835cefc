"""The plan over HTTP: what an action holds, who owns it, and that a gap has one live action."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import clock
from app.accounts.erasure import erase
from app.accounts.models import Person, Role
from app.assessments.answers import to_answers
from app.assessments.models import Assessment, PlannedAction
from app.assessments.transfer import as_it_stands
from app.config import Settings
from app.db import Database
from app.portable.read import read
from app.portable.write import to_yaml
from app.rubrics import registry
from tests.assessments.plan_place import FREE, OTHER, Here, place
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, make_unit, small

PLANNED = small().actions[0].criterion


@pytest.fixture
def here(client: Client, database: Database, settings: Settings) -> Here:
    return place(client, database, settings)


def test_an_action_keeps_everything_that_was_said_about_it(here: Here) -> None:
    fields: dict[str, Any] = {
        "owner_id": str(here.person.id),
        "due": "2027-02-01",
        "effort": "12",
        "expected_level": "3",
        "criteria": [OTHER],
        "evidence_kind_1": "minutes",
        "evidence_note_1": "Of the council",
        "evidence_kind_3": "survey-result",
        "status": "in_progress",
    }
    assert here.plan(**fields).status_code == 303
    made = here.actions()[-1]
    assert (made.owner_id, made.owner, made.effort, made.expected_level) == (here.person.id, None, 12, 3)
    assert (made.criterion, made.criteria, made.status) == (FREE, [OTHER], "in_progress")
    assert [(one["kind"], one["note"]) for one in made.expected_evidence] == [
        ("minutes", "Of the council"),
        ("survey-result", None),
    ]
    page = here.client.get(f"{here.url}/plan").text
    assert "Ayan Sample" in page
    form = here.client.get(f"{here.url}/actions/{made.id}").text
    assert 'value="Of the council"' in form
    assert re.search(rf'value="{OTHER}" checked', form)


def test_planning_for_a_gap_that_has_an_action_leads_to_that_one(here: Here) -> None:
    first = here.actions()[0]
    assert here.client.get(f"{here.url}/actions/new?criterion={PLANNED}").headers["location"] == f"{here.url}/actions/{first.id}"
    refused = here.plan(PLANNED)
    assert refused.status_code == 409
    assert f"{here.url}/actions/{first.id}" in refused.text
    assert "Do it" in refused.text
    assert len(here.actions()) == len(small().actions)


def test_a_gap_that_another_action_serves_too_has_an_action(here: Here) -> None:
    here.plan(FREE, criteria=[OTHER])
    made = here.actions()[-1]
    assert here.client.get(f"{here.url}/actions/new?criterion={OTHER}").headers["location"] == f"{here.url}/actions/{made.id}"
    assert here.plan(OTHER).status_code == 409


def test_a_gap_whose_action_is_done_can_be_planned_anew_and_then_the_old_one_stays_closed(here: Here) -> None:
    old = here.actions()[0]
    address = f"{here.url}/actions/{old.id}/status"
    assert here.client.send_form(address, {"status": "done", "version": "1"}).status_code == 303
    assert here.plan(PLANNED).status_code == 303
    again = here.client.send_form(address, {"status": "open", "version": "2"})
    assert again.status_code == 409
    assert here.actions()[0].status == "done"


def test_two_actions_for_one_gap_from_a_file_can_both_be_kept(here: Here) -> None:
    first = small().actions[0]
    portable = small().model_copy(update={"actions": (first, first)})
    assessment = make_assessment(here.database, here.organisation, portable)
    with here.database.read() as session:
        found = session.scalars(select(PlannedAction).where(PlannedAction.assessment_id == assessment.id)).first()
    assert found is not None
    sent = {"criterion": first.criterion, "what": "Changed", "version": "1"}
    assert here.client.send_form(f"/assessments/{assessment.id}/actions/{found.id}", sent).status_code == 303


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"status": "dropped"}, "A dropped action needs a reason"),
        ({"owner": "Dean", "owner_id": "{me}"}, "Two owners at once"),
        ({"effort": "0"}, "please choose one of the answers offered."),
        ({"effort": "half"}, "please choose one of the answers offered."),
        ({"expected_level": "5"}, "please choose one of the answers offered."),
        ({"evidence_note_1": "without a kind"}, "this cannot be used here."),
        ({"what": " "}, "There is a problem"),
        ({"status": "begun"}, "please choose one of the answers offered."),
    ],
)
def test_what_cannot_be_used_comes_back_with_what_was_typed(here: Here, fields: dict[str, str], told: str) -> None:
    sent = {name: value.replace("{me}", str(here.person.id)) for name, value in fields.items()}
    refused = here.plan(**{"indicator": "Kept text", **sent})
    assert refused.status_code == 422
    assert told in html.unescape(refused.text)
    assert "Kept text" in refused.text
    assert len(here.actions()) == len(small().actions)


@pytest.mark.parametrize("fields", [{"criteria": ["esg-2015:gone"]}, {"evidence_kind_1": "gone"}, {"owner_id": "999999"}])
def test_names_of_what_is_not_there_are_not_found(here: Here, fields: dict[str, Any]) -> None:
    assert here.plan(**fields).status_code == 404


def test_the_owner_is_somebody_who_can_see_the_assessment(here: Here) -> None:
    stranger = make_person(here.database, here.settings, make_organisation(here.database))
    reviewer = make_person(here.database, here.settings, here.organisation, Role.PARTNER)
    for person in (stranger, reviewer):
        assert here.plan(owner_id=str(person.id)).status_code == 404


def test_the_form_offers_people_who_can_see_the_assessment_and_nobody_else(here: Here) -> None:
    faculty, other = make_unit(here.database, here.organisation), make_unit(here.database, here.organisation)
    assessment = make_assessment(here.database, here.organisation, unit=faculty)
    make_person(here.database, here.settings, make_organisation(here.database), name="Strange Sample")
    make_person(here.database, here.settings, here.organisation, Role.PARTNER, name="Partner Sample")
    make_person(here.database, here.settings, here.organisation, Role.CONTRIBUTOR, other, name="Sibling Sample")
    make_person(here.database, here.settings, here.organisation, Role.CONTRIBUTOR, faculty, name="Faculty Sample")
    page = here.client.get(f"/assessments/{assessment.id}/actions/new").text
    assert re.findall(r">(\w+ Sample)</option>", page) == ["Ayan Sample", "Faculty Sample"]


def test_who_may_not_see_the_organisations_people_can_only_take_an_action_on(here: Here) -> None:
    faculty = make_unit(here.database, here.organisation)
    assessment = make_assessment(here.database, here.organisation, unit=faculty)
    here.client.as_(
        make_person(here.database, here.settings, here.organisation, Role.CONTRIBUTOR, faculty, name="Faculty Sample")
    )
    page = here.client.get(f"/assessments/{assessment.id}/actions/new").text
    assert re.findall(r">(\w+ Sample)</option>", page) == ["Faculty Sample"]
    sent = {"criterion": FREE, "what": "Do it", "owner_id": str(here.person.id)}
    assert here.client.send_form(f"/assessments/{assessment.id}/actions", sent).status_code == 404


def test_an_owner_who_was_erased_stays_a_number(here: Here) -> None:
    owner = make_person(here.database, here.settings, here.organisation, Role.RECTOR, name="Gone Sample")
    here.plan(owner_id=str(owner.id))
    with here.database.write() as session:
        erase(session, session.get_one(Person, owner.id), actor_id=None, now=clock.now())
    for page in ("plan", f"actions/{here.actions()[-1].id}"):
        told = here.client.get(f"{here.url}/{page}").text
        assert f"erased person {owner.id}" in told
        assert "Gone Sample" not in told
    with here.database.read() as session:
        assessment = session.get_one(Assessment, here.assessment.id, options=_rubrics())
        assert as_it_stands(session, assessment).actions[-1].owner == f"#{owner.id}"


def test_an_action_answers_every_blocker_among_its_criteria_while_it_is_live(here: Here) -> None:
    def answered() -> list[bool]:
        with here.database.read() as session:
            assessment = session.get_one(Assessment, here.assessment.id, options=_rubrics())
            actions = to_answers(session, registry.home(), assessment).actions
        return [one.answers_a_blocker for one in actions if one.criterion in {FREE, OTHER}]

    here.plan(FREE, criteria=[OTHER], owner_id=str(here.person.id), due="2027-01-01", status="in_progress")
    assert answered() == [True, True]
    sent = {"status": "done", "version": "1"}
    here.client.send_form(f"{here.url}/actions/{here.actions()[-1].id}/status", sent)
    assert answered() == [False, False]


def test_the_list_of_gaps_names_the_action_of_each_until_it_is_dropped(here: Here) -> None:
    def listed() -> bool:
        return "Forge it" in here.client.get(f"{here.url}/gaps").text

    assert here.plan(what="Forge it", owner_id=str(here.person.id), due="2027-01-01").status_code == 303
    made = here.actions()[-1]
    assert listed()
    sent = {"status": "dropped", "reason": "No money", "version": "1"}
    assert here.client.send_form(f"{here.url}/actions/{made.id}/status", sent).status_code == 303
    assert not listed()
    assert "No money" in here.client.get(f"{here.url}/plan").text


def test_a_file_with_everything_about_an_action_comes_back_as_it_was(here: Here) -> None:
    here.plan(
        criteria=[OTHER],
        effort="3",
        expected_level="2",
        evidence_kind_1="minutes",
        evidence_note_1="n",
        status="dropped",
        reason="r",
    )
    with here.database.read() as session:
        portable = as_it_stands(session, session.get_one(Assessment, here.assessment.id, options=_rubrics()))
    again = read(to_yaml(portable).encode(), "x.yaml", registry.home())
    assert again == portable
    brought = make_assessment(here.database, here.organisation, again)
    with here.database.read() as session:
        kept = as_it_stands(session, session.get_one(Assessment, brought.id, options=_rubrics()))
    assert kept.actions == portable.actions
    assert (kept.actions[-1].effort, kept.actions[-1].reason, kept.actions[-1].criteria) == (3, "r", (OTHER,))


def _rubrics() -> list[Any]:
    return [selectinload(Assessment.rubrics)]
