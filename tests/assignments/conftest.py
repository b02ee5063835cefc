"""An assessment with people who answer it, review it and only see it; reminders go through a whole database: their own."""

from dataclasses import dataclass
from typing import Any

import pytest

from app.accounts.models import Organisation, Person, Role
from app.assessments.models import Answer, Assessment
from app.assignments.models import Assignment, StatedAnswer
from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person
from tests.own_database import app, settings

__all__ = ["app", "settings"]

REVIEWED = "esg-2015:policy.review"
APPROVED = "esg-2015:policy.approved"


@dataclass
class Team:
    """A university with one person for each role, and its assessment."""

    database: Database
    settings: Settings
    client: Client
    home: Organisation
    manager: Person
    contributor: Person
    auditor: Person
    rector: Person
    assessment: Assessment

    @property
    def path(self) -> str:
        return f"/assessments/{self.assessment.id}"

    def assign(self, *parts: str, to: Person, due: str = "", status: int = 303) -> None:
        """Assign as the quality manager."""
        form = {"part": list(parts), "to": f"person:{to.id}", "due": due}
        answer = self.client.as_(self.manager).send_form(f"{self.path}/assignments", form)
        assert answer.status_code == status, answer.text

    def answer(self, criterion: str, by: Person, choice: str = "2", **more: Any) -> None:
        """Save an answer."""
        form = {"version": str(self.version(criterion)), "choice": choice, "comment": "Text", **more}
        answer = self.client.as_(by).send_form(f"{self.path}/criteria/{criterion}", form)
        assert answer.status_code == 303, answer.text

    def do(self, criterion: str, deed: str, by: Person, **more: str) -> int:
        """Do something about the state of an answer; the status that came back."""
        form = {"deed": deed, "version": str(self.version(criterion)), **more}
        return self.client.as_(by).send_form(f"{self.path}/criteria/{criterion}/state", form).status_code

    def version(self, criterion: str) -> int:
        with self.database.read() as session:
            row = session.query(Answer).filter_by(assessment_id=self.assessment.id, criterion=criterion).one_or_none()
            return row.version if row else 0

    def stated(self, criterion: str) -> StatedAnswer | None:
        with self.database.read() as session:
            return session.get(StatedAnswer, (self.assessment.id, criterion))

    def assignments(self) -> list[Assignment]:
        with self.database.read() as session:
            rows = session.query(Assignment).filter_by(assessment_id=self.assessment.id)
            return list(rows.order_by(Assignment.id))


@pytest.fixture
def team(client: Client, database: Database, settings: Settings) -> Team:
    home = make_organisation(database)
    manager = make_person(database, settings, home, name="Mira Manager")
    contributor = make_person(database, settings, home, Role.CONTRIBUTOR, name="Cora Contributor")
    auditor = make_person(database, settings, home, Role.INTERNAL_AUDITOR, name="Aida Auditor")
    rector = make_person(database, settings, home, Role.RECTOR, name="Rinat Rector")
    assessment = make_assessment(database, home)
    return Team(database, settings, client, home, manager, contributor, auditor, rector, assessment)
