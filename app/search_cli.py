"""Commands about the search index: does it hold what it should, and make it anew."""

import typer

from app.config import Settings
from app.db import Database
from app.errors import Problem
from app.i18n import gettext as _

search_app = typer.Typer(no_args_is_help=True, help="The search index.")


@search_app.command("check")
def search_check() -> None:
    """Compare the index with the answers and the evidence."""
    from app.search import keeping  # noqa: PLC0415 - other commands need not load it

    database = Database(Settings.from_env())
    with database.write() as session:
        wrong = keeping.wrong(session.connection())
    database.close()
    if wrong:
        raise Problem(_("The search index differs in {count} places: run sapa search rebuild.").format(count=len(wrong)))
    typer.echo(_("The search index holds what it should."), err=True)


@search_app.command("rebuild")
def search_rebuild() -> None:
    """Make the index anew from the answers and the evidence."""
    from app.search import keeping  # noqa: PLC0415 - other commands need not load it

    database = Database(Settings.from_env())
    with database.write() as session:
        count = keeping.rebuild(session.connection())
    database.close()
    typer.echo(_("The search index was made anew: {count} entries.").format(count=count), err=True)
