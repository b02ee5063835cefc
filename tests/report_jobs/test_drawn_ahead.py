"""What is drawn of the full report before anybody asks: for whom, how often, and that it keeps nobody waiting."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.assessments import access
from app.assessments.models import Assessment
from app.config import Settings
from app.db import Database
from app.jobs.mail import send_later
from app.report_jobs import coming, service
from app.report_jobs.drawing import DrawnAhead
from app.reports import ahead, files
from app.reports.fragments.keeping import store_of
from app.reports.parts import Part
from app.reports.prepared import Asked
from app.rubrics import registry
from app.worker_cli import works
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person
from tests.report_jobs.conftest import House
from tests.report_jobs.working import job_of, work
from tests.reports.short import short

CRITERION = "double-degree:agreement.partner"
LATER = coming.EVERY + timedelta(seconds=1)


@pytest.fixture
def house(client: Client, database: Database, settings: Settings) -> House:
    """A house with a short assessment, whose quality manager reads Kazakh; nothing else was worked on."""
    with database.write() as session:
        # What other tests made was worked on lately too.
        session.execute(update(Assessment).values(deleted_at=clock.now()))
    organisation = make_organisation(database)
    manager = make_person(database, settings, organisation, language="kk")
    client.as_(manager)
    return House(organisation, manager, make_assessment(database, organisation, short()))


def save(client: Client, house: House, comment: str) -> None:
    """Save an answer on its page."""
    address = f"{house.base}/criteria/{CRITERION}"
    version = client.get(f"/api/v1{house.base}/answers/{CRITERION}").json()["version"]
    form = {"version": str(version), "choice": "2", "comment": comment}
    assert client.send_form(address, form).status_code == 303


def draw(
    database: Database, settings: Settings, *, now: Callable[[], datetime] = clock.now, seconds: float = 60, stop: bool = False
) -> bool:
    """Do the work once; whether there was any."""
    stopping = threading.Event()
    if stop:
        stopping.set()
    return DrawnAhead(settings, clock=now, wall_seconds=seconds)(database, stopping)


def in_a_while() -> datetime:
    """When people who went on working may have theirs drawn again."""
    return clock.now() + LATER


def missing(database: Database, settings: Settings, house: House, person: Person, language: str) -> list[Part]:
    """Which parts of the full report, as this person would get it, are not drawn."""
    actor, asked = Actor.of(person, at=clock.now()), Asked("pdf", "full", language)
    with database.read() as session:
        assessment = access.get_readable(session, actor, house.assessment.id)
        prepared = files.prepare(session, settings, registry.home(), actor, assessment, asked)
    return [one for one in ahead.parts_ahead(prepared) if store_of(settings).get(one) is None]


def test_after_an_answer_was_saved_all_parts_are_drawn_for_who_saved_it(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    save(client, house, "A first comment")
    assert missing(database, settings, house, house.manager, "kk")
    assert draw(database, settings)
    assert missing(database, settings, house, house.manager, "kk") == []
    assert not draw(database, settings, now=in_a_while)
    save(client, house, "Another word")
    new = missing(database, settings, house, house.manager, "kk")
    assert 0 < len(new) < len(missing(database, settings, house, house.manager, "en"))
    assert draw(database, settings, now=in_a_while)
    assert missing(database, settings, house, house.manager, "kk") == []


def test_while_people_go_on_working_it_is_drawn_every_now_and_then(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    save(client, house, "One")
    assert draw(database, settings)
    save(client, house, "Two")
    assert not draw(database, settings)
    assert draw(database, settings, now=in_a_while)


def test_what_was_worked_on_long_ago_or_deleted_is_left_alone(database: Database, settings: Settings, house: House) -> None:
    assert not draw(database, settings, now=lambda: clock.now() + coming.LATELY + timedelta(seconds=1))
    with database.write() as session:
        session.get_one(Assessment, house.assessment.id).deleted_at = clock.now()
    assert not draw(database, settings)


def test_it_is_drawn_as_those_would_get_it_who_asked_last(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    rector = make_person(database, settings, house.organisation)
    with database.write() as session:
        actor = Actor.of(rector, at=clock.now())
        service.ask(session, actor, house.assessment, Asked("pdf", "full", "ru"), now=clock.now())
    assert work(settings, database)
    save(client, house, "Since then")
    assert draw(database, settings)
    assert missing(database, settings, house, rector, "ru") == []
    assert missing(database, settings, house, house.manager, "kk")


def test_who_asked_for_or_worked_on_another_assessment_is_none_of_its_readers(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    save(client, house, "By the manager")
    colleague = make_person(database, settings, house.organisation)
    beside = House(house.organisation, colleague, make_assessment(database, house.organisation, short()))
    save(client.as_(colleague), beside, "Later, and elsewhere")
    with database.write() as session:
        actor = Actor.of(colleague, at=clock.now())
        service.ask(session, actor, beside.assessment, Asked("pdf", "full", "ru"), now=clock.now())
    with database.read() as session:
        (found,) = coming.readers(session, house.assessment.id, now=clock.now())
    assert (found[0].id, found[1].id, found[2]) == (house.manager.id, house.assessment.id, "kk")


@pytest.mark.parametrize("how", ["disabled_at", "erased_at"])
def test_for_whom_the_account_is_closed_nothing_is_drawn(
    client: Client, database: Database, settings: Settings, house: House, how: str
) -> None:
    save(client, house, "The last word")
    with database.write() as session:
        setattr(session.get_one(Person, house.manager.id), how, clock.now())
    with database.read() as session:
        assert coming.readers(session, house.assessment.id, now=clock.now()) == []
    assert draw(database, settings)
    assert not store_of(settings).folder.exists() or not draw(database, settings)


def test_it_gives_way_to_a_report_that_somebody_waits_for_and_is_done_afterwards(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    save(client, house, "Waits")
    with database.write() as session:
        actor = Actor.of(house.manager, at=clock.now())
        job = service.ask(session, actor, house.assessment, Asked("json", "summary", "en"), now=clock.now()).id
    assert draw(database, settings)
    assert missing(database, settings, house, house.manager, "kk")
    never = threading.Event()
    while any(one(database, never) for one in works(settings)):
        pass
    assert job_of(database, job).state == "done"
    assert missing(database, settings, house, house.manager, "kk") == []


def test_it_gives_way_to_mail_where_there_is_a_mail_server(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    save(client, house, "Waits for the post")
    with database.write() as session:
        send_later(session, settings, to="person@example.org", subject="A subject", body="Words", now=clock.now())
    assert draw(database, settings.model_copy(update={"smtp_host": "127.0.0.1"}))
    assert missing(database, settings, house, house.manager, "kk")
    assert draw(database, settings)
    assert missing(database, settings, house, house.manager, "kk") == []


def test_a_worker_that_stops_leaves_it_to_another(client: Client, database: Database, settings: Settings, house: House) -> None:
    save(client, house, "Not today")
    assert draw(database, settings, stop=True)
    assert missing(database, settings, house, house.manager, "kk")
    assert draw(database, settings)
    assert missing(database, settings, house, house.manager, "kk") == []


def test_what_takes_too_long_is_left_until_somebody_asks(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    save(client, house, "Slow")
    assert draw(database, settings, seconds=0)
    assert missing(database, settings, house, house.manager, "kk")
    assert not draw(database, settings, now=in_a_while)
