"""Reminders: each once and only once, one message a day at most, whatever the clock, the zone and other workers do."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from app import clock
from app.accounts.models import Membership, Person, Role
from app.assessments.models import Assessment
from app.assignments.models import Assignment, SentReminder
from app.assignments.reminders import Kind, kind_of, remind_all
from app.config import Settings
from app.jobs.access import body_of
from app.jobs.models import OutgoingMail
from app.rubrics import registry
from tests.assignments.conftest import APPROVED, REVIEWED, Team
from tests.factories import make_person, make_unit
from tests.signing import reopen, sign_off

START = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
POLICY = "standard=esg-2015:policy"


def at(day: str, hour: int = 10, zone: str = "Asia/Almaty") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=ZoneInfo(zone))


def mails(team: Team, person: Person) -> list[str]:
    """The messages stored for a person, with subject and body."""
    with team.database.read() as session:
        rows = session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == person.email).order_by(OutgoingMail.id))
        return [f"{row.subject}\n{body_of(team.settings, row)}" for row in rows]


def remind(team: Team, now: datetime, settings: Settings | None = None) -> None:
    remind_all(settings or team.settings, team.database, registry.home(), now=now)


@pytest.mark.parametrize(
    ("left", "kind"), [(8, None), (7, Kind.WEEK), (2, Kind.WEEK), (1, Kind.TOMORROW), (0, Kind.TOMORROW), (-1, Kind.OVERDUE)]
)
def test_the_right_reminder_for_each_day(left: int, kind: Kind | None) -> None:
    today = date(2026, 11, 25)
    assert kind_of(today + timedelta(days=left), today) is kind


def test_each_of_the_three_comes_once_and_another_date_counts_anew(team: Team) -> None:
    team.assign(POLICY, to=team.contributor, due="2027-03-10")
    for day in ("2027-03-02", "2027-03-03", "2027-03-03", "2027-03-04", "2027-03-09", "2027-03-10", "2027-03-11", "2027-03-20"):
        remind(team, at(day))
    assert len(mails(team, team.contributor)) == 3
    number = team.assignments()[0].id
    team.client.send_form(f"{team.path}/assignments/{number}", {"to": f"person:{team.contributor.id}", "due": "2027-03-25"})
    remind(team, at("2027-03-21"))
    remind(team, at("2027-03-22"))
    assert len(mails(team, team.contributor)) == 4


def test_one_message_tells_of_everything_in_the_persons_language_and_leads_to_it(team: Team) -> None:
    with team.database.write() as session:
        session.get_one(Person, team.contributor.id).language = "kk"
    team.assign(POLICY, to=team.contributor, due="2027-03-10")
    team.assign(f"criterion={REVIEWED}", to=team.contributor, due="2027-03-09")
    remind(team, at("2027-03-09"))
    (mail,) = mails(team, team.contributor)
    assert "тапсырма" in mail
    assert "09.03.2027" in mail
    assert "10.03.2027" in mail
    assert f"{team.settings.base_url}/work" in mail
    assert f"{team.settings.base_url}/account/notices" in mail


def test_nobody_is_reminded_in_the_night_nor_of_another_day(team: Team) -> None:
    team.assign(POLICY, to=team.contributor, due="2027-03-10")
    remind(team, at("2027-03-03", 6))
    assert mails(team, team.contributor) == []
    # In Auckland it is the morning of the third while it is the second in Greenwich.
    remind(team, datetime(2027, 3, 2, 19, 30, tzinfo=UTC), team.settings.model_copy(update={"timezone": "Pacific/Auckland"}))
    assert len(mails(team, team.contributor)) == 1


def test_what_is_ready_approved_deleted_or_no_longer_theirs_is_nobodys_reminder(team: Team) -> None:
    team.assign(f"criterion={REVIEWED}", to=team.contributor, due="2027-03-10")
    team.answer(REVIEWED, team.contributor)
    team.do(REVIEWED, "declare", team.contributor)
    remind(team, at("2027-03-09"))
    assert mails(team, team.contributor) == []
    team.do(REVIEWED, "return", team.manager, reason="More")
    sign_off(team.client.as_(team.manager), team.path)
    remind(team, at("2027-03-09"))
    reopen(team.client, team.path)
    with team.database.write() as session:
        session.execute(update(Membership).where(Membership.person_id == team.contributor.id).values(role="rector"))
    remind(team, at("2027-03-09"))
    assert mails(team, team.contributor) == []
    with team.database.write() as session:
        session.execute(update(Membership).where(Membership.person_id == team.contributor.id).values(role="contributor"))
    remind(team, at("2027-03-09"))
    assert len(mails(team, team.contributor)) == 1


def test_who_switched_reminders_off_gets_none_and_may_switch_them_on_again(team: Team) -> None:
    team.assign(POLICY, to=team.contributor, due="2027-03-10")
    client = team.client.as_(team.contributor)
    assert client.send_form("/account/reminders", {"wanted": "false"}).status_code == 303
    assert "Switched off." in client.get("/account/notices").text
    remind(team, at("2027-03-09"))
    assert mails(team, team.contributor) == []
    client.send_form("/account/reminders", {"wanted": "true"})
    remind(team, at("2027-03-09"))
    assert len(mails(team, team.contributor)) == 1
    assert team.client.signed_out().send_form("/account/reminders", {"wanted": "false"}).status_code in {303, 401, 403}


def test_everybody_of_a_unit_is_reminded(team: Team) -> None:
    office = make_unit(team.database, team.home, name="Office")
    with team.database.write() as session:
        row = {"organisation_id": team.home.id, "role": "contributor", "unit_id": office.id}
        session.add_all(Membership(person_id=one.id, **row) for one in (team.contributor, team.manager))
    form = {"part": POLICY, "to": f"unit:{office.id}", "due": "2027-03-10"}
    assert team.client.as_(team.manager).send_form(f"{team.path}/assignments", form).status_code == 303
    remind(team, at("2027-03-09"))
    assert [len(mails(team, one)) for one in (team.contributor, team.manager, team.auditor)] == [1, 1, 0]


def test_a_message_that_cannot_be_stored_is_not_noted_as_sent(team: Team) -> None:
    team.assign(POLICY, to=team.contributor, due="2027-03-10")
    address = team.contributor.email
    with team.database.write() as session:
        session.get_one(Person, team.contributor.id).email = f"no address {team.contributor.id}"
    remind(team, at("2027-03-09"))
    with team.database.write() as session:
        assert session.query(SentReminder).filter_by(person_id=team.contributor.id).count() == 0
        session.get_one(Person, team.contributor.id).email = address
    remind(team, at("2027-03-09"))
    assert len(mails(team, team.contributor)) == 1


@dataclass
class Expected:
    """What must have been sent, by a rule of its own."""

    zone: ZoneInfo
    told: set[tuple[int, int, str, date]] = field(default_factory=set)
    days: set[tuple[int, date]] = field(default_factory=set)

    def run(self, now: datetime, owed: list[tuple[int, int, date]]) -> None:
        """A run of the job at a moment; `owed` are (assignment, person, due date)."""
        there = now.astimezone(self.zone)
        if there.hour < 7:
            return
        today = there.date()
        for person in {one[1] for one in owed}:
            due = [(number, day) for number, whose, day in owed if whose == person and (day - today).days <= 7]
            kinds = {(number, person, self._kind((day - today).days), day) for number, day in due}
            if kinds - self.told and (person, today) not in self.days:
                self.told |= kinds
                self.days.add((person, today))

    @staticmethod
    def _kind(left: int) -> str:
        return "overdue" if left < 0 else "tomorrow" if left < 2 else "week"


@pytest.mark.parametrize(("zone", "seed"), [("Asia/Almaty", 1), ("Europe/Berlin", 2)])
def test_in_400_days_nothing_is_told_twice_or_forgotten(team: Team, zone: str, seed: int) -> None:
    settings, chance = team.settings.model_copy(update={"timezone": zone}), random.Random(seed)  # noqa: S311 - a play, no secret
    _forget_what_other_tests_assigned(team)
    colleague = make_person(team.database, team.settings, team.home, Role.CONTRIBUTOR)
    people = [team.contributor, colleague, team.manager]
    for number, part in enumerate((POLICY, f"criterion={REVIEWED}", "standard=esg-2015:learning")):
        due = START.date() + timedelta(days=20 * number + 9)
        team.assign(part, to=people[number % 3], due=due.isoformat())
    ids = [one.id for one in team.assignments()]
    expected, now = Expected(ZoneInfo(zone)), START
    while now < START + timedelta(days=400):
        now += timedelta(hours=chance.choice([11, 25, 49, 74]))
        if chance.random() < 0.1:
            now += timedelta(days=chance.choice([-3, -1, 2]))
        if chance.random() < 0.15:
            _move_a_date(team, chance, ids, now)
        with team.database.read() as session:
            rows = session.execute(select(Assignment.id, Assignment.person_id, Assignment.due).where(Assignment.id.in_(ids)))
            owed = [(number, person or 0, due) for number, person, due in rows if due is not None]
        expected.run(now, owed)
        if chance.random() < 0.1:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda moment: remind(team, moment, settings), (now, now)))
        else:
            remind(team, now, settings)
    with team.database.read() as session:
        sent = session.query(SentReminder).filter(SentReminder.assignment_id.in_(ids))
        told = {(one.assignment_id, one.person_id, one.kind, one.due) for one in sent}
    assert told == expected.told
    assert len(told) > 20
    by_person = Counter(person for person, _day in expected.days)
    assert {person.id: len(mails(team, person)) for person in people} == {one.id: by_person[one.id] for one in people}


def _forget_what_other_tests_assigned(team: Team) -> None:
    """It would be told about on each of the days too."""
    with team.database.write() as session:
        session.execute(delete(Assignment))


def _move_a_date(team: Team, chance: random.Random, ids: list[int], now: datetime) -> None:
    day = now.date() + timedelta(days=chance.choice([-2, 1, 4, 9, 30]))
    with team.database.write() as session:
        session.execute(update(Assignment).where(Assignment.id == chance.choice(ids)).values(due=day))


def test_two_workers_at_once_send_one_message(team: Team) -> None:
    people = [team.contributor, *(make_person(team.database, team.settings, team.home, Role.CONTRIBUTOR) for _one in range(5))]
    for person in people:
        team.assign(f"criterion={APPROVED}", to=person, due="2027-03-10")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _number: remind(team, at("2027-03-09")), range(4)))
    assert [len(mails(team, person)) for person in people] == [1] * 6


def test_deleting_an_assessment_for_good_takes_its_assignments_along(team: Team) -> None:
    team.assign(POLICY, to=team.contributor, due="2027-03-10")
    remind(team, at("2027-03-09"))
    with team.database.write() as session:
        session.execute(Assessment.__table__.delete().where(Assessment.id == team.assessment.id))  # type: ignore[attr-defined]  # a table
    assert team.assignments() == []
    assert clock.now().year >= 2026
