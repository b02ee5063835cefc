"""Nobody is erased whom an organisation or the installation cannot do without."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock
from app.accounts import erasure
from app.accounts.models import Person, Role
from app.config import Settings
from app.db import Database
from tests.factories import make_organisation, make_person, make_unit


def erase(database: Database, person: Person) -> None:
    """Erase the person, in a transaction."""
    with database.write() as session:
        erasure.erase(session, session.get_one(Person, person.id), actor_id=None, now=clock.now())


def test_the_last_quality_manager_cannot_be_erased(database: Database, settings: Settings) -> None:
    lonely = make_organisation(database)
    manager = make_person(database, settings, lonely)
    make_person(database, settings, lonely, Role.RECTOR)
    with pytest.raises(erasure.StillNeeded, match=f"last quality manager of {lonely.name}"):
        erase(database, manager)
    second = make_person(database, settings, lonely)
    with database.write() as session:
        session.get_one(Person, second.id).disabled_at = clock.now()
    with pytest.raises(erasure.StillNeeded):
        erase(database, manager)
    with database.write() as session:
        session.get_one(Person, second.id).disabled_at, session.get_one(Person, second.id).erased_at = None, clock.now()
    with pytest.raises(erasure.StillNeeded):
        erase(database, manager)
    with database.write() as session:
        session.get_one(Person, second.id).erased_at = None
    erase(database, manager)


def test_who_manages_only_a_unit_stands_in_for_nobody_and_is_not_kept(database: Database, settings: Settings) -> None:
    home = make_organisation(database)
    faculty = make_unit(database, home)
    manager = make_person(database, settings, home)
    of_faculty = make_person(database, settings, home, unit=faculty)
    with pytest.raises(erasure.StillNeeded):
        erase(database, manager)
    erase(database, of_faculty)
    headless = make_organisation(database)
    erase(database, make_person(database, settings, headless, unit=make_unit(database, headless)))


def test_an_organisation_without_a_manager_keeps_nobody_elsewhere(database: Database, settings: Settings) -> None:
    headless = make_organisation(database)
    gone = make_person(database, settings, headless)
    with database.write() as session:
        session.get_one(Person, gone.id).disabled_at = clock.now()
    try:
        erase(database, make_person(database, settings, make_organisation(database), Role.CONTRIBUTOR))
    finally:
        with database.write() as session:
            session.get_one(Person, gone.id).disabled_at = None


def test_the_last_operator_cannot_be_erased(database: Database, settings: Settings) -> None:
    first, second = make_person(database, settings), make_person(database, settings)
    with database.engine.connect() as connection, connection.begin() as deed:
        session = Session(connection)
        session.execute(update(Person).values(is_operator=Person.id == first.id))
        with pytest.raises(erasure.StillNeeded, match="last operator"):
            erasure.erase(session, session.get_one(Person, first.id), actor_id=None, now=clock.now())
        session.get_one(Person, second.id).is_operator = True
        session.flush()
        erasure.erase(session, session.get_one(Person, first.id), actor_id=None, now=clock.now())
        assert not session.get_one(Person, first.id).is_operator
        session.close()
        deed.rollback()
