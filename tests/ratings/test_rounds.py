"""Rounds of ratings: blind while they are open, side by side when they are closed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Person, Role
from app.assessments.models import WithheldAssessment
from app.config import Settings
from app.db import Database
from app.ratings import access, service
from app.ratings.forms import RatingForm
from app.ratings.service import RoundState
from app.rubrics import registry
from tests.conftest import Client
from tests.factories import make_agency, make_assessment, make_organisation, make_person, make_unit
from tests.ratings.scene import FIRST, Scene

SECOND = "esg-2015:policy.public"
CANARY = "canary-note-of-a-rater"


@pytest.fixture
def scene(client: Client, database: Database, settings: Settings) -> Scene:
    return Scene(client, database, settings)


def _channels(scene: Scene) -> list[str]:
    path, api = scene.path, f"/api/v1{scene.path}"
    reports = [f"{path}/report.{ending}?kind={kind}" for ending in ("html", "json") for kind in ("full", "summary")]
    sections = ("results", "gaps", "plan", "summary", "evidence", "coverage", "downloads", "standing", "trail", "editions")
    return [
        path, f"{path}/criteria/{FIRST}", f"{path}/history/{FIRST}", f"{path}/export.yaml", f"{path}/export.json",
        *reports, *(f"{path}/{section}" for section in sections),
        api, f"{api}/scorecard", f"{api}/answers/{FIRST}", f"{api}/actions",
    ]  # fmt: skip


def test_a_blind_rater_finds_no_page_and_no_file_that_shows_a_level(scene: Scene) -> None:
    scene.open(scene.one)
    scene.client.as_(scene.one)
    assert {url: scene.client.get(url).status_code for url in _channels(scene)} == dict.fromkeys(_channels(scene), 403)
    assert scene.path not in scene.client.get("/assessments").text
    assert scene.client.get("/api/v1/assessments").json() == []
    # The other auditor, who was not invited, sees it as ever.
    scene.client.as_(scene.other)
    assert {scene.client.get(url).status_code for url in _channels(scene)} == {200}
    assert scene.path in scene.client.get("/assessments").text


def test_who_rates_one_assessment_blind_reads_the_others_as_ever(scene: Scene, database: Database) -> None:
    neighbour = make_assessment(database, scene.home)
    scene.open(scene.one)
    scene.client.as_(scene.one)
    assert f"/assessments/{neighbour.id}" in scene.client.get("/assessments").text
    assert scene.path not in scene.client.get("/assessments").text
    assert scene.client.get(f"/assessments/{neighbour.id}/results").status_code == 200


def test_the_pages_for_rating_show_what_was_written_and_no_level(scene: Scene) -> None:
    scene.client.as_(scene.manager)
    texts = []
    for level in ("1", "4"):
        version = scene.client.get(f"/api/v1{scene.path}/answers/{SECOND}").json()["version"]
        answer = {"choice": level, "comment": "What is written", "version": str(version)}
        assert scene.client.send_form(f"{scene.path}/criteria/{SECOND}", answer).status_code == 303
        if level == "1":
            scene.open(scene.one)
        token = scene.client.as_(scene.one).token
        pages = (f"{scene.ratings}/mine/{SECOND}", f"{scene.ratings}/mine", scene.ratings, "/ratings")
        texts.append([scene.client.get(page).text.replace(token, "") for page in pages])
        scene.client.as_(scene.manager)
    assert texts[0] == texts[1], "the same page whatever the level is"
    assert "What is written" in texts[0][0]
    assert " checked" not in texts[0][0], "nothing is chosen beforehand"


def test_nobody_sees_anothers_rating_before_the_round_is_closed(scene: Scene) -> None:
    scene.open(scene.one, scene.other)
    assert scene.rate(scene.one, level=4, note=CANARY) == 303
    urls = [scene.ratings, *_channels(scene)]
    for person in (scene.manager, scene.contributor, scene.other):
        scene.client.as_(person)
        for url in [*urls, f"{scene.ratings}/mine/{FIRST}", f"{scene.ratings}/mine"]:
            assert CANARY not in scene.client.get(url).text
    assert "How raters see it" not in scene.client.as_(scene.manager).get(f"{scene.path}/criteria/{FIRST}").text
    assert scene.client.get(f"{scene.path}/export.json").json().get("raters") is None
    scene.rate(scene.other, level=1)
    assert (scene.finish(scene.one), scene.is_open()) == (303, True)
    assert CANARY not in scene.client.as_(scene.other).get(scene.ratings).text
    assert scene.client.as_(scene.one).get(scene.path).status_code == 403, "who has finished stays blind to what is not closed"
    assert (scene.finish(scene.other), scene.is_open()) == (303, False)
    for person in (scene.manager, scene.contributor, scene.one, scene.other):
        assert CANARY in scene.client.as_(person).get(scene.ratings).text
        assert "How raters see it" in scene.client.get(f"{scene.path}/criteria/{FIRST}").text
        assert scene.client.get(scene.path).status_code == 200


def test_a_closed_round_stands_in_the_file_by_role_and_comes_in_again_from_it(scene: Scene) -> None:
    scene.open(scene.one, scene.other)
    scene.rate(scene.one, level=4, note=CANARY)
    scene.rate(scene.other, SECOND, level=0)
    scene.client.as_(scene.manager).send_form(f"{scene.ratings}/close")
    text = scene.client.get(f"{scene.path}/export.json").text
    file = scene.client.get(f"{scene.path}/export.json").json()
    expected = {
        "internal_auditor-1": {"role": "internal_auditor", "levels": {FIRST: 4}},
        "internal_auditor-2": {"role": "internal_auditor", "levels": {SECOND: 0}},
    }
    assert file["raters"] == expected
    assert CANARY not in text
    assert scene.one.name not in str(file["raters"])
    again = scene.client.post(
        f"/api/v1/organisations/{scene.home.id}/assessments",
        json=file,
        headers={"x-csrf-token": scene.client.token, "origin": "http://testserver", "sec-fetch-site": "same-origin"},
    )
    assert again.status_code == 201, again.text
    copy = f"/assessments/{again.json()['id']}"
    assert scene.client.get(f"{copy}/export.json").json()["raters"] == expected
    # A round of the copy stands beside the raters that came with the file.
    scene.client.send_form(f"{copy}/ratings/open")
    scene.client.send_form(f"{copy}/ratings/raters", {"rater_role": "internal_auditor", "person_id": str(scene.one.id)})
    scene.client.as_(scene.one).send_form(f"{copy}/ratings/mine/{FIRST}", {"level": "2"})
    scene.client.as_(scene.manager).send_form(f"{copy}/ratings/close")
    raters = scene.client.get(f"{copy}/export.json").json()["raters"]
    assert raters == expected | {"internal_auditor-3": {"role": "internal_auditor", "levels": {FIRST: 2}}}


def test_a_new_round_takes_the_place_of_the_last_one_in_the_file(scene: Scene) -> None:
    for level in (1, 2):
        scene.open(scene.one)
        assert scene.rate(scene.one, level=level) == 303
        assert scene.client.as_(scene.manager).send_form(f"{scene.ratings}/close").status_code == 303
    raters = scene.client.get(f"{scene.path}/export.json").json()["raters"]
    assert raters == {"internal_auditor-1": {"role": "internal_auditor", "levels": {FIRST: 2}}}
    assert "Round 2" in scene.client.get(scene.ratings).text


def test_who_was_removed_sees_the_answers_and_cannot_come_back_in_this_round(scene: Scene) -> None:
    scene.open(scene.one, scene.other)
    scene.rate(scene.one)
    number = scene.rater_id(scene.one)
    assert scene.client.as_(scene.manager).send_form(f"{scene.ratings}/raters/{number}/remove").status_code == 303
    assert scene.client.send_form(f"{scene.ratings}/raters/{number}/remove").status_code == 404
    assert scene.invite(person_id=str(scene.one.id)) == 409
    assert scene.client.as_(scene.one).get(scene.path).status_code == 200
    assert scene.rate(scene.one) == 404
    scene.rate(scene.other)
    scene.finish(scene.other)
    assert scene.is_open(), "one rater alone does not close a round"
    scene.client.as_(scene.manager).send_form(f"{scene.ratings}/close")
    assert list(scene.client.get(f"{scene.path}/export.json").json()["raters"]) == ["internal_auditor-1"]


def test_removing_the_one_who_has_not_finished_closes_the_round(scene: Scene) -> None:
    scene.open(scene.one, scene.other, scene.contributor)
    for person in (scene.one, scene.other):
        scene.rate(person)
        scene.finish(person)
    assert scene.is_open()
    number = scene.rater_id(scene.contributor)
    scene.client.as_(scene.manager).send_form(f"{scene.ratings}/raters/{number}/remove")
    assert not scene.is_open()


def test_the_state_of_a_round_is_kept(scene: Scene) -> None:
    scene.client.as_(scene.manager)
    assert scene.client.send_form(f"{scene.ratings}/close").status_code == 409
    assert scene.invite(person_id=str(scene.one.id)) == 409
    scene.open(scene.one)
    assert scene.client.send_form(f"{scene.ratings}/open").status_code == 409
    assert scene.finish(scene.one) == 409, "nothing was rated yet"
    assert scene.rate(scene.one) == 303
    assert scene.finish(scene.one) == 303
    assert scene.finish(scene.one) == 409
    assert scene.rate(scene.one, level=0) == 409
    scene.client.as_(scene.manager).send_form(f"{scene.ratings}/close")
    assert scene.client.send_form(f"{scene.ratings}/close").status_code == 409
    assert scene.rate(scene.one) == 404


def test_two_who_finish_at_once_close_the_round_once(scene: Scene, database: Database) -> None:
    scene.open(scene.one, scene.other)
    for person in (scene.one, scene.other):
        scene.rate(person)

    def finish(person: Person) -> None:
        with database.write() as session:
            actor = Actor.of(person, at=clock.now())
            service.finish(session, access.get_seat(session, actor, scene.assessment.id), actor, now=clock.now())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(finish, (scene.one, scene.other)))
    assert not scene.is_open()
    assert scene.client.as_(scene.manager).get(f"{scene.path}/trail").text.count("Round 1 of ratings closed") == 1
    with database.read() as session:
        assert session.query(WithheldAssessment).filter_by(assessment_id=scene.assessment.id).count() == 0


def test_a_rating_that_meets_the_closing_is_refused(scene: Scene, database: Database) -> None:
    scene.open(scene.one)
    actor = Actor.of(scene.one, at=clock.now())
    with database.read() as session:
        seat = access.get_seat(session, actor, scene.assessment.id)
    scene.client.as_(scene.manager).send_form(f"{scene.ratings}/close")
    with pytest.raises(RoundState), database.write() as session:
        service.rate(session, registry.home(), seat, FIRST, RatingForm(level=1), actor, now=clock.now())


def test_a_guest_rates_what_is_shown_to_them_and_sees_only_themself_until_it_is_closed(
    scene: Scene, database: Database, settings: Settings
) -> None:
    agency = make_agency(database)
    reviewer = make_person(database, settings, agency, Role.REVIEWER)
    assert scene.client.as_(scene.manager).send_form(f"{scene.ratings}/open").status_code == 303
    assert scene.invite("panel", email=reviewer.email) == 409, "it is not shown to them"
    scene.client.send_form(f"{scene.path}/shares", {"agency_id": str(agency.id)})
    assert scene.client.as_(reviewer).get(scene.ratings).status_code == 403
    assert scene.invite("panel", email=reviewer.email) == 303
    assert scene.invite("panel", email="nobody@example.org") == 409
    assert scene.invite(person_id=str(scene.one.id)) == 303
    scene.client.as_(reviewer)
    assert scene.client.get(scene.path).status_code == 403
    assert scene.client.get(f"{scene.ratings}/mine/{FIRST}").status_code == 200
    assert f"({scene.one.name})" not in scene.client.get(scene.ratings).text
    scene.rate(reviewer)
    scene.client.as_(scene.manager).send_form(f"{scene.ratings}/close")
    assert scene.client.as_(reviewer).get(scene.ratings).status_code == 200
    assert scene.client.get(scene.path).status_code == 200


def test_who_may_not_is_refused_and_outsiders_find_nothing(scene: Scene, database: Database, settings: Settings) -> None:
    stranger = make_person(database, settings, make_organisation(database))
    scene.open(scene.one)
    number = scene.rater_id(scene.one)
    posts = [f"{scene.ratings}/{end}" for end in ("open", "raters", f"raters/{number}/remove", "close")]
    mine = [f"{scene.ratings}/mine/finish", f"{scene.ratings}/mine/{FIRST}"]
    scene.client.as_(scene.contributor)
    assert {scene.client.send_form(url).status_code for url in posts} == {403}
    assert {scene.client.send_form(url, {"level": "1"}).status_code for url in mine} == {404}
    scene.client.as_(stranger)
    assert {scene.client.send_form(url).status_code for url in [*posts, *mine]} == {404}
    assert {scene.client.get(url).status_code for url in (scene.ratings, f"{scene.ratings}/mine", mine[1])} == {404}
    scene.client.signed_out()
    assert scene.client.get(scene.ratings).status_code in {303, 401}
    assert scene.client.get("/ratings").status_code in {303, 401}
    assert scene.is_open()


@pytest.mark.parametrize("level", ["", "5", "-1", "x", "9" * 400, "1.5"])
def test_a_level_that_does_not_exist_comes_back_with_what_was_typed(scene: Scene, level: str) -> None:
    scene.open(scene.one)
    scene.client.as_(scene.one)
    answer = scene.client.send_form(f"{scene.ratings}/mine/{FIRST}", {"level": level, "note": "typed before"})
    assert answer.status_code == 422
    assert "typed before" in answer.text
    assert scene.client.get(f"{scene.ratings}/mine/esg-2015:none").status_code == 404
    assert scene.rate(scene.one, level=1, note="x" * 20_001) == 422


def test_who_rates_for_the_house_has_a_role_that_reaches_the_assessments_unit(
    scene: Scene, database: Database, settings: Settings
) -> None:
    faculty = make_unit(database, scene.home)
    department, sibling = make_unit(database, scene.home, faculty), make_unit(database, scene.home)
    assessment = make_assessment(database, scene.home, unit=department)
    scene.path = f"/assessments/{assessment.id}"
    scene.ratings = f"{scene.path}/ratings"
    above, beside = (make_person(database, settings, scene.home, Role.INTERNAL_AUDITOR, one) for one in (faculty, sibling))
    scene.open(above)
    offered = scene.client.get(scene.ratings).text.split('name="person_id"')[1].split("</select>")[0]
    assert f'<option value="{scene.one.id}"' in offered
    assert f'<option value="{beside.id}"' not in offered
    assert scene.invite(person_id=str(beside.id)) == 409


def test_bad_invitations_are_told(scene: Scene) -> None:
    scene.open()
    assert scene.invite() == 409
    assert scene.invite(person_id="999999999") == 409
    assert scene.invite(person_id="9" * 30) == 422
    assert scene.invite("emperor", person_id=str(scene.one.id)) == 422
    assert scene.invite(email="no address") == 422
    assert scene.client.send_form(f"{scene.ratings}/raters/999999999/remove").status_code == 404


def test_a_manager_who_rates_is_blind_too_and_can_still_close(scene: Scene) -> None:
    scene.open(scene.manager)
    assert scene.client.get(scene.path).status_code == 403
    assert scene.client.get(scene.ratings).status_code == 200
    assert scene.client.send_form(f"{scene.ratings}/close").status_code == 303
    assert scene.client.get(scene.path).status_code == 200
