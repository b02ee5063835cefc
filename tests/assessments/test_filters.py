"""Filters of criteria in the URL: what each leaves, what several leave, and that everything keeps them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.accounts.models import Organisation
from app.assessments import chips
from app.assessments.models import Assessment
from app.assessments.panels import Chip
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, small


@pytest.fixture
def assessment(client: Client, database: Database, settings: Settings) -> Assessment:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    return make_assessment(database, organisation)


def _tree(text: str) -> list[str]:
    tree = text.split('<nav class="tree"')[1].split("</nav>", maxsplit=1)[0]
    return re.findall(r'href="\./([^"?]+)', tree)


def _count(text: str, key: str) -> int:
    found = re.search(rf'show={key}[^>]*>[^<]*(?:<span[^>]*>[^<]*</span>)*[^<]*<span class="chip__count">(\d+)', text)
    assert found is not None, key
    return int(found[1])


def _card(client: Client, assessment: Assessment) -> dict[str, dict[str, object]]:
    card = client.get(f"/api/v1/assessments/{assessment.id}/scorecard").json()
    return {
        f"{rubric['rubric']}:{one['id']}": one
        for rubric in card["rubrics"]
        for standard in rubric["standards"]
        for one in standard["criteria"]
    }


def _opened(client: Client, assessment: Assessment, query: str) -> str:
    place = client.get(f"/assessments/{assessment.id}/criteria?{query}").headers["location"]
    return client.get(place).text


@pytest.mark.parametrize(
    ("key", "test"),
    [
        ("unanswered", lambda one: one["state"] == "unanswered"),
        ("blockers", lambda one: one["blocker"]),
        ("evidence_gap", lambda one: one["cause"] in {"evidence", "both"}),
    ],
)
def test_a_chip_leaves_what_the_scorecard_says_and_counts_it(
    client: Client, assessment: Assessment, key: str, test: Callable[[dict[str, object]], bool]
) -> None:
    expected = [name for name, one in _card(client, assessment).items() if test(one)]
    page = _opened(client, assessment, f"show={key}")
    assert expected
    assert _tree(page) == expected
    assert _count(client.get(f"/assessments/{assessment.id}").text, key) == len(expected)


def test_what_is_answered_without_evidence_to_be_confirmed_or_rests_on_expired_evidence(
    client: Client, assessment: Assessment
) -> None:
    answers = client.get(f"/assessments/{assessment.id}/export.json").json()
    cited = {
        name: [one if isinstance(one, str) else one["id"] for one in answer.get("evidence", [])]
        for name, answer in answers["answers"].items()
    }
    levels = {name for name, answer in answers["answers"].items() if answer.get("level") is not None}
    expired = {name for name, item in answers["evidence"].items() if (item.get("valid_until") or "9999") < answers["date"]}
    marked = {name for name, answer in answers["answers"].items() if answer.get("to_confirm")}
    assert set(_tree(_opened(client, assessment, "show=to_confirm"))) == marked
    assert _count(client.get(f"/assessments/{assessment.id}").text, "expired") == sum(
        bool(expired & set(codes)) for codes in cited.values()
    )
    assert _count(client.get(f"/assessments/{assessment.id}").text, "without_evidence") == sum(not cited[name] for name in levels)


def test_several_chips_leave_what_all_of_them_leave(client: Client, assessment: Assessment) -> None:
    one, other = (set(_tree(_opened(client, assessment, f"show={key}"))) for key in ("unanswered", "blockers"))
    assert one & other
    assert set(_tree(_opened(client, assessment, "show=unanswered&show=blockers"))) == one & other


def test_next_previous_and_save_and_go_on_keep_the_filters(client: Client, assessment: Assessment) -> None:
    place = client.get(f"/assessments/{assessment.id}/criteria?show=unanswered").headers["location"]
    page = client.get(place).text
    second = _tree(page)[1]
    assert f'/criteria/{second}?show=unanswered"' in page.split('<nav class="around"')[1]
    fields = {"version": "0", "choice": "1", "go": second}
    assert client.send_form(place, fields).headers["location"].endswith(f"/criteria/{second}?show=unanswered")


def test_filters_that_leave_nothing_say_so(client: Client, assessment: Assessment) -> None:
    page = client.get(f"/assessments/{assessment.id}/criteria?show=unanswered&show=to_confirm&show=evidence_gap")
    assert page.status_code == 200
    assert "No criterion fits these filters" in page.text


@pytest.mark.parametrize("query", ["show=", "show=none", "show=" + "x" * 5000, "show=%00", "show=unanswered&show=unanswered"])
def test_filters_that_nobody_knows_are_left_out(client: Client, assessment: Assessment, query: str) -> None:
    assert client.get(f"/assessments/{assessment.id}/criteria?{query}").status_code == 303


def test_a_room_adds_a_chip_of_its_own(client: Client, app: FastAPI, assessment: Assessment) -> None:
    wanted = next(iter(_card(client, assessment)))
    chip = Chip("mine", lambda: "Mine", lambda _asked: frozenset({wanted}))
    before, app.state.chips = app.state.chips, (chip,)
    try:
        assert _tree(_opened(client, assessment, "show=mine")) == [wanted]
        assert _count(client.get(f"/assessments/{assessment.id}").text, "mine") == 1
    finally:
        app.state.chips = before


def test_every_chip_has_its_own_key() -> None:
    keys = [one.key for one in chips.CORE]
    assert len(set(keys)) == len(keys)


def test_what_another_assessment_cites_neither_backs_a_criterion_nor_lets_it_expire(
    client: Client, database: Database, assessment: Assessment
) -> None:
    answers = {name: one.model_copy(update={"evidence": ()}) for name, one in small().answers.items()}
    with database.write() as session:
        organisation = session.get_one(Organisation, assessment.organisation_id)
        old = {"valid_until": assessment.date - timedelta(days=1), "valid_from": None}
        session.execute(update(EvidenceItem).where(EvidenceItem.organisation_id == organisation.id).values(old))
    bare = make_assessment(database, organisation, small().model_copy(update={"answers": answers, "actions": ()}))
    citing, other = (_opened(client, one, "") for one in (assessment, bare))
    assert _count(citing, "expired") > 0
    assert _count(other, "expired") == 0
    assert _count(other, "without_evidence") == sum(one["state"] == "answered" for one in _card(client, bare).values())
    assert _count(citing, "without_evidence") < _count(other, "without_evidence")
