"""Organisations, people and assessments for tests; each call makes new ones, so that tests share a database and nothing else."""

from itertools import count
from pathlib import Path
from typing import Any

from app import clock
from app.accounts import service as accounts
from app.accounts.models import Organisation, Person, Role
from app.accounts.passwords import Passwords
from app.assessments.models import Assessment
from app.assessments.transfer import import_portable
from app.config import Settings
from app.db import Database
from app.portable.model import Portable
from app.portable.read import read_path
from app.rubrics import registry

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PASSWORD = "correct horse battery"
_numbers = count(1)


def small() -> Portable:
    """The small example."""
    return read_path(EXAMPLES / "small.en.yaml", registry.home())


def make_organisation(database: Database, name: str = "Sample University") -> Organisation:
    with database.write() as session:
        return accounts.create_organisation(session, f"{name} {next(_numbers)}", now=clock.now())


def make_person(
    database: Database,
    settings: Settings,
    organisation: Organisation | None = None,
    role: Role = Role.QUALITY_MANAGER,
    **fields: Any,
) -> Person:
    email = fields.pop("email", f"person{next(_numbers)}@example.org")
    with database.write() as session:
        person = accounts.create_person(
            session,
            Passwords(settings),
            email=email,
            name=fields.pop("name", "Sample Person"),
            password=PASSWORD,
            language=fields.pop("language", "en"),
            now=clock.now(),
        )
        if organisation is not None:
            accounts.grant(session, person, organisation, role, now=clock.now())
        return person


def make_assessment(database: Database, organisation: Organisation, portable: Portable | None = None) -> Assessment:
    with database.write() as session:
        return import_portable(session, registry.home(), organisation, portable or small(), None, now=clock.now())
