"""The command that says whether this installation is fit to run."""

from dataclasses import asdict
from typing import Annotated

import typer

from app import doctor
from app.config import Settings
from app.errors import Problem
from app.i18n import gettext as _


def doctor_command(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check the installation: each thing that keeps it from starting, and what an operator should know."""
    from app.cli import print_json  # noqa: PLC0415 - the two modules make one command line

    checks = doctor.examine(Settings.from_env())
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            typer.echo(str(check))
    if any(check.state is doctor.State.REFUSED for check in checks):
        raise Problem(_("Sapa does not start before this is mended."))


def install(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("doctor")(doctor_command)
