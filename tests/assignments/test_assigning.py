"""Who answers what by when: assigned, changed, taken away, and by nobody who may not."""

import pytest

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Membership, Role
from app.accounts.people import take_away
from app.assessments.models import Assessment
from app.assignments import access
from app.assignments.models import Assignment
from app.audit.models import AuditEvent
from tests.assignments.conftest import APPROVED, REVIEWED, Team
from tests.factories import make_agency, make_organisation, make_person, make_unit
from tests.signing import sign_off

STANDARD = "standard=esg-2015:policy"


def _who(team: Team) -> dict[str, set[int | None]]:
    """The people who count for each criterion."""
    with team.database.read() as session:
        found: dict[str, set[int | None]] = {}
        assessment = session.get_one(Assessment, team.assessment.id)
        for criterion, number in access.counting_for(session, assessment):
            found.setdefault(criterion, set()).add(session.get_one(Assignment, number).person_id)
        return found


def test_a_standard_and_criteria_are_assigned_at_once_and_shown_with_who_and_when(team: Team) -> None:
    team.assign(STANDARD, "criterion=esg-2015:" + "staff.recruitment", to=team.contributor, due="2027-03-01")
    page = team.client.get(f"{team.path}/assignments").text
    assert page.count("Cora Contributor") > 2
    assert "2027-03-01<br>" in page
    assert {one.whole for one in team.assignments()} == {True, False}


def test_a_criterion_assigned_by_itself_wins_over_its_standards(team: Team) -> None:
    team.assign(STANDARD, to=team.contributor)
    team.assign(f"criterion={REVIEWED}", to=team.manager)
    who = _who(team)
    assert who[REVIEWED] == {team.manager.id}
    assert who[APPROVED] == {team.contributor.id}
    team.client.send_form(f"{team.path}/assignments/{team.assignments()[1].id}/remove")
    assert _who(team)[REVIEWED] == {team.contributor.id}


def test_several_may_share_a_criterion_and_the_same_person_is_not_given_it_twice(team: Team) -> None:
    team.assign(f"criterion={REVIEWED}", to=team.contributor, due="2027-03-01")
    team.assign(f"criterion={REVIEWED}", to=team.manager)
    team.assign(f"criterion={REVIEWED}", to=team.contributor, due="2027-04-01")
    assert _who(team)[REVIEWED] == {team.contributor.id, team.manager.id}
    assert [str(one.due) for one in team.assignments()] == ["2027-04-01", "None"]


def test_only_people_who_may_answer_can_be_given_something(team: Team) -> None:
    abroad = make_person(team.database, team.settings, make_organisation(team.database), Role.CONTRIBUTOR)
    for stranger in (team.rector, team.auditor, abroad):
        team.assign(STANDARD, to=stranger, status=422)
    assert team.assignments() == []
    page = team.client.get(f"{team.path}/assignments").text
    assert "Rinat Rector" not in page


def test_a_unit_is_offered_when_somebody_there_may_answer_and_means_everybody_there(team: Team) -> None:
    offices = make_unit(team.database, team.home, name="Office")
    empty = make_unit(team.database, team.home, name="Empty")
    form = {"part": STANDARD, "to": f"unit:{offices.id}"}
    assert team.client.as_(team.manager).send_form(f"{team.path}/assignments", form).status_code == 422
    with team.database.write() as session:
        session.add(
            Membership(person_id=team.contributor.id, organisation_id=team.home.id, role="contributor", unit_id=offices.id)
        )
    assert team.client.send_form(f"{team.path}/assignments", form).status_code == 303
    assert team.client.send_form(f"{team.path}/assignments", {**form, "to": f"unit:{empty.id}"}).status_code == 422
    with team.database.read() as session:
        assessment = session.get_one(Assessment, team.assessment.id)
        mine = access.my_criteria(session, Actor.of(team.contributor, at=clock.now()), assessment)
        others = access.my_criteria(session, Actor.of(team.manager, at=clock.now()), assessment)
    assert APPROVED in mine
    assert others == {}


def test_an_assignment_is_given_to_somebody_else_with_another_date(team: Team) -> None:
    team.assign(STANDARD, to=team.contributor, due="2027-03-01")
    one = team.assignments()[0]
    path = f"{team.path}/assignments/{one.id}"
    assert team.client.send_form(path, {"to": f"person:{team.manager.id}", "due": "2027-05-05"}).status_code == 303
    changed = team.assignments()[0]
    assert (changed.person_id, str(changed.due)) == (team.manager.id, "2027-05-05")
    team.assign(STANDARD, to=team.contributor)
    refused = team.client.send_form(path, {"to": f"person:{team.contributor.id}", "due": ""})
    assert refused.status_code == 409
    assert "assigned to them already" in refused.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"part": STANDARD},
        {"to": "person:1"},
        {"part": "standard=nowhere:x", "to": "person:1"},
        {"part": STANDARD, "to": "person:99999999999999999999"},
        {"part": STANDARD, "to": "unit:0"},
        {"part": STANDARD, "to": "person:1\n"},
        {"part": STANDARD, "to": "everybody"},
        {"part": "x" * 5000, "to": "\0", "due": "0000-00-00"},
    ],
)
def test_nonsense_is_refused_with_what_was_typed_and_assigns_nothing(team: Team, form: dict[str, str]) -> None:
    answer = team.client.as_(team.manager).send_form(f"{team.path}/assignments", form)
    assert answer.status_code == 422
    assert team.assignments() == []


def test_a_wrong_date_comes_back_as_it_was_typed_with_what_was_chosen(team: Team) -> None:
    form = {"part": f"criterion={REVIEWED}", "to": f"person:{team.contributor.id}", "due": "31.02.2027"}
    answer = team.client.as_(team.manager).send_form(f"{team.path}/assignments", form)
    assert answer.status_code == 422
    assert 'value="31.02.2027"' in answer.text
    assert f'value="criterion={REVIEWED}" checked' in answer.text


def test_outsiders_find_nothing_and_those_who_only_read_change_nothing(team: Team) -> None:
    team.assign(STANDARD, to=team.contributor)
    number = team.assignments()[0].id
    forms = (("/assignments", {"part": STANDARD, "to": "person:1"}), (f"/assignments/{number}", {"to": "person:1"}))
    posts: tuple[tuple[str, dict[str, str]], ...] = (
        *forms,
        (f"/assignments/{number}/remove", {}),
        ("/accept", {"seen": f"{APPROVED}=1"}),
    )
    outsider = make_person(team.database, team.settings, make_organisation(team.database))
    for person, status in ((outsider, 404), (team.rector, 403)):
        team.client.as_(person)
        for path, form in posts:
            assert team.client.send_form(team.path + path, form).status_code == status
        page = team.client.get(f"{team.path}/assignments")
        assert page.status_code == (404 if status == 404 else 200)
        assert "Change" not in page.text
    team.client.signed_out()
    assert all(team.client.send_form(team.path + path, form).status_code in {303, 401, 403} for path, form in posts)
    assert len(team.assignments()) == 1


def test_guests_see_nothing_of_who_works_on_what(team: Team) -> None:
    team.assign(STANDARD, to=team.contributor)
    agency = make_agency(team.database)
    reviewer = make_person(team.database, team.settings, agency, Role.REVIEWER)
    team.client.send_form(f"{team.path}/shares", {"agency_id": str(agency.id)})
    team.client.as_(reviewer)
    assert team.client.get(f"{team.path}/assignments").status_code == 403
    assert team.client.get(f"{team.path}/progress").status_code == 403
    page = team.client.get(f"{team.path}/criteria/{APPROVED}")
    assert page.status_code == 200
    assert "Cora Contributor" not in page.text
    assert "work-panel" not in page.text
    assert f"{team.path}/assignments" not in page.text


def test_an_approved_assessment_is_assigned_to_nobody(team: Team) -> None:
    sign_off(team.client.as_(team.manager), team.path)
    team.assign(STANDARD, to=team.contributor, status=409)


def test_who_may_not_answer_any_more_is_named_for_the_quality_manager_to_replace(team: Team) -> None:
    team.assign(STANDARD, to=team.contributor)
    with team.database.write() as session:
        row = session.query(Membership).filter_by(person_id=team.contributor.id).one()
        take_away(session, team.home.id, row.id, Actor.of(team.manager, at=clock.now()), now=clock.now())
    page = team.client.as_(team.manager).get(f"{team.path}/assignments").text
    assert "may not answer here any more" in page


def test_each_change_stands_in_the_trail_and_names_nobody(team: Team) -> None:
    team.assign(STANDARD, to=team.contributor, due="2027-03-01")
    number = team.assignments()[0].id
    team.client.send_form(f"{team.path}/assignments/{number}", {"to": f"person:{team.manager.id}", "due": ""})
    team.client.send_form(f"{team.path}/assignments/{number}/remove")
    with team.database.read() as session:
        rows = session.query(AuditEvent).filter_by(chain=team.home.id, subject=f"assessment:{team.assessment.id}")
        kinds = [one.kind for one in rows.order_by(AuditEvent.id) if one.kind.startswith("assignment")]
        assert all("Cora" not in str(one.data) for one in rows)
    assert kinds == ["assignment.made", "assignment.changed", "assignment.taken_away"]
