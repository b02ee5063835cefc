"""A university with its manager and the small assessment; items by code."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.accounts.models import Organisation, Person
from app.assessments.models import Assessment, EvidenceLink
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person


@dataclass(frozen=True)
class House:
    """What a test of the library begins with; the manager is signed in."""

    client: Client
    database: Database
    settings: Settings
    organisation: Organisation
    manager: Person
    assessment: Assessment

    @property
    def path(self) -> str:
        return f"/organisations/{self.organisation.id}/evidence"

    def item(self, code: str) -> EvidenceItem:
        """The item as it is now."""
        with self.database.read() as session:
            query = select(EvidenceItem).where(EvidenceItem.organisation_id == self.organisation.id, EvidenceItem.code == code)
            return session.scalars(query).one()

    def link(self, code: str) -> EvidenceLink:
        """The first link to an item."""
        with self.database.read() as session:
            query = select(EvidenceLink).where(EvidenceLink.item_id == self.item(code).id).order_by(EvidenceLink.id)
            return session.scalars(query.limit(1)).one()

    def add(self, title: str, **fields: str) -> EvidenceItem:
        """A new item by its form; its kind is minutes unless said."""
        made = self.client.send_form(self.path, {"title": title, "kind": "minutes", **fields})
        assert made.status_code == 303, made.text[:400]
        with self.database.read() as session:
            return session.get_one(EvidenceItem, int(made.headers["location"].rpartition("/")[2]))


@pytest.fixture
def house(client: Client, database: Database, settings: Settings) -> House:
    organisation = make_organisation(database)
    manager = make_person(database, settings, organisation)
    assessment = make_assessment(database, organisation)
    return House(client.as_(manager), database, settings, organisation, manager, assessment)
