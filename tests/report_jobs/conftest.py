"""An installation of its own, on each engine, in which no job of others waits; an organisation with its quality manager."""

from dataclasses import dataclass

import pytest
from sqlalchemy import delete

from app.accounts.models import Organisation, Person
from app.assessments.models import Assessment
from app.config import Settings
from app.db import Database
from app.jobs.models import WorkerSeen
from app.report_jobs.models import ReportJob
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person
from tests.own_database import app, settings

__all__ = ["app", "settings"]


@pytest.fixture(autouse=True)
def _nothing_waits(database: Database) -> None:
    with database.write() as session:
        session.execute(delete(ReportJob))
        session.execute(delete(WorkerSeen))


@dataclass(frozen=True)
class House:
    """An organisation, its quality manager, and an assessment."""

    organisation: Organisation
    manager: Person
    assessment: Assessment

    @property
    def base(self) -> str:
        return f"/assessments/{self.assessment.id}"


@pytest.fixture
def house(client: Client, database: Database, settings: Settings) -> House:
    """A house whose quality manager is signed in."""
    organisation = make_organisation(database)
    manager = make_person(database, settings, organisation)
    client.as_(manager)
    return House(organisation, manager, make_assessment(database, organisation))
