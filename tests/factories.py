"""Organisations, people and assessments for tests; each call makes new ones, so that tests share a database and nothing else."""

from itertools import count
from pathlib import Path
from typing import Any

from app import clock
from app.accounts import service as accounts
from app.accounts.actor import Actor
from app.accounts.forms import UnitForm
from app.accounts.models import Organisation, OrganisationKind, Person, Role, Unit
from app.accounts.passwords import Passwords
from app.accounts.units import save_unit
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


def make_agency(database: Database, name: str = "Sample Agency") -> Organisation:
    with database.write() as session:
        title = f"{name} {next(_numbers)}"
        return accounts.create_organisation(session, title, kind=OrganisationKind.AGENCY, now=clock.now())


def make_unit(database: Database, organisation: Organisation, parent: Unit | None = None, name: str = "Faculty") -> Unit:
    form = UnitForm(name=f"{name} {next(_numbers)}", parent_id=parent.id if parent else None)
    nobody = Actor(0, "", "", "en", clock.now())
    with database.write() as session:
        return save_unit(session, organisation.id, form, nobody, now=clock.now())


def make_person(
    database: Database,
    settings: Settings,
    organisation: Organisation | None = None,
    role: Role = Role.QUALITY_MANAGER,
    unit: Unit | None = None,
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
            accounts.grant(session, person, organisation, role, unit, now=clock.now())
        return person


def make_assessment(
    database: Database, organisation: Organisation, portable: Portable | None = None, unit: Unit | None = None
) -> Assessment:
    unit_id = unit.id if unit else None
    with database.write() as session:
        library, now = registry.home(), clock.now()
        return import_portable(session, library, organisation, portable or small(), None, unit_id=unit_id, now=now)
