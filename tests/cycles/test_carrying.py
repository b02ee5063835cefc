"""The cycle before stands beside this one, and its answers are carried forward only as something to confirm."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app import clock
from app.accounts.models import Organisation, Role
from app.assessments.models import Answer, AnswerChange, Assessment
from app.config import Settings
from app.cycles.models import Carry, Following
from app.db import Database
from app.evidence.models import EvidenceItem
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, make_unit, small

CRITERION = "esg-2015:policy.approved"
STANDARD = "esg-2015:policy"


@pytest.fixture
def organisation(database: Database) -> Organisation:
    return make_organisation(database)


@pytest.fixture
def earlier(database: Database, organisation: Organisation) -> Assessment:
    return make_assessment(database, organisation)


@pytest.fixture
def later(database: Database, organisation: Organisation, earlier: Assessment) -> Assessment:
    """A new cycle with nothing in it, which follows the earlier one."""
    made = make_assessment(database, organisation, small().model_copy(update={"answers": {}, "actions": ()}))
    _follow(database, made, earlier)
    return made


def _follow(database: Database, one: Assessment, other: Assessment) -> None:
    with database.write() as session:
        session.add(Following(assessment_id=one.id, previous_id=other.id, chosen_at=clock.now()))


def _answer(database: Database, assessment: Assessment, reference: str = CRITERION) -> Answer | None:
    with database.read() as session:
        return session.scalar(select(Answer).where(Answer.assessment_id == assessment.id, Answer.criterion == reference))


def _standard(database: Database, assessment: Assessment) -> str:
    """The standard of the criterion, as its own page links to it."""
    del database
    return f"/assessments/{assessment.id}/carry/{STANDARD}"


def test_the_answer_before_stands_beside_the_criterion(
    client: Client, database: Database, settings: Settings, organisation: Organisation, earlier: Assessment, later: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation))
    page = client.get(f"/assessments/{later.id}/criteria/{CRITERION}").text
    found = page.partition('class="before"')[2].partition("</section>")[0]
    assert "claimed 3" in found
    assert "substantiated" in found
    assert "The council approved" in found
    assert "E-01" in found
    assert f"/assessments/{earlier.id}/criteria/{CRITERION}" in found
    overview = client.get(f"/assessments/{later.id}").text
    assert f'href="/assessments/{earlier.id}"' in overview


def test_one_answer_is_carried_to_be_confirmed_with_its_evidence_and_history(
    client: Client, database: Database, settings: Settings, organisation: Organisation, later: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR))
    answer = client.send_form(f"/assessments/{later.id}/criteria/{CRITERION}/carry", {"version": "0"})
    assert answer.status_code == 303
    carried = _answer(database, later)
    assert carried is not None
    assert (carried.level, carried.to_confirm, carried.version) == (3, True, 1)
    with database.read() as session:
        change = session.scalars(select(AnswerChange).where(AnswerChange.answer_id == carried.id)).one()
        assert len(change.content["evidence"]) == 2
        assert change.content["to_confirm"] is True


def test_an_answered_criterion_is_replaced_only_when_the_person_says_so(
    client: Client, database: Database, settings: Settings, organisation: Organisation, later: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation))
    saved = client.send_form(f"/assessments/{later.id}/criteria/{CRITERION}", {"choice": "1", "comment": "Mine", "version": "0"})
    assert saved.status_code == 303
    address = f"/assessments/{later.id}/criteria/{CRITERION}/carry"

    with database.read() as session:
        before = session.get_one(Assessment, later.id).version
    asked = client.send_form(address, {"version": "1"})
    assert asked.status_code == 409
    assert "Mine" in asked.text
    assert "The council approved" in asked.text
    kept = _answer(database, later)
    assert kept is not None
    assert (kept.level, kept.comment, kept.version) == (1, "Mine", 1)
    with database.read() as session:
        assert session.get_one(Assessment, later.id).version == before

    assert client.send_form(address, {"version": "0", "confirmed": "yes"}).status_code == 409
    assert client.send_form(address, {"version": "1", "confirmed": "yes"}).status_code == 303
    replaced = _answer(database, later)
    assert replaced is not None
    assert (replaced.level, replaced.to_confirm, replaced.version) == (3, True, 2)


def test_a_standard_is_listed_carried_and_taken_back_as_one(
    client: Client, database: Database, settings: Settings, organisation: Organisation, later: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation))
    client.send_form(f"/assessments/{later.id}/criteria/{CRITERION}", {"choice": "1", "comment": "Mine", "version": "0"})
    address = _standard(database, later)
    listed = client.get(address).text
    assert "The policy is on the" in listed
    assert "The council approved" not in listed
    assert _answer(database, later, "esg-2015:policy.public") is None

    assert client.send_form(address).status_code == 303
    carried, kept = _answer(database, later, "esg-2015:policy.public"), _answer(database, later)
    assert carried is not None
    assert (carried.level, carried.to_confirm) == (3, True)
    assert kept is not None
    assert (kept.level, kept.version) == (1, 1)

    with database.read() as session:
        carry = session.scalars(select(Carry).where(Carry.assessment_id == later.id)).one()
    undo = f"/assessments/{later.id}/carries/{carry.id}/undo"
    assert undo in client.get(f"/assessments/{later.id}").text
    assert client.send_form(undo).status_code == 303
    back = _answer(database, later, "esg-2015:policy.public")
    assert back is not None
    assert (back.level, back.comment, back.to_confirm, back.version) == (None, None, False, 2)
    assert client.send_form(undo).status_code == 404
    # Carried anew: an answer that was taken back is open again.
    assert client.send_form(address).status_code == 303
    assert (anew := _answer(database, later, "esg-2015:policy.public")) is not None
    assert anew.level == 3


def test_what_somebody_saved_since_stays_when_a_carry_is_taken_back(
    client: Client, database: Database, settings: Settings, organisation: Organisation, later: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation))
    client.send_form(_standard(database, later))
    client.send_form(f"/assessments/{later.id}/criteria/{CRITERION}", {"choice": "2", "comment": "Looked at", "version": "1"})
    with database.read() as session:
        carry = session.scalars(select(Carry).where(Carry.assessment_id == later.id)).one()
    client.send_form(f"/assessments/{later.id}/carries/{carry.id}/undo")
    kept, back = _answer(database, later), _answer(database, later, "esg-2015:policy.public")
    assert kept is not None
    assert back is not None
    assert (kept.level, kept.comment) == (2, "Looked at")
    assert back.level is None


def test_a_carry_cannot_be_taken_back_after_a_day(
    client: Client, database: Database, settings: Settings, organisation: Organisation, later: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation))
    client.send_form(_standard(database, later))
    with database.write() as session:
        carry = session.scalars(select(Carry).where(Carry.assessment_id == later.id)).one()
        carry.made_at = clock.now() - timedelta(hours=25)
    assert client.send_form(f"/assessments/{later.id}/carries/{carry.id}/undo").status_code == 404


def test_withdrawn_evidence_is_carried_and_named(
    client: Client, database: Database, settings: Settings, organisation: Organisation, later: Assessment
) -> None:
    with database.write() as session:
        theirs = EvidenceItem.organisation_id == organisation.id
        session.execute(update(EvidenceItem).where(theirs, EvidenceItem.code == "E-01").values(status="withdrawn"))
    client.as_(make_person(database, settings, organisation))
    listed = client.get(_standard(database, later)).text
    assert re.search(r"<strong>E-01</strong>[^;]*does not count: withdrawn", listed)
    client.send_form(_standard(database, later))
    assert "E-01" in client.get(f"/assessments/{later.id}/criteria/{CRITERION}").text.partition('id="evidence"')[2]


def test_confidential_evidence_of_the_one_before_is_not_told_and_not_carried(
    client: Client, database: Database, settings: Settings, organisation: Organisation, earlier: Assessment, later: Assessment
) -> None:
    with database.write() as session:
        theirs = EvidenceItem.organisation_id == organisation.id
        changed = {"confidentiality": "restricted", "title": "Secret minutes"}
        session.execute(update(EvidenceItem).where(theirs, EvidenceItem.code == "E-01").values(changed))
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR))
    own = f"/assessments/{earlier.id}/criteria/{CRITERION}"
    for address in (f"/assessments/{later.id}/criteria/{CRITERION}", _standard(database, later), own):
        page = client.get(address).text
        assert "Confidential evidence" in page
        assert "Secret minutes" not in page
    client.send_form(f"/assessments/{later.id}/criteria/{CRITERION}/carry", {"version": "0"})
    with database.read() as session:
        change = session.scalars(select(AnswerChange).join(Answer).where(Answer.assessment_id == later.id)).one()
        assert len(change.content["evidence"]) == 1


def test_who_may_not_read_the_one_before_sees_nothing_of_it(
    client: Client, database: Database, settings: Settings, organisation: Organisation
) -> None:
    law, science = make_unit(database, organisation), make_unit(database, organisation)
    before, now = make_assessment(database, organisation, unit=science), make_assessment(database, organisation, unit=law)
    _follow(database, now, before)
    client.as_(make_person(database, settings, organisation, unit=law))
    page = client.get(f"/assessments/{now.id}/criteria/{CRITERION}").text
    assert 'class="before"' not in page
    assert f"/assessments/{before.id}" not in client.get(f"/assessments/{now.id}").text
    assert client.send_form(f"/assessments/{now.id}/criteria/{CRITERION}/carry", {"version": "1"}).status_code == 404
    assert client.get(_standard(database, now)).status_code == 404
    assert client.send_form(f"/assessments/{now.id}/follows", {"previous_id": str(before.id)}).status_code == 422


def test_what_it_follows_is_chosen_among_what_makes_no_circle(
    client: Client, database: Database, settings: Settings, organisation: Organisation, earlier: Assessment, later: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation))
    stranger = make_assessment(database, make_organisation(database))
    for wrong in (later.id, stranger.id, "x", "9" * 30, "-1", "0"):
        refused = client.send_form(f"/assessments/{later.id}/follows", {"previous_id": str(wrong)})
        assert refused.status_code == 422, wrong
    assert client.send_form(f"/assessments/{earlier.id}/follows", {"previous_id": str(later.id)}).status_code == 422
    assert client.send_form(f"/assessments/{later.id}/follows", {"previous_id": ""}).status_code == 303
    assert client.send_form(f"/assessments/{earlier.id}/follows", {"previous_id": str(later.id)}).status_code == 303
    with database.read() as session:
        assert session.get_one(Following, earlier.id).previous_id == later.id


def test_outsiders_readers_and_visitors_carry_nothing(
    client: Client, database: Database, settings: Settings, organisation: Organisation, later: Assessment
) -> None:
    addresses = [f"/assessments/{later.id}/criteria/{CRITERION}/carry", _standard(database, later)]
    for person, status in (
        (make_person(database, settings, make_organisation(database)), 404),
        (make_person(database, settings, organisation, Role.INTERNAL_AUDITOR), 403),
    ):
        client.as_(person)
        assert [client.send_form(one).status_code for one in addresses] == [status, status]
        assert client.get(f"/assessments/{later.id}/follows").status_code == status
    client.signed_out()
    assert all(client.send_form(one).status_code in (303, 401) for one in addresses)
    assert _answer(database, later) is None


def test_an_answer_moves_along_to_the_edition_that_extends_its_own(
    client: Client, database: Database, settings: Settings, organisation: Organisation, earlier: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation))
    moved = client.send_form(f"/assessments/{earlier.id}/editions", {"newer": "esg-2027-draft3@1"})
    number = int(moved.headers["location"].rpartition("/")[2])
    with database.write() as session:
        answers = session.scalars(select(Answer).where(Answer.assessment_id == number, Answer.criterion.like("esg-2027%"))).all()
        named = [one.criterion for one in answers if one.level is not None]
        for one in answers:
            session.delete(one)
    assert named
    for name in named:
        assert client.send_form(f"/assessments/{number}/criteria/{name}/carry", {"version": "0"}).status_code == 303, name
    with database.read() as session:
        again = session.scalars(select(Answer).where(Answer.assessment_id == number, Answer.criterion.in_(named))).all()
        assert all(one.to_confirm and one.level is not None for one in again)
        assert len(again) == len(named)


def test_answered_partners_of_the_crosswalk_stand_beside_a_criterion(
    client: Client, database: Database, settings: Settings, organisation: Organisation
) -> None:
    whole = small()
    rubrics = ("esg-2015@1", "iso-9001-2015@1", "double-degree@1")
    assessment = make_assessment(database, organisation, whole.model_copy(update={"rubrics": rubrics}))
    client.as_(make_person(database, settings, organisation))
    crosswalk = next(one for one in client.app.state.library.crosswalks if one.target == "esg-2015")  # type: ignore[attr-defined]  # the client holds any ASGI application
    entry = next(one for one in crosswalk.entries if one.strength.value != "none" and one.target == "policy.approved")
    page = client.get(f"/assessments/{assessment.id}/criteria/{crosswalk.source}:{entry.sources[0]}").text
    found = page.partition('class="partners"')[2].partition("</section>")[0]
    assert f"/criteria/{CRITERION}" in found
    assert "claimed 3" in found
    assert 'class="partners"' not in client.get(f"/assessments/{assessment.id}/criteria/{CRITERION}").text
