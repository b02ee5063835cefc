"""The command that makes a report of a portable assessment, without a database."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from app.i18n import LANGUAGES, use
from app.i18n import gettext as _
from app.portable.model import on_date
from app.portable.read import read_path
from app.rubrics import registry


def report_command(
    file: Annotated[Path, typer.Argument(help="A portable assessment, YAML or JSON.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="File to write; its ending (.pdf .html .json .xlsx .docx) says the format.")],
    language: Annotated[str, typer.Option("--lang", help="en, kk or ru.")] = "en",
    kind: Annotated[str, typer.Option("--kind", help="full, summary, plan, iso-to-esg or delta.")] = "full",
    day: Annotated[str | None, typer.Option("--date", help="Reference date, YYYY-MM-DD, instead of the file's.")] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="The earlier assessment that --kind delta compares with.")
    ] = None,
    page: Annotated[str, typer.Option("--page", help="a4, or phone for a summary on the screen of a phone.")] = "a4",
) -> None:
    """Write the report of a portable assessment."""
    from app.cli import as_day  # noqa: PLC0415 - the two modules make one command line
    from app.reports.kinds import KINDS  # noqa: PLC0415 - commands that print nothing start quicker without it

    for option, value, choices in (("--lang", language, LANGUAGES), ("--kind", kind, KINDS), ("--page", page, ("a4", "phone"))):
        if value not in choices:
            raise typer.BadParameter(_("use one of: {choices}").format(choices=", ".join(choices)), param_hint=option)
    if (kind == "delta") != (against is not None):
        raise typer.BadParameter(_("--kind delta and --against FILE belong together"), param_hint="--against")
    write_report(file, out, language=language, kind=kind, day=as_day(day), against=against, page=page)


def write_report(
    file: Path, out: Path, *, language: str, kind: str, day: date | None, against: Path | None = None, page: str = "a4"
) -> None:
    """Write a report as a file; the ending of its name says the format."""
    from app.reports import service  # noqa: PLC0415 - commands that print nothing start quicker without it
    from app.reports.build_delta import Against  # noqa: PLC0415 - as above
    from app.reports.kinds import kind_of  # noqa: PLC0415 - as above

    wanted = service.format_of(out.name)
    library = registry.home()
    portable = read_path(file, library)
    if day is not None:
        portable = on_date(portable, day)
    earlier = Against(read_path(against, library), library) if against else None
    with use(language):
        content = service.make(
            portable,
            library,
            language=language,
            kind=kind_of(kind),
            wanted=wanted,
            against=earlier,
            page="phone" if page == "phone" else "a4",
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
