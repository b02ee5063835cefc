"""The command that packs a site-visit binder."""

from pathlib import Path
from typing import Annotated

import typer

from app import clock
from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.assessments import access, trail
from app.config import Settings
from app.db import Database
from app.errors import NotFound
from app.i18n import LANGUAGES
from app.i18n import gettext as _
from app.rubrics import registry


def binder_command(
    assessment: Annotated[int, typer.Argument(help="Number of the assessment.", min=1, max=999_999_999, show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="ZIP file to write.")],
    reader: Annotated[str, typer.Option("--as", help="E-mail address of the person whose view it is: what they may see.")],
    language: Annotated[str, typer.Option("--lang", help="en, kk or ru.")] = "en",
    kind: Annotated[str, typer.Option("--kind", help="full, summary, or none for the evidence alone.")] = "full",
) -> None:
    """Pack a site-visit binder: the report, every cited file that a person may see, an index, hashes."""
    from app.binder.service import pack, prepare  # noqa: PLC0415 - other commands need not load it
    from app.reports.kinds import kind_of  # noqa: PLC0415 - as above

    if language not in LANGUAGES:
        raise typer.BadParameter(_("use one of: {choices}").format(choices=", ".join(LANGUAGES)), param_hint="--lang")
    settings = Settings.from_env()
    database = Database(settings)
    with database.write() as session:
        person = accounts.find_person(session, reader)
        if person is None:
            raise NotFound(_("Nobody has the address {email}.").format(email=reader))
        now = clock.now()
        actor = Actor.of(person, at=now)
        found = access.get_readable(session, actor, assessment)
        wanted = None if kind == "none" else kind_of(kind)
        prepared = prepare(session, settings, registry.home(), actor, found, language, wanted)
        made = pack(settings, prepared)
        trail.note(session, found, "report.binder_made", actor, now=now, data=prepared.told)
    database.close()
    with out.open("wb") as target:
        for chunk in made:
            target.write(chunk)


def install(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("binder")(binder_command)
