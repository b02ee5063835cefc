"""What is assigned, answered and due in one assessment, unit or organisation says nothing about another."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from app import clock
from app.accounts import service as accounts
from app.accounts.actor import Actor
from app.accounts.models import Person, Role
from app.assessments.models import Assessment
from app.assignments import access, first_steps_access, reminders
from app.assignments.due import due_for
from app.assignments.models import ReminderDay
from app.rubrics import registry
from tests.assignments.conftest import APPROVED, REVIEWED, Team
from tests.assignments.test_work import counts
from tests.factories import make_assessment, make_organisation, make_person, make_unit, small

PART = f"criterion={REVIEWED}"


@pytest.fixture
def neighbour(team: Team) -> Team:
    """The same people with another assessment."""
    return replace(team, assessment=make_assessment(team.database, team.home))


def _offered(team: Team, assessment: Assessment) -> set[int]:
    with team.database.read() as session:
        return {number for number, _name in access.people_offered(session, session.get_one(Assessment, assessment.id))}


@pytest.mark.parametrize("field", ["disabled_at", "erased_at"])
def test_who_is_shut_out_is_not_offered_and_not_reminded(team: Team, field: str) -> None:
    gone = make_person(team.database, team.settings, team.home, Role.CONTRIBUTOR)
    team.assign(PART, to=gone, due="2027-03-10")
    today = clock.now().date().replace(year=2027, month=3, day=9)
    with team.database.write() as session:
        assert gone.id in reminders._to_remind(session, today)
        session.execute(update(Person).where(Person.id == gone.id).values({field: clock.now()}))
    assert gone.id not in _offered(team, team.assessment)
    with team.database.read() as session:
        assert gone.id not in reminders._to_remind(session, today)
    team.assign(f"criterion={APPROVED}", to=gone, status=422)


def test_who_answers_in_one_unit_is_not_offered_in_another(team: Team) -> None:
    law, science = make_unit(team.database, team.home), make_unit(team.database, team.home)
    of_law = make_person(team.database, team.settings, team.home, Role.CONTRIBUTOR, law)
    of_science = make_person(team.database, team.settings, team.home, Role.CONTRIBUTOR, science)
    found = _offered(team, make_assessment(team.database, team.home, unit=law))
    assert of_law.id in found
    assert of_science.id not in found


def test_a_unit_of_another_organisation_is_not_offered_for_somebody_who_works_in_both(team: Team) -> None:
    there = make_organisation(team.database)
    theirs = make_unit(team.database, there)
    with team.database.write() as session:
        accounts.grant(session, team.contributor, there, Role.CONTRIBUTOR, theirs, now=clock.now())
        found = access.units_offered(session, session.get_one(Assessment, team.assessment.id))
    assert theirs.id not in {number for number, _name in found}


def test_an_assignment_is_given_on_only_to_somebody_who_may_answer(team: Team) -> None:
    team.assign(PART, to=team.contributor)
    number = team.assignments()[0].id
    stranger = make_person(team.database, team.settings, make_organisation(team.database), Role.CONTRIBUTOR)
    for person in (stranger, team.rector):
        refused = team.client.send_form(f"{team.path}/assignments/{number}", {"to": f"person:{person.id}", "due": ""})
        assert refused.status_code == 422
    assert team.assignments()[0].person_id == team.contributor.id


def _due(team: Team) -> list[tuple[int, int]]:
    with team.database.read() as session:
        actor = Actor.of(session.get_one(Person, team.contributor.id), at=clock.now())
        return [(one.assessment_id, one.open) for one in due_for(session, actor)]


def test_what_is_ready_in_one_assessment_is_due_in_another(team: Team, neighbour: Team) -> None:
    for one in (team, neighbour):
        one.assign(PART, to=one.contributor, due="2027-03-10")
    both = [(team.assessment.id, 1), (neighbour.assessment.id, 1)]
    assert _due(team) == both
    for one in (team, neighbour):
        one.answer(REVIEWED, one.contributor)
    assert _due(team) == both
    assert team.do(REVIEWED, "declare", team.contributor) == 303
    assert _due(team) == both[1:]


def test_nothing_is_due_in_a_deleted_assessment(team: Team) -> None:
    team.assign(PART, to=team.contributor, due="2027-03-10")
    with team.database.write() as session:
        session.execute(update(Assessment).where(Assessment.id == team.assessment.id).values(deleted_at=clock.now()))
    assert _due(team) == []


def test_my_work_is_told_of_the_assessment_in_which_it_is(team: Team, neighbour: Team) -> None:
    neighbour.answer(REVIEWED, neighbour.manager)
    team.assign(PART, to=team.contributor)
    assert counts(team, team.contributor) == {"unanswered": 1}


def test_what_was_returned_elsewhere_is_not_returned_to_who_has_the_same_criterion_here(team: Team, neighbour: Team) -> None:
    team.assign(PART, to=team.contributor)
    neighbour.answer(REVIEWED, neighbour.manager)
    assert neighbour.do(REVIEWED, "declare", neighbour.manager) == 303
    assert neighbour.do(REVIEWED, "return", neighbour.auditor, reason="More") == 303
    assert counts(team, team.contributor) == {"unanswered": 1}
    assert counts(team, team.manager)["returned"] == 1


def test_my_work_is_of_the_organisation_in_which_one_works_now(team: Team) -> None:
    there = make_organisation(team.database)
    theirs = make_assessment(team.database, there)
    with team.database.write() as session:
        accounts.grant(session, team.contributor, there, Role.CONTRIBUTOR, now=clock.now())
    manager = make_person(team.database, team.settings, there)
    form = {"part": PART, "to": f"person:{team.contributor.id}", "due": ""}
    assert team.client.as_(manager).send_form(f"/assessments/{theirs.id}/assignments", form).status_code == 303
    team.assign(PART, to=team.contributor)
    page = team.client.as_(team.contributor, only=team.home.id).get("/work").text
    assert f"{team.path}/criteria/{REVIEWED}" in page
    page = team.client.as_(team.contributor).get("/work").text
    assert (f"/assessments/{theirs.id}/criteria/" in page) is not (f"{team.path}/criteria/" in page)


def test_who_may_not_review_is_told_so_also_about_an_older_version(team: Team) -> None:
    team.answer(REVIEWED, team.contributor)
    assert team.do(REVIEWED, "declare", team.contributor) == 303
    old = str(team.version(REVIEWED))
    team.answer(REVIEWED, team.contributor, choice="3")
    deed = {"deed": "accept", "version": old}
    address = f"{team.path}/criteria/{REVIEWED}/state"
    assert team.client.as_(team.contributor).send_form(address, deed).status_code == 403
    assert team.client.as_(team.auditor).send_form(address, deed).status_code == 409


def test_the_first_steps_lead_to_the_newest_assessment_of_this_organisation_and_to_what_is_bare_in_it(team: Team) -> None:
    there = make_organisation(team.database)
    answers = {name: one.model_copy(update={"evidence": ()}) for name, one in small().answers.items()}
    bare = small().model_copy(update={"actions": (), "answers": answers})
    mine = make_assessment(team.database, there, bare)
    with team.database.write() as session:
        accounts.grant(session, team.manager, there, Role.QUALITY_MANAGER, now=clock.now())
    empty = make_assessment(team.database, there, small().model_copy(update={"actions": (), "answers": {}}))
    with team.database.read() as session:
        actor = Actor.of(session.get_one(Person, team.manager.id), at=clock.now())
        found = first_steps_access.find_begun(session, actor, there.id)
        at_home = first_steps_access.find_begun(session, actor, team.home.id)
    assert found is not None
    assert at_home is not None
    assert (found.assessment_id, found.linked, found.bare_criterion) == (empty.id, False, ""), mine.id
    assert at_home.assessment_id == team.assessment.id


def test_who_has_nothing_to_be_told_leaves_the_day_of_others_as_it_is(team: Team) -> None:
    now = clock.now()
    today = now.date()
    with team.database.write() as session:
        session.add(ReminderDay(person_id=team.manager.id, of_day=today, sent_at=now))
        assert reminders.remind(session, team.settings, registry.home(), team.contributor.id, today, now=now) == 0
    with team.database.read() as session:
        assert session.get(ReminderDay, (team.manager.id, today)) is not None
        assert session.get(ReminderDay, (team.contributor.id, today)) is None
