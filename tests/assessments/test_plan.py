"""The plan over HTTP: what an action holds, that a gap has one live action, the board, the filters, and what if."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import clock
from app.accounts.models import Organisation, Person, Role
from app.assessments.models import Assessment, PlannedAction, StoredScore
from app.assessments.transfer import as_it_stands
from app.config import Settings
from app.db import Database
from app.portable.read import read
from app.portable.write import to_yaml
from app.rubrics import registry
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, small

FREE = "esg-2015:policy.review"
OTHER = "esg-2015:policy.roles"
PLANNED = small().actions[0].criterion


@dataclass(frozen=True)
class Here:
    client: Client
    database: Database
    settings: Settings
    organisation: Organisation
    assessment: Assessment
    person: Person

    @property
    def url(self) -> str:
        return f"/assessments/{self.assessment.id}"

    def actions(self) -> list[PlannedAction]:
        query = select(PlannedAction).where(PlannedAction.assessment_id == self.assessment.id).order_by(PlannedAction.id)
        with self.database.read() as session:
            return list(session.scalars(query))

    def plan(self, criterion: str = FREE, **fields: Any) -> Any:
        return self.client.send_form(f"{self.url}/actions", {"criterion": criterion, "what": "Do it", **fields})


@pytest.fixture
def here(client: Client, database: Database, settings: Settings) -> Here:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    person = make_person(database, settings, organisation, name="Ayan Sample")
    client.as_(person)
    return Here(client, database, settings, organisation, assessment, person)


def _day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


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
        ({"effort": "0"}, "Please choose one of the answers offered."),
        ({"effort": "half"}, "Please choose one of the answers offered."),
        ({"expected_level": "5"}, "Please choose one of the answers offered."),
        ({"evidence_note_1": "without a kind"}, "This cannot be used here."),
        ({"what": " "}, "There is a problem"),
        ({"status": "begun"}, "Please choose one of the answers offered."),
        ({"what": "x\x00y"}, "There is a problem"),
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


def test_an_owner_who_was_erased_stays_a_number(here: Here) -> None:
    here.plan(owner_id=str(here.person.id))
    with here.database.write() as session:
        session.get_one(Person, here.person.id).name = ""
    assert f"#{here.person.id}" in here.client.get(f"{here.url}/plan").text
    with here.database.read() as session:
        assessment = session.get_one(Assessment, here.assessment.id, options=_rubrics())
        assert as_it_stands(session, assessment).actions[-1].owner == f"#{here.person.id}"


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


def test_a_button_moves_an_action_on_the_board_and_leads_back_to_it(here: Here) -> None:
    action = here.actions()[0]
    assert here.client.get(f"{here.url}/plan?view=board").text.count("/status") > 0
    moved = here.client.send_form(
        f"{here.url}/actions/{action.id}/status", {"status": "in_progress", "version": "1", "only": "soon"}
    )
    assert (moved.status_code, moved.headers["location"]) == (303, f"{here.url}/plan?view=board&only=soon")
    assert (here.actions()[0].status, here.actions()[0].version) == ("in_progress", 2)


def test_a_move_from_a_board_that_is_out_of_date_changes_nothing(here: Here) -> None:
    action = here.actions()[0]
    address = f"{here.url}/actions/{action.id}/status"
    here.client.send_form(address, {"status": "in_progress", "version": "1"})
    stale = here.client.send_form(address, {"status": "done", "version": "1"})
    assert stale.status_code == 409
    assert here.actions()[0].status == "in_progress"


def test_dropping_on_the_board_asks_for_the_reason(here: Here) -> None:
    action = here.actions()[0]
    asked = here.client.send_form(f"{here.url}/actions/{action.id}/status", {"status": "dropped", "version": "1"})
    assert asked.status_code == 422
    assert "A dropped action needs a reason" in asked.text
    assert re.search(r'<option value="dropped" selected>', asked.text)
    assert here.actions()[0].status == "open"


def test_filters_leave_what_they_say_and_count_it(here: Here) -> None:
    for action in here.actions():
        here.client.send_form(f"{here.url}/actions/{action.id}/delete")
    here.plan(FREE, what="Late one", due=_day(-12), owner_id=str(here.person.id))
    here.plan(OTHER, what="Soon one", due=_day(20), owner="Dean")
    here.plan("esg-2015:policy.approved", what="Bare one")
    wanted = {"mine": "Late", "overdue": "Late", "soon": "Soon", "no-owner": "Bare", "no-date": "Bare"}
    for only, name in wanted.items():
        page = here.client.get(f"{here.url}/plan?only={only}").text
        assert re.findall(r"(Late|Soon|Bare) one", page) == [name], only
        assert re.search(rf'only={only}" aria-current="true">[^<]+ <span class="plan-chip__count">1</span>', page)
    assert "overdue by 12 days" in here.client.get(f"{here.url}/plan").text
    assert "No action fits this filter" in here.client.get(f"{here.url}/plan?only=done").text


def test_the_order_of_the_plan_is_chosen_and_what_is_missing_comes_last(here: Here) -> None:
    for action in here.actions():
        here.client.send_form(f"{here.url}/actions/{action.id}/delete")
    here.plan(FREE, what="Small one", effort="1")
    here.plan(OTHER, what="Dated one", due=_day(5), effort="7")
    here.plan("esg-2015:policy.approved", what="Early one", due=_day(2))

    def order(sort: str) -> list[str]:
        return re.findall(r"(Small|Dated|Early) one", here.client.get(f"{here.url}/plan?sort={sort}").text)

    assert order("plan") == ["Small", "Dated", "Early"]
    assert order("due") == ["Early", "Dated", "Small"]
    assert order("effort") == ["Small", "Dated", "Early"]


@pytest.mark.parametrize(
    "query", ["view=x&only=y&standard=z&sort=q", "standard=" + "a" * 4000, "only=%00", "view=board&view=table"]
)
def test_an_address_that_asks_for_nonsense_shows_the_whole_plan(here: Here, query: str) -> None:
    page = here.client.get(f"{here.url}/plan?{query}")
    assert page.status_code == 200
    assert small().actions[0].what in html.unescape(page.text)


def test_gaps_are_planned_one_form_after_the_other_with_nothing_filled_in(here: Here) -> None:
    first = here.client.get(f"{here.url}/actions/next?count=2")
    assert "left=2" in first.headers["location"]
    form = here.client.get(first.headers["location"]).text
    assert re.search(r'<textarea[^>]*id="what"[^>]*>\s*</textarea>', form)
    criterion = re.search(r'<option value="([^"]+)" selected>', form)
    assert criterion is not None
    second = here.plan(criterion[1], left="2")
    assert "left=1" in second.headers["location"]
    assert criterion[1].replace(":", "%3A") not in second.headers["location"]
    last = re.search(r"criterion=([^&]+)", second.headers["location"])
    assert last is not None
    done = here.plan(last[1].replace("%3A", ":"), left="1")
    assert done.headers["location"] == f"{here.url}/plan"


@pytest.mark.parametrize("count", ["0", "-1", "x", "99999999999999", ""])
def test_a_strange_number_of_gaps_is_no_fault(here: Here, count: str) -> None:
    assert here.client.get(f"{here.url}/actions/next?count={count}").status_code == 303


def _what_if(here: Here, *ticked: str) -> str:
    page = here.client.get(f"{here.url}/what-if?{'&'.join(ticked)}")
    assert page.status_code == 200
    return html.unescape(page.text)


def test_what_if_shows_the_figures_of_ticked_steps_and_stores_nothing(here: Here) -> None:
    def stored() -> tuple[int, Any]:
        with here.database.read() as session:
            score = session.get_one(StoredScore, here.assessment.id)
            return score.version, score.scorecard

    before = stored()
    plain = _what_if(here)
    assert "Tick what would be done" in plain
    page = _what_if(here, f"gap={FREE}")
    assert re.search(r"This step takes the index from [\d.]+ to [\d.]+", page)
    assert stored() == before


def test_what_if_sums_the_effort_and_says_whose_is_missing(here: Here) -> None:
    here.plan(FREE, effort="5")
    here.plan(OTHER, effort="7")
    here.plan("esg-2015:policy.approved")
    ids = [one.id for one in here.actions()][-3:]
    page = _what_if(here, *(f"action={one}" for one in ids))
    assert "These 3 actions take the index" in page
    assert "12 person-days" in page
    assert "1 action does not say its effort" in page


@pytest.mark.parametrize("ticked", ["action=999999", "action=x", "gap=esg-2015:gone", "gap=", "action=%00", "gap=" + "x" * 5000])
def test_what_if_passes_over_what_is_not_there(here: Here, ticked: str) -> None:
    assert "Tick what would be done" in _what_if(here, ticked)


def test_what_if_answers_a_tick_with_the_result_alone(here: Here) -> None:
    part = here.client.get(f"{here.url}/what-if?gap={FREE}", headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert "This step takes the index" in part.text


ASKS: list[Callable[[Here], Any]] = [
    lambda here: here.client.get(f"{here.url}/what-if"),
    lambda here: here.client.get(f"{here.url}/actions/next"),
    lambda here: here.client.send_form(f"{here.url}/actions/{here.actions()[0].id}/status", {"status": "done", "version": "1"}),
]


@pytest.mark.parametrize("ask", ASKS)
def test_another_organisations_plan_is_not_there_and_nobody_sees_one_without_signing_in(
    here: Here, ask: Callable[[Here], Any]
) -> None:
    here.client.as_(make_person(here.database, here.settings, make_organisation(here.database)))
    assert ask(here).status_code == 404
    here.client.signed_out()
    assert ask(here).status_code in {303, 401, 403}
    assert here.actions()[0].status == "open"


def test_who_only_reads_may_try_out_and_change_nothing(here: Here) -> None:
    here.client.as_(make_person(here.database, here.settings, here.organisation, Role.RECTOR))
    assert ASKS[0](here).status_code == 200
    assert [ask(here).status_code for ask in ASKS[1:]] == [403, 403]
    assert here.actions()[0].status == "open"
    assert "/status" not in here.client.get(f"{here.url}/plan?view=board").text
