"""What one organisation, or one person, has is no obstacle to another."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app import clock
from app.accounts import service, sessions, units
from app.accounts.actor import Actor
from app.accounts.forms import ProgrammeForm, UnitForm
from app.accounts.sign_in_models import SignInSession
from app.config import Settings
from app.db import Database
from tests.factories import make_organisation, make_person


def test_units_and_programmes_of_two_organisations_may_have_the_same_names(database: Database, settings: Settings) -> None:
    now = clock.now()
    for _time in range(2):
        organisation = make_organisation(database)
        actor = Actor.of(make_person(database, settings, organisation), at=now)
        with database.write() as session:
            law = units.save_unit(session, organisation.id, UnitForm(name="Law"), actor, now=now)
            units.save_unit(session, organisation.id, UnitForm(name="Law", kind="department", parent_id=law.id), actor, now=now)
            units.add_programme(session, organisation.id, ProgrammeForm(name="International law"), actor, now=now)
        with pytest.raises(units.NameTaken), database.write() as session:
            units.save_unit(session, organisation.id, UnitForm(name="Law"), actor, now=now)
        with pytest.raises(units.NameTaken), database.write() as session:
            units.add_programme(session, organisation.id, ProgrammeForm(name="International law"), actor, now=now)


def test_a_session_that_has_ended_is_not_listed(database: Database, settings: Settings) -> None:
    person, now = make_person(database, settings), clock.now()
    with database.write() as session:
        for _time in range(2):
            service.sign_in(session, settings, person, now=now)
        numbers = sorted(one.id for one in sessions.of(session, Actor.of(person, at=now)))
        session.execute(update(SignInSession).where(SignInSession.id == numbers[0]).values(expires_at=now - timedelta(hours=1)))
        assert [one.id for one in sessions.of(session, Actor.of(person, at=now))] == numbers[1:]
