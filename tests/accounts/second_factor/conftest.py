"""A person of a university who need not have a second factor."""

import pytest

from app.accounts.models import Person, Role
from app.config import Settings
from app.db import Database
from tests.factories import make_organisation, make_person


@pytest.fixture
def person(database: Database, settings: Settings) -> Person:
    return make_person(database, settings, make_organisation(database), Role.CONTRIBUTOR)
