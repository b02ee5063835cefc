"""An assessment of the small example with somebody signed in who plans."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.models import Organisation, Person
from app.assessments.models import Assessment, PlannedAction
from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person

FREE, OTHER = "esg-2015:policy.review", "esg-2015:policy.roles"
"""Criteria that nothing is planned for."""


@dataclass(frozen=True)
class Here:
    """The assessment, and what a person does there."""

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


def place(client: Client, database: Database, settings: Settings) -> Here:
    organisation = make_organisation(database)
    assessment = make_assessment(database, organisation)
    person = make_person(database, settings, organisation, name="Ayan Sample")
    client.as_(person)
    return Here(client, database, settings, organisation, assessment, person)
