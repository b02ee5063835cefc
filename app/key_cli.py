"""Commands about the keys with which organisations sign their reports."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app import clock
from app.config import Settings
from app.db import Database
from app.i18n import gettext as _
from app.keys import access, service
from app.keys.models import SigningKey
from app.migrate import migrate

key_app = typer.Typer(no_args_is_help=True, help="Keys with which organisations sign their reports.")
OrganisationId = Annotated[int, typer.Option("--organisation", min=1, max=999_999_999, help="Number of the organisation.")]


def _told(key: SigningKey) -> None:
    typer.echo(_("The organisation signs its reports from now on. SHA-256 of the certificate:"), err=True)
    typer.echo(key.fingerprint)


@key_app.command("create")
def key_create(organisation: OrganisationId) -> None:
    """Make an organisation's signing key. The private half is kept encrypted and never shown."""
    _change(lambda session, settings, now: _told(service.create(session, settings, organisation, now=now)))


@key_app.command("rotate")
def key_rotate(organisation: OrganisationId) -> None:
    """Replace the key; what the old one signed can still be verified."""
    _change(lambda session, settings, now: _told(service.rotate(session, settings, organisation, now=now)))


@key_app.command("retire")
def key_retire(organisation: OrganisationId) -> None:
    """End the key without a new one: reports are no longer signed."""
    _change(lambda session, _settings, now: service.retire(session, organisation, now=now))
    typer.echo(_("The organisation signs nothing any more."), err=True)


@key_app.command("export")
def key_export(
    organisation: OrganisationId,
    out: Annotated[Path | None, typer.Option("--out", help="File to write instead of printing.", show_default=False)] = None,
) -> None:
    """Write the certificate (PEM), for those who verify signatures. It holds nothing secret."""
    database = _opened()[0]
    with database.read() as session:
        certificate = access.get_live(session, organisation).certificate
    database.close()
    if out is None:
        sys.stdout.write(certificate)
    else:
        out.write_text(certificate, encoding="ascii")


@key_app.command("list")
def key_list() -> None:
    """List every key that there ever was: fingerprint, since when, until when, organisation."""
    database = _opened()[0]
    with database.read() as session:
        found = access.known(session)
    database.close()
    for one in found:
        until = one.retired_at.date().isoformat() if one.retired_at else "-"
        typer.echo(f"{one.fingerprint}\t{one.created_at.date().isoformat()}\t{until}\t{one.organisation}")


def _opened() -> tuple[Database, Settings]:
    settings = Settings.from_env()
    migrate(settings)
    return Database(settings), settings


def _change(work: Callable[[Session, Settings, datetime], object]) -> None:
    database, settings = _opened()
    with database.write() as session:
        work(session, settings, clock.now())
    database.close()
