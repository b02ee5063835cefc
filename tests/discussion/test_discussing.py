"""A criterion is discussed among people of the house; who is asked is told once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app import clock
from app.accounts.actor import Actor
from app.accounts.erasure import erase
from app.accounts.models import Membership, Organisation, OrganisationKind, Person, Role
from app.assessments.models import Assessment, SharedAssessment
from app.config import Settings
from app.db import Database
from app.discussion import access
from app.discussion.models import Remark
from app.jobs.models import OutgoingMail
from tests.conftest import Client
from tests.discussion.conftest import CRITERION
from tests.factories import make_agency, make_assessment, make_organisation, make_person, make_unit


def _path(assessment: Assessment) -> str:
    return f"/assessments/{assessment.id}/criteria/{CRITERION}/discussion"


def _page(client: Client, assessment: Assessment) -> str:
    return client.get(f"/assessments/{assessment.id}/criteria/{CRITERION}").text.partition('id="discussion"')[2]


def _remarks(database: Database, assessment: Assessment) -> list[Remark]:
    with database.read() as session:
        return list(session.scalars(select(Remark).where(Remark.assessment_id == assessment.id).order_by(Remark.id)))


def _mails(database: Database, person: Person) -> int:
    with database.read() as session:
        return len(session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == person.email)).all())


def test_a_remark_stands_below_the_answer_with_who_said_it(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation, name="Aigul Sample"))
    assert client.send_form(_path(assessment), {"text": "Is <b>this</b> enough?\r\nI doubt it."}).status_code == 303
    shown = _page(client, assessment)
    assert "Aigul Sample" in shown
    assert "Is &lt;b&gt;this&lt;/b&gt; enough?\nI doubt it." in shown


def test_guests_see_nothing_of_a_discussion(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation))
    client.send_form(_path(assessment), {"text": "Not for guests"})
    agency = make_agency(database)
    assert agency.kind == OrganisationKind.AGENCY.value
    with database.write() as session:
        session.add(SharedAssessment(assessment_id=assessment.id, organisation_id=agency.id, created_at=clock.now()))
    client.as_(make_person(database, settings, agency, Role.REVIEWER))
    criterion = client.get(f"/assessments/{assessment.id}/criteria/{CRITERION}")
    assert criterion.status_code == 200
    assert "Not for guests" not in criterion.text
    assert 'id="discussion"' not in criterion.text
    assert client.get(_path(assessment)).status_code == 403
    assert client.send_form(_path(assessment), {"text": "x"}).status_code == 403


def test_outsiders_and_visitors_find_no_discussion(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    law, science = make_unit(database, organisation), make_unit(database, organisation)
    theirs = make_assessment(database, organisation, unit=science)
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR, law))
    assert client.get(_path(theirs)).status_code == 404
    client.as_(make_person(database, settings, make_organisation(database)))
    for end in ("", "/settle", "/reopen", "/1", "/1/remove"):
        assert client.send_form(_path(assessment) + end, {"text": "x"}).status_code == 404, end
    assert client.signed_out().send_form(_path(assessment), {"text": "x"}).status_code == 401
    assert _remarks(database, assessment) == []


def test_who_is_asked_is_told_once_and_not_what_was_said(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    asked = make_person(database, settings, organisation, Role.CONTRIBUTOR, name="Dana Sample")
    named = make_person(database, settings, organisation, Role.RECTOR, name="Marat Sample")
    longer = make_person(database, settings, organisation, Role.CONTRIBUTOR, name="Marat Sampl")
    client.as_(make_person(database, settings, organisation))
    said = {"text": "What of it, @marat sample?", "ask": str(asked.id)}
    assert client.send_form(_path(assessment), said).status_code == 303
    (remark,) = _remarks(database, assessment)
    client.send_form(f"{_path(assessment)}/{remark.id}", {"text": "What of that, @Marat Sample?", "ask": str(asked.id)})

    assert [_mails(database, one) for one in (asked, named, longer)] == [1, 1, 0]
    with database.read() as session:
        mails = session.scalars(select(OutgoingMail).where(OutgoingMail.recipient.in_([asked.email, named.email]))).all()
        assert not any("What of" in one.subject for one in mails)
        actor = Actor.of(asked, at=clock.now())
        (mine,) = access.mentions_of(session, actor)
        assert (mine.assessment_id, mine.criterion) == (assessment.id, CRITERION)
    client.as_(asked)
    assert f'href="/assessments/{assessment.id}/criteria/{CRITERION}#discussion"' in client.get("/work?section=mentions").text
    client.send_form(f"{_path(assessment)}/settle")
    with database.read() as session:
        assert access.mentions_of(session, Actor.of(asked, at=clock.now())) == []


def test_only_who_takes_part_can_be_asked(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    stranger = make_person(database, settings, make_organisation(database), name="Stranger Sample")
    client.as_(make_person(database, settings, organisation))
    for ask in (str(stranger.id), "999999999", "x", "9" * 40, "-1"):
        answer = client.send_form(_path(assessment), {"text": "Kept text @Stranger Sample", "ask": ask})
        assert answer.status_code == 422, ask
        assert "Kept text" in answer.text
    assert client.send_form(_path(assessment), {"text": "@Stranger Sample"}).status_code == 303
    assert _mails(database, stranger) == 0


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001, "\x00", "\x07"])
def test_what_is_no_remark_is_told_and_kept(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment, text: str
) -> None:
    client.as_(make_person(database, settings, organisation))
    assert client.send_form(_path(assessment), {"text": text}).status_code == 422
    assert _remarks(database, assessment) == []


def test_an_own_remark_is_edited_for_a_while_and_removed_at_any_time(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    me, other = make_person(database, settings, organisation), make_person(database, settings, organisation)
    client.as_(me).send_form(_path(assessment), {"text": "First"})
    (remark,) = _remarks(database, assessment)
    address = f"{_path(assessment)}/{remark.id}"
    assert client.send_form(address, {"text": "Second"}).status_code == 303
    assert "edited" in _page(client, assessment)

    client.as_(other)
    assert client.send_form(address, {"text": "Theirs"}).status_code == 404
    assert client.send_form(f"{address}/remove").status_code == 404

    with database.write() as session:
        session.get_one(Remark, remark.id).said_at = clock.now() - timedelta(minutes=16)
    client.as_(me)
    assert client.send_form(address, {"text": "Third"}).status_code == 409
    assert client.send_form(f"{address}/remove").status_code == 303
    shown = _page(client, assessment)
    assert "removed" in shown
    assert not re.search("First|Second|Third", shown)
    assert client.send_form(f"{address}/remove").status_code == 404


def test_a_discussion_is_settled_and_a_new_remark_opens_it_again(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation))
    client.send_form(_path(assessment), {"text": "A question"})
    for _twice in range(2):
        assert client.send_form(f"{_path(assessment)}/settle").status_code == 303
    assert "✓ Settled" in _page(client, assessment)
    client.send_form(_path(assessment), {"text": "One more"})
    assert "✓ Settled" not in _page(client, assessment)


def test_the_name_of_an_erased_person_goes_and_their_words_stay(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    leaving = make_person(database, settings, organisation, Role.CONTRIBUTOR, name="Leaving Sample")
    client.as_(leaving).send_form(_path(assessment), {"text": "Words that stay"})
    with database.write() as session:
        erase(session, session.get_one(Person, leaving.id), actor_id=None, now=clock.now())
    client.as_(make_person(database, settings, organisation))
    shown = _page(client, assessment)
    assert "Words that stay" in shown
    assert "Leaving Sample" not in shown
    assert f"erased person {leaving.id}" in shown


def _asked(database: Database, person: Person, organisation_id: int | None = None) -> int:
    """In how many discussions somebody is told to be asked."""
    with database.read() as session:
        return len(access.mentions_of(session, Actor.of(person, at=clock.now()), organisation_id))


def test_who_is_asked_is_told_of_open_discussions_that_their_role_reaches_and_of_no_others(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    asked = make_person(database, settings, organisation, Role.CONTRIBUTOR)
    client.as_(make_person(database, settings, organisation))
    twin = make_assessment(database, organisation)
    assert client.send_form(_path(assessment), {"text": "Is it so?", "ask": str(asked.id)}).status_code == 303
    # The same criterion of another assessment is another discussion.
    assert client.send_form(_path(twin), {"text": "And here?"}).status_code == 303
    assert client.send_form(f"{_path(twin)}/settle").status_code == 303
    assert _asked(database, asked) == _asked(database, asked, organisation.id) == 1
    assert _asked(database, asked, make_organisation(database).id) == 0
    assert client.send_form(f"{_path(assessment)}/settle").status_code == 303
    assert _asked(database, asked) == 0
    assert client.send_form(f"{_path(assessment)}/reopen").status_code == 303
    assert _asked(database, asked) == 1
    with database.write() as session:
        session.execute(update(Membership).where(Membership.person_id == asked.id).values(role=Role.PARTNER.value))
    assert _asked(database, asked) == 0
    with database.write() as session:
        session.execute(update(Membership).where(Membership.person_id == asked.id).values(role=Role.CONTRIBUTOR.value))
        session.execute(update(Assessment).where(Assessment.id == assessment.id).values(deleted_at=clock.now()))
    assert _asked(database, asked) == 0


def test_only_living_accounts_of_the_house_that_reach_the_assessment_are_offered(
    database: Database, settings: Settings, organisation: Organisation
) -> None:
    law, science = make_unit(database, organisation), make_unit(database, organisation)
    theirs = make_assessment(database, organisation, unit=science)
    here = {make_person(database, settings, organisation, Role.CONTRIBUTOR, unit).id for unit in (None, science)}
    make_person(database, settings, organisation, Role.CONTRIBUTOR, law)
    make_person(database, settings, organisation, Role.PARTNER)
    gone = [make_person(database, settings, organisation, Role.CONTRIBUTOR) for _number in range(2)]
    with database.write() as session:
        session.execute(update(Person).where(Person.id == gone[0].id).values(disabled_at=clock.now()))
        session.execute(update(Person).where(Person.id == gone[1].id).values(erased_at=clock.now()))
    with database.read() as session:
        assert {one.id for one in access.people(session, theirs)} == here


def test_a_remark_is_removed_only_where_it_stands(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    client.as_(make_person(database, settings, organisation))
    client.send_form(_path(assessment), {"text": "Stays"})
    elsewhere = _path(make_assessment(database, organisation))
    number = _remarks(database, assessment)[0].id
    assert client.send_form(f"{elsewhere}/{number}/remove").status_code == 404
    assert _remarks(database, assessment)[0].text == "Stays"
