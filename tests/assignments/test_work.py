"""“My work”: what waits for whom, counted once, cut to a page, and only of what is theirs."""

import re

import pytest

from app import clock
from app.accounts.models import Role
from app.accounts.service import grant
from tests.assignments.conftest import REVIEWED, Team
from tests.conftest import counting
from tests.factories import make_agency, make_assessment, make_organisation, make_person
from tests.signing import reopen, sign_off

POLICY = "standard=esg-2015:policy"


def counts(team: Team, by: object, query: str = "") -> dict[str, int]:
    """How many things stand in each section."""
    page = team.client.as_(by).get(f"/work{query}")  # type: ignore[arg-type]  # a person
    assert page.status_code == 200
    found = re.findall(r'<section id="(\w+)"><h2[^>]*>[^<]*<span class="quiet">\((\d+)\)', page.text)
    return {key: int(count) for key, count in found}


def test_home_leads_to_my_work(team: Team) -> None:
    assert team.client.as_(team.contributor).get("/").headers["location"] == "/work"
    page = team.client.get("/work").text
    assert page.index('href="/work">') < page.index('href="/assessments">')


def test_each_section_holds_what_waits_for_the_person(team: Team) -> None:
    team.assign(POLICY, to=team.contributor, due="2020-01-01")
    before = counts(team, team.contributor)
    assert before["overdue"] == before["unanswered"] + before["undeclared"]
    team.answer(REVIEWED, team.contributor)
    assert counts(team, team.contributor) == {
        **before,
        "unanswered": before["unanswered"] - 1,
        "without_evidence": 1,
        "undeclared": before["undeclared"] + 1,
    }
    team.do(REVIEWED, "declare", team.contributor)
    after = counts(team, team.contributor)
    assert after["overdue"] == before["overdue"] - 1
    assert counts(team, team.auditor) == {"to_review": 1}
    team.do(REVIEWED, "return", team.auditor, reason="Cite the minutes")
    page = team.client.as_(team.contributor).get("/work").text
    assert "Cite the minutes" in page
    assert counts(team, team.contributor)["returned"] == 1
    assert counts(team, team.auditor) == {}


def test_the_first_useful_action_is_two_clicks_away(team: Team) -> None:
    team.assign(f"criterion={REVIEWED}", to=team.contributor)
    page = team.client.as_(team.contributor).get(team.client.get("/").headers["location"]).text
    links = re.findall(r'<li><p><a class="govuk-link" href="([^"]+)"', page)
    assert links[0] == f"{team.path}/criteria/{REVIEWED}"
    assert team.client.get(links[0]).status_code == 200


def test_what_is_returned_waits_for_who_answered_when_it_is_assigned_to_nobody(team: Team) -> None:
    team.answer(REVIEWED, team.contributor)
    team.do(REVIEWED, "declare", team.contributor)
    team.do(REVIEWED, "return", team.manager, reason="More")
    assert counts(team, team.contributor) == {"returned": 1}
    assert "returned" not in counts(team, team.manager)


def test_nothing_waits_in_what_is_approved_deleted_or_somebody_elses(team: Team) -> None:
    team.assign(POLICY, to=team.contributor)
    assert counts(team, team.contributor)
    elsewhere = make_organisation(team.database)
    stranger = make_person(team.database, team.settings, elsewhere)
    make_assessment(team.database, elsewhere)
    assert counts(team, stranger) == {}
    sign_off(team.client.as_(team.manager), team.path)
    assert counts(team, team.contributor) == {}
    reopen(team.client.as_(team.manager), team.path)
    assert counts(team, team.contributor)
    title = "Small example"
    page = team.client.as_(team.manager).get(f"{team.path}/standing").text
    title = page.split("Type its title: ")[1].split("<")[0]
    team.client.send_form(f"{team.path}/delete", {"name": title})
    assert counts(team, team.contributor) == {}


def test_a_section_is_shown_whole_by_pages_and_an_unknown_one_is_the_page_of_all(team: Team) -> None:
    every = [f"standard={one}" for one in ("esg-2015:policy",)]
    team.assign(*every, to=team.contributor)
    total = counts(team, team.contributor)["unanswered"]
    whole = team.client.get("/work?show=unanswered").text
    assert whole.count("<li><p>") == total
    assert team.client.get("/work?show=unanswered&page=99999999").status_code == 200
    assert counts(team, team.contributor, "?show=nonsense") == counts(team, team.contributor)
    assert team.client.get("/work?show=unanswered&page=x").status_code == 422


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.QUALITY_MANAGER, "Begin an assessment"), (Role.CONTRIBUTOR, "Your quality manager begins one")],
)
def test_who_has_nothing_to_do_is_told_what_to_do_first(team: Team, role: Role, words: str) -> None:
    person = make_person(team.database, team.settings, make_organisation(team.database), role)
    assert words in team.client.as_(person).get("/work").text


def test_a_guest_is_told_where_shared_assessments_stand(team: Team) -> None:
    reviewer = make_person(team.database, team.settings, make_agency(team.database), Role.REVIEWER)
    assert "stand in the list of assessments" in team.client.as_(reviewer).get("/work").text


def test_what_a_guest_is_told_follows_neither_from_a_colleagues_role_nor_from_a_role_elsewhere(team: Team) -> None:
    agency = make_agency(team.database)
    make_person(team.database, team.settings, agency, Role.QUALITY_MANAGER)
    reviewer = make_person(team.database, team.settings, agency, Role.REVIEWER)
    with team.database.write() as session:
        grant(session, reviewer, team.home, Role.CONTRIBUTOR, now=clock.now())
    team.client.as_(reviewer).send_form("/switch", {"organisation_id": str(agency.id)})
    assert "stand in the list of assessments" in team.client.get("/work").text


def test_who_belongs_nowhere_is_led_on(team: Team) -> None:
    nobody = make_person(team.database, team.settings)
    assert team.client.as_(nobody).get("/").headers["location"] == "/assessments"
    assert team.client.get("/work").headers["location"] == "/assessments"
    assert team.client.signed_out().get("/work").status_code in {303, 401}


def test_the_number_of_queries_does_not_grow_with_the_assessments(team: Team) -> None:
    team.assign(POLICY, to=team.contributor, due="2020-01-01")
    team.client.as_(team.contributor).get("/work")

    def queries() -> int:
        with counting(team.database.engine) as counted:
            team.client.as_(team.contributor).get("/work")
        return len(counted)

    before = queries()
    first = team.assessment
    for _number in range(3):
        team.assessment = make_assessment(team.database, team.home)
        team.assign(POLICY, to=team.contributor, due="2020-01-01")
    team.assessment = first
    assert counts(team, team.contributor)["overdue"] > 4
    assert queries() == before
