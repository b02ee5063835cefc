"""The calendar address: secret, renewable, ended; it tells days and codes, and nothing to who has no access any more."""

import re
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from app.accounts.models import Membership, Person, Role
from app.accounts.notice_models import CalendarFeed
from app.assignments.calendar import Entry, as_calendar
from tests.assignments.conftest import REVIEWED, Team
from tests.factories import make_agency, make_person

POLICY = "standard=esg-2015:policy"


def address(team: Team, person: Person) -> str:
    """A new address, as the page shows it once."""
    page = team.client.as_(person).send_form("/account/calendar")
    assert page.status_code == 200
    found = re.search(r"/calendar/[\w-]+\.ics", page.text)
    assert found
    return found.group()


def test_the_address_is_shown_once_and_its_token_is_not_kept(team: Team) -> None:
    path = address(team, team.contributor)
    token = path.split("/")[2].removesuffix(".ics")
    assert len(token) >= 22
    assert token not in team.client.get("/account/notices").text
    with team.database.read() as session:
        row = session.get_one(CalendarFeed, team.contributor.id)
        assert token not in row.token_hash


def test_a_calendar_program_reads_whole_days_with_code_title_and_link(team: Team) -> None:
    team.assign(POLICY, to=team.contributor, due="2027-03-10")
    team.assign(f"criterion={REVIEWED}", to=team.manager, due="2027-03-11")
    path = address(team, team.contributor)
    answer = team.client.signed_out().get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == date(2027, 3, 10)
    assert event.decoded("dtend") == date(2027, 3, 11)
    assert str(event["url"]) == f"{team.settings.base_url}{team.path}"
    assert "Text" not in answer.text
    assert b"\r\n" in answer.content


def test_a_uid_stays_when_the_date_changes(team: Team) -> None:
    team.assign(POLICY, to=team.contributor, due="2027-03-10")
    path = address(team, team.contributor)

    def read() -> tuple[str, date]:
        (event,) = Calendar.from_ical(team.client.get(path).content).walk("VEVENT")
        return str(event["uid"]), event.decoded("dtstart")

    before = read()
    team.assign(POLICY, to=team.contributor, due="2027-04-01")
    after = read()
    assert before[0] == after[0]
    assert (before[1], after[1]) == (date(2027, 3, 10), date(2027, 4, 1))


def test_what_is_unchanged_is_not_sent_again(team: Team) -> None:
    team.assign(POLICY, to=team.contributor, due="2027-03-10")
    path = address(team, team.contributor)
    tag = team.client.get(path).headers["etag"]
    assert team.client.get(path, headers={"if-none-match": tag}).status_code == 304
    team.assign(POLICY, to=team.contributor, due="2027-03-12")
    assert team.client.get(path, headers={"if-none-match": tag}).status_code == 200


def test_a_new_address_ends_the_old_one_and_it_can_be_ended(team: Team) -> None:
    old = address(team, team.contributor)
    new = address(team, team.contributor)
    assert team.client.get(old).status_code == 404
    assert team.client.get(new).status_code == 200
    assert team.client.send_form("/account/calendar/end").status_code == 303
    assert team.client.send_form("/account/calendar/end").status_code == 303
    assert team.client.get(new).status_code == 404


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "ä", "x" * 5000, "..%2f"])
def test_nobody_guesses_an_address(team: Team, token: str) -> None:
    assert team.client.signed_out().get(f"/calendar/{token}.ics").status_code == 404


def test_it_works_only_while_the_person_has_access(team: Team) -> None:
    path = address(team, team.contributor)
    theirs = Membership.person_id == team.contributor.id
    for change, back in (({"role": "rector"}, {"role": "contributor"}),):
        with team.database.write() as session:
            session.execute(update(Membership).where(theirs).values(change))
        assert team.client.get(path).status_code == 404
        with team.database.write() as session:
            session.execute(update(Membership).where(theirs).values(back))
        assert team.client.get(path).status_code == 200
    with team.database.write() as session:
        session.scalars(select(Person).where(Person.id == team.contributor.id)).one().disabled_at = datetime.now(UTC)  # noqa: TID251 - any moment will do
    assert team.client.get(path).status_code == 404


def test_guests_and_those_who_only_read_have_no_calendar(team: Team) -> None:
    reviewer = make_person(team.database, team.settings, make_agency(team.database), Role.REVIEWER)
    for person in (reviewer, team.rector, team.auditor):
        client = team.client.as_(person)
        assert client.send_form("/account/calendar").status_code == 403
        assert "secret address" not in client.get("/account/notices").text


def test_a_session_that_an_organisation_vouched_for_makes_no_address(team: Team) -> None:
    client = team.client.as_(team.contributor, only=team.home.id)
    assert client.send_form("/account/calendar").status_code == 403
    assert team.client.signed_out().send_form("/account/calendar").status_code in {303, 401, 403}


def test_texts_are_escaped_and_lines_folded() -> None:
    title = "Оценка; программы, «двойной диплом»\r\nBEGIN:VEVENT " + "ұ" * 200
    text = as_calendar(
        [Entry(7, title, "1.1", "https://x.example/assessments/1", date(2027, 3, 10), datetime(2026, 11, 25, tzinfo=UTC))],
        name="Sapa",
        host="x.example",
    )
    assert max(len(line) for line in text.split(b"\r\n")) <= 75
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert len(Calendar.from_ical(text).walk("VEVENT")) == 1
    assert "двойной диплом" in str(event["summary"])
