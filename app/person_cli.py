"""Commands about a person's data: everything that is stored about them, and erasing it."""

import sys
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app import clock
from app.accounts import access, erasure, personal
from app.accounts.models import Person
from app.config import Settings
from app.db import Database
from app.errors import NotFound
from app.i18n import gettext as _

Email = Annotated[str, typer.Argument(help="E-mail address.", show_default=False)]


def _get_person(session: Session, email: str) -> Person:
    person = access.find_person(session, email)
    if person is None:
        raise NotFound(_("Nobody has the address {email}.").format(email=email))
    return person


def user_export(email: Email) -> None:
    """Print everything that is stored about a person, as JSON: to answer them when they ask."""
    database = Database(Settings.from_env())
    with database.write() as session:
        person = _get_person(session, email)
        content = personal.as_json(session, person)
        personal.note_exported(session, person.id, None, now=clock.now())
    database.close()
    sys.stdout.write(content)


def user_erase(
    email: Email,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Erase a person: name, address, sign-in, roles. What they did stays, as done by a number. It cannot be taken back."""
    database = Database(Settings.from_env())
    if not yes:
        typer.confirm(_("Erase {email} for ever?").format(email=email), abort=True)
    with database.write() as session:
        person = _get_person(session, email)
        erasure.erase(session, person, actor_id=None, now=clock.now())
    database.close()
    typer.echo(_("Erased. In histories this is now: erased person {number}.").format(number=person.id), err=True)


def install(user_app: typer.Typer) -> None:
    """Add these commands to those about people."""
    user_app.command("export")(user_export)
    user_app.command("erase")(user_erase)
