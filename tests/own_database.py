"""Fixtures for a folder of tests that look at everything in their database: an installation of its own, on each engine.

Its conftest imports `app` and `settings` from here; the common database would make it slower with each test that ran before.
"""

import re
from collections.abc import Iterator

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy.engine import make_url

from app.config import Settings
from app.main import create_app
from app.migrate import migrate
from tests.conftest import settings_of


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """As the common fixture, of a database that only the tests of this folder know."""
    address = ""
    if request.param == "postgresql":
        name = re.sub(r"\W", "_", f"own_{request.node.nodeid}")
        server = request.getfixturevalue("postgresql")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        address = make_url(server).set(database=name).render_as_string(hide_password=False)
    made = settings_of(tmp_path_factory.mktemp(f"own-{request.param}"), address)
    migrate(made)
    return made


@pytest.fixture(scope="package")
def app(settings: Settings) -> Iterator[FastAPI]:
    made = create_app(settings)
    yield made
    made.state.database.close()
