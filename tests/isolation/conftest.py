"""The world of the matrix: one for each engine, in a database of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.config import Settings
from tests.isolation.sweep import Sweep
from tests.isolation.world import World, build


def settings_in(folder: Path, address: str = "") -> Settings:
    """Settings of an installation in a folder; on SQLite unless an address is given."""
    secret = "a secret that only the matrix knows, long enough"
    # One person asks here more than a thousand would.
    quick = {"password_memory_kib": 64, "password_rounds": 1, "exports_person": 10**9, "refused_person": 10**9}
    return Settings(data_dir=folder, database_url=address, base_url="http://testserver", secret=secret, **quick)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    address = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE isolation")
        address = make_url(server).set(database="isolation").render_as_string(hide_password=False)
    built = build(settings_in(tmp_path_factory.mktemp(f"world-{request.param}"), address))
    yield built
    built.database.close()


@pytest.fixture(scope="session")
def sweep(world: World) -> Iterator[Sweep]:
    """Everything on SQLite; on PostgreSQL a third of it, unless everything is asked for (as CI does)."""
    is_second = world.settings.database_url.startswith("postgresql")
    whole = os.environ.get("SAPA_WHOLE") == "1"  # noqa: TID251 - what this run of the tests is asked for
    made = Sweep(world, part=1 if whole or not is_second else 3)
    yield made
    made.caller.close()
