"""An organisation and its assessment, whose criterion is discussed."""

import pytest

from app.accounts.models import Organisation
from app.assessments.models import Assessment
from app.db import Database
from tests.factories import make_assessment, make_organisation

CRITERION = "esg-2015:policy.approved"


@pytest.fixture
def organisation(database: Database) -> Organisation:
    return make_organisation(database)


@pytest.fixture
def assessment(database: Database, organisation: Organisation) -> Assessment:
    return make_assessment(database, organisation)
