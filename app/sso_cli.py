"""Commands for organisations' single sign-on: set, list, remove."""

import getpass
import sys
from typing import Annotated

import typer

from app import clock
from app.accounts import single_sign_on_settings as single_sign_on
from app.accounts.single_sign_on_client import Issuers
from app.accounts.single_sign_on_reasons import SignOnFailed
from app.config import Settings
from app.db import Database
from app.i18n import gettext as _
from app.migrate import migrate

sso_app = typer.Typer(no_args_is_help=True, help="Single sign-on of organisations (OpenID Connect).")
OrganisationId = Annotated[int, typer.Option("--organisation", help="Number of the organisation.")]


@sso_app.command("set")
def sso_set(
    organisation: OrganisationId,
    issuer: Annotated[str, typer.Option(help="Address of the provider, as its discovery document names it.")],
    client_id: Annotated[str, typer.Option(help="What the provider calls this installation.")],
    domain: Annotated[list[str], typer.Option(help="Domain of the organisation's e-mail addresses; may be repeated.")],
) -> None:
    """Set or replace an organisation's single sign-on. The client secret is asked for, or read from standard input."""
    settings = Settings.from_env()
    migrate(settings)
    asked = getpass.getpass(_("Client secret: ")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    wanted = single_sign_on.Wanted(issuer, client_id, asked, tuple(domain))
    database = Database(settings)
    with database.write() as session:
        single_sign_on.configure(session, settings, organisation, wanted, now=clock.now())
    database.close()
    typer.echo(
        _("Register this return address at the provider: {address}").format(address=single_sign_on.return_address(settings)),
        err=True,
    )
    try:
        Issuers(settings).discovery(issuer, now=clock.now())
    except SignOnFailed as failed:
        code = f"{failed.reason.value} {failed.code}".strip()
        message = _("It is set, but the provider's discovery document could not be used just now: {code}")
        typer.echo(message.format(code=code), err=True)


@sso_app.command("list")
def sso_list() -> None:
    """List the single sign-on of every organisation; secrets are not shown."""
    settings = Settings.from_env()
    migrate(settings)
    database = Database(settings)
    with database.read() as session:
        rows = single_sign_on.listed(session)
    database.close()
    for row in rows:
        typer.echo(f"{row.organisation_id}\t{row.organisation}\t{row.issuer}\t{row.client_id}\t{','.join(row.domains)}")


@sso_app.command("remove")
def sso_remove(organisation: OrganisationId) -> None:
    """End an organisation's single sign-on, and the sessions it opened."""
    settings = Settings.from_env()
    migrate(settings)
    database = Database(settings)
    with database.write() as session:
        single_sign_on.remove(session, organisation, now=clock.now())
    database.close()
    typer.echo(_("The single sign-on is removed."), err=True)
