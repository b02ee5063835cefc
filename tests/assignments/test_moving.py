"""Assignments come along when an assessment moves to a newer edition, to what continues there; answers' states begin anew."""

from datetime import timedelta

import pytest

from app import clock
from app.accounts.models import Membership, Role
from app.assessments.models import Assessment
from app.assignments.models import AssignedCriterion, Assignment, StatedAnswer
from app.config import Settings
from app.db import Database
from app.portable.read import read_path
from app.rubrics import registry
from app.rubrics.editions import edition_map
from tests.assignments.conftest import Team
from tests.conftest import Client
from tests.factories import EXAMPLES, make_assessment, make_organisation, make_person

OLDER, NEWER = "iso-9001-2015", "iso-9001-2026"


@pytest.fixture
def team(client: Client, database: Database, settings: Settings) -> Team:
    """The sample university, whose assessment uses three rubrics."""
    home = make_organisation(database)
    manager = make_person(database, settings, home)
    contributor, auditor, rector = (
        make_person(database, settings, home, role) for role in (Role.CONTRIBUTOR, Role.INTERNAL_AUDITOR, Role.RECTOR)
    )
    sample = read_path(EXAMPLES / "paper-university.en.yaml", registry.home())
    assessment = make_assessment(database, home, sample)
    return Team(database, settings, client, home, manager, contributor, auditor, rector, assessment)


def _move(team: Team, **more: str) -> int:
    fields = {"newer": f"{NEWER}@1", **more}
    made = team.client.as_(team.manager).send_form(f"{team.path}/editions", fields)
    assert made.status_code == 303, made.text
    return int(made.headers["location"].rpartition("/")[2])


def _assigned(team: Team, number: int) -> list[Assignment]:
    with team.database.read() as session:
        return list(session.query(Assignment).filter_by(assessment_id=number).order_by(Assignment.reference))


def test_criteria_go_to_what_continues_them_and_standards_to_their_namesake(team: Team) -> None:
    soon = (clock.now() + timedelta(days=30)).date().isoformat()
    team.assign("standard=esg-2015:policy", "criterion=iso-9001-2015:7.3", to=team.contributor, due=soon)
    team.assign(f"standard={OLDER}:support", to=team.manager)
    number = _move(team)
    moved = {(one.whole, one.reference): (one.person_id, one.due and one.due.isoformat()) for one in _assigned(team, number)}
    assert moved[True, "esg-2015:policy"] == (team.contributor.id, soon)
    assert moved[False, f"{NEWER}:7.3"] == (team.contributor.id, soon)
    assert moved[True, f"{NEWER}:support"] == (team.manager.id, None)
    with team.database.read() as session:
        rubric = registry.home().rubric(f"{NEWER}@1")
        standard = next(one for one in rubric.standards if one.id == "support")
        held = next(one for one in _assigned(team, number) if one.whole and one.reference == f"{NEWER}:support")
        criteria = set(session.query(AssignedCriterion.criterion).filter_by(assignment_id=held.id).all())
    assert {name for (name,) in criteria} == {f"{NEWER}:{one.id}" for one in standard.criteria}
    assert len(team.assignments()) == 3


def test_every_assignment_of_a_criterion_finds_all_its_heirs_and_what_ended_is_left_out(team: Team) -> None:
    found = edition_map(registry.home(), f"{OLDER}@1", f"{NEWER}@1")
    parts = [f"criterion={OLDER}:{name}" for name in found.older.by_id]
    team.assign(*parts, to=team.contributor)
    number = _move(team)
    wanted = {f"{NEWER}:{step.criterion.id}" for step in found.steps if step.origin}
    assert {one.reference for one in _assigned(team, number)} == wanted


def test_the_state_of_an_answer_begins_anew_and_a_date_that_has_passed_stays_behind(team: Team) -> None:
    criterion = f"{OLDER}:7.3"
    team.assign(f"criterion={criterion}", to=team.contributor, due="2020-01-01")
    team.answer(criterion, team.contributor)
    assert team.do(criterion, "declare", team.contributor) == 303
    number = _move(team)
    assert [(one.reference, one.due) for one in _assigned(team, number)] == [(f"{NEWER}:7.3", None)]
    with team.database.read() as session:
        assert session.query(StatedAnswer).filter_by(assessment_id=number).all() == []


def test_who_may_not_answer_any_more_is_left_out(team: Team) -> None:
    team.assign(f"criterion={OLDER}:7.3", to=team.contributor)
    with team.database.write() as session:
        session.query(Membership).filter_by(person_id=team.contributor.id).delete()
    assert _assigned(team, _move(team)) == []


def test_a_copy_of_only_what_changed_gets_only_what_is_in_it(team: Team) -> None:
    team.assign(f"standard={OLDER}:support", f"criterion={OLDER}:7.3", "standard=esg-2015:policy", to=team.contributor)
    number = _move(team, changes="1")
    with team.database.read() as session:
        assert session.get_one(Assessment, number).profile
    part = registry.home().rubric(f"{NEWER}-changed@1")
    for one in _assigned(team, number):
        assert one.reference.partition(":")[0] == part.id
        names = [standard.id for standard in part.standards] if one.whole else list(part.by_id)
        assert one.reference.partition(":")[2] in names
    assert team.client.send_form(f"/assessments/{number}/take-back").status_code == 303
    assert _assigned(team, number) == []
