"""Answers on their way: declared ready, reviewed, returned with a reason, accepted; and back to draft with every save."""

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.assessments.models import Assessment, StoredScore
from app.assessments.panels import Asked, Chip
from app.rubrics import registry
from tests.assignments.conftest import APPROVED, REVIEWED, Team
from tests.factories import make_organisation, make_person
from tests.signing import sign_off


def _shown(team: Team, criterion: str, by: Person) -> str:
    page = team.client.as_(by).get(f"{team.path}/criteria/{criterion}").text
    return page.split('class="work-state">')[1].split("</span>")[1].strip()


def test_an_answer_goes_from_draft_over_review_and_return_to_accepted(team: Team) -> None:
    assert _shown(team, REVIEWED, team.contributor) == "Not begun"
    team.answer(REVIEWED, team.contributor)
    assert _shown(team, REVIEWED, team.contributor) == "Draft"
    assert team.do(REVIEWED, "declare", team.contributor) == 303
    assert _shown(team, REVIEWED, team.auditor) == "Declared ready"
    assert team.do(REVIEWED, "take_up", team.auditor) == 303
    assert team.do(REVIEWED, "return", team.auditor, reason="Cite the minutes") == 303
    page = team.client.as_(team.contributor).get(f"{team.path}/criteria/{REVIEWED}").text
    assert "Cite the minutes" in page
    team.answer(REVIEWED, team.contributor, comment="See the minutes")
    assert "Cite the minutes" in team.client.get(f"{team.path}/criteria/{REVIEWED}").text
    assert _shown(team, REVIEWED, team.contributor) == "Draft"
    assert team.do(REVIEWED, "declare", team.contributor) == 303
    assert team.do(REVIEWED, "accept", team.manager) == 303
    assert _shown(team, REVIEWED, team.contributor) == "Accepted"
    assert "Cite the minutes" not in team.client.get(f"{team.path}/criteria/{REVIEWED}").text


def test_a_save_after_it_was_accepted_makes_it_a_draft_again(team: Team) -> None:
    team.answer(REVIEWED, team.contributor)
    team.do(REVIEWED, "declare", team.contributor)
    team.do(REVIEWED, "accept", team.manager)
    team.answer(REVIEWED, team.contributor, comment="One more word")
    assert _shown(team, REVIEWED, team.manager) == "Draft"


def test_a_return_needs_its_reason_and_shows_what_was_typed(team: Team) -> None:
    team.answer(REVIEWED, team.contributor)
    team.do(REVIEWED, "declare", team.contributor)
    path = f"{team.path}/criteria/{REVIEWED}/state"
    version = str(team.version(REVIEWED))
    empty = team.client.as_(team.auditor).send_form(path, {"deed": "return", "version": version, "reason": " "})
    assert empty.status_code == 422
    assert "Write what is to be changed." in empty.text
    long = team.client.send_form(path, {"deed": "return", "version": version, "reason": "x" * 60_000})
    assert long.status_code == 422
    assert "x" * 60_000 in long.text
    assert _shown(team, REVIEWED, team.auditor) == "Declared ready"


def test_nothing_empty_or_still_to_be_confirmed_is_declared_ready(team: Team) -> None:
    assert team.do(REVIEWED, "declare", team.contributor) == 409
    team.answer(REVIEWED, team.contributor, choice="")
    assert team.do(REVIEWED, "declare", team.contributor) == 409
    team.answer(REVIEWED, team.contributor, to_confirm="true")
    assert team.do(REVIEWED, "declare", team.contributor) == 409
    assert team.stated(REVIEWED) is None


def test_a_reviewer_judges_only_the_version_that_they_have_read(team: Team) -> None:
    team.answer(REVIEWED, team.contributor)
    team.do(REVIEWED, "declare", team.contributor)
    read = team.version(REVIEWED)
    team.answer(REVIEWED, team.contributor, comment="Changed")
    team.do(REVIEWED, "declare", team.contributor)
    path = f"{team.path}/criteria/{REVIEWED}/state"
    stale = team.client.as_(team.auditor).send_form(path, {"deed": "accept", "version": str(read)})
    assert stale.status_code == 409
    assert "saved again since you read it" in stale.text
    assert team.do(REVIEWED, "accept", team.auditor) == 303


def test_states_move_no_figure(team: Team) -> None:
    team.answer(REVIEWED, team.contributor)

    def score() -> tuple[object, ...]:
        with team.database.read() as session:
            row = session.get_one(StoredScore, team.assessment.id)
            return row.version, row.index, row.verdict, row.scorecard

    before = score()
    team.do(REVIEWED, "declare", team.contributor)
    team.do(REVIEWED, "accept", team.manager)
    assert score() == before


def test_each_role_does_only_its_own_deeds(team: Team) -> None:
    team.answer(REVIEWED, team.contributor)
    assert team.do(REVIEWED, "declare", team.auditor) == 403
    assert team.do(REVIEWED, "declare", team.contributor) == 303
    for deed in ("take_up", "accept", "return"):
        assert team.do(REVIEWED, deed, team.contributor, reason="x") == 403
        assert team.do(REVIEWED, deed, team.rector, reason="x") == 403
    outsider = make_person(team.database, team.settings, make_organisation(team.database))
    assert team.do(REVIEWED, "accept", outsider) == 404
    team.client.signed_out()
    assert team.client.send_form(f"{team.path}/criteria/{REVIEWED}/state", {"deed": "accept"}).status_code in {303, 401, 403}
    assert _shown(team, REVIEWED, team.manager) == "Declared ready"


def test_nonsense_changes_no_state(team: Team) -> None:
    team.answer(REVIEWED, team.contributor)
    team.client.as_(team.manager)
    path = f"{team.path}/criteria/{REVIEWED}/state"
    for form in ({}, {"deed": "explode"}, {"deed": "accept", "version": "9" * 30}, {"deed": "declare", "version": "-1"}):
        assert team.client.send_form(path, form).status_code == 422
    assert team.client.send_form(path, {"deed": "accept", "version": str(team.version(REVIEWED))}).status_code == 409
    assert team.client.send_form(f"{team.path}/criteria/no:such/state", {"deed": "declare"}).status_code == 404
    assert team.stated(REVIEWED) is None


def test_a_standard_is_accepted_as_it_was_seen(team: Team) -> None:
    for one in (REVIEWED, APPROVED):
        team.answer(one, team.contributor)
        team.do(one, "declare", team.contributor)
    page = team.client.as_(team.manager).get(f"{team.path}/progress").text
    assert "Accept all 2 answers" in page
    seen = [f"{one}={team.version(one)}" for one in (REVIEWED, APPROVED)]
    team.answer(APPROVED, team.contributor, comment="Changed since")
    team.do(APPROVED, "declare", team.contributor)
    nonsense = ["", "x", "=", "x=y", "esg-2015:policy.public=99999999999"]
    assert team.client.as_(team.manager).send_form(f"{team.path}/accept", {"seen": [*nonsense, *seen]}).status_code == 303
    assert _shown(team, REVIEWED, team.manager) == "Accepted"
    assert _shown(team, APPROVED, team.manager) == "Declared ready"


def test_approving_says_how_many_answers_nobody_has_accepted_and_stays_possible(team: Team) -> None:
    team.answer(REVIEWED, team.contributor)
    page = team.client.as_(team.manager).get(f"{team.path}/standing").text
    assert "are not accepted" in page
    assert sign_off(team.client, team.path).status_code == 303
    assert team.do(REVIEWED, "declare", team.contributor) == 409


def test_the_panel_comes_anew_with_a_save_so_that_its_buttons_are_those_of_the_new_version(team: Team) -> None:
    team.answer(REVIEWED, team.contributor)
    team.do(REVIEWED, "declare", team.contributor)
    form = {"version": str(team.version(REVIEWED)), "choice": "1"}
    answer = team.client.send_form(f"{team.path}/criteria/{REVIEWED}", form, headers={"hx-request": "true"})
    assert 'id="above-answer" hx-swap-oob' in answer.text
    assert "Draft" in answer.text
    assert "Declare ready" in answer.text


def test_the_progress_counts_each_criterion_once(team: Team) -> None:
    team.assign("standard=esg-2015:policy", to=team.contributor, due="2020-01-01")
    team.answer(REVIEWED, team.contributor)
    team.do(REVIEWED, "declare", team.contributor)
    page = team.client.as_(team.rector).get(f"{team.path}/progress").text
    row = page.split("Cora Contributor")[1].split("</tr>")[0]
    figures = [part.split("</td>")[0] for part in row.split('">')[1:]]
    total, opened, returned, answered, in_review, accepted = (int(one) for one in figures[:6])
    assert total == opened + returned + answered + in_review + accepted
    assert (answered, accepted) == (1, 0)
    assert f'<strong class="warn">{opened}</strong>' in row


def _picked(team: Team, person: Person) -> dict[str, frozenset[str]]:
    chips: tuple[Chip, ...] = team.client.app.state.chips  # type: ignore[attr-defined]  # the application's own
    with team.database.read() as session:
        assessment = session.get_one(Assessment, team.assessment.id)
        asked = Asked(session, registry.home(), Actor.of(person, at=clock.now()), assessment)
        return {chip.key: chip.pick(asked) for chip in chips}


def test_the_filters_leave_what_is_mine_returned_overdue_or_waits(team: Team) -> None:
    team.assign("standard=esg-2015:policy", to=team.contributor, due="2020-01-01")
    for one in (REVIEWED, APPROVED):
        team.answer(one, team.contributor)
        team.do(one, "declare", team.contributor)
    team.do(REVIEWED, "return", team.manager, reason="More")
    picked = _picked(team, team.contributor)
    assert {REVIEWED, APPROVED} <= picked["mine"]
    assert picked["returned"] == {REVIEWED}
    assert picked["in_review"] == {APPROVED}
    assert picked["overdue"] == picked["mine"] - {APPROVED}
    assert _picked(team, team.manager)["mine"] == frozenset()
    stranger = make_person(team.database, team.settings, make_organisation(team.database))
    assert set(_picked(team, stranger).values()) == {frozenset()}
