"""Commands about a rubric of one's own, and the booklet of any rubric."""

from pathlib import Path
from typing import Annotated

import typer

from app import clock
from app.errors import NotFound
from app.i18n import LANGUAGES
from app.i18n import gettext as _
from app.reports.booklet import print_booklet
from app.rubrics import registry
from app.rubrics.importing.bring import bring
from app.rubrics.importing.writing import as_yaml, skeleton, template
from app.rubrics.model import Rubric

Out = Annotated[Path, typer.Option("--out", help="File to write.", show_default=False)]


def install(rubric_app: typer.Typer) -> None:
    """Add the commands to `sapa rubric`."""
    rubric_app.command("new")(new)
    rubric_app.command("template")(write_template)
    rubric_app.command("import")(import_rubric)
    rubric_app.command("print")(print_rubric)


def _write(path: Path, content: bytes) -> None:
    """Write a new file; what is there already stays. Raises NotFound, with words, when the place cannot be written."""
    if path.exists():
        raise NotFound(_("{path} exists already and was not changed.").format(path=path))
    try:
        path.write_bytes(content)
    except OSError as wrong:
        raise NotFound(_("{path} cannot be written: {reason}").format(path=path, reason=wrong.strerror)) from wrong
    typer.echo(_("Written: {path}").format(path=path), err=True)


def new(rubric_id: Annotated[str, typer.Argument(help="Its id, in Latin letters.", show_default=False)], out: Out) -> None:
    """Write the skeleton of a rubric of your own, in three languages; it passes the check."""
    text = skeleton(rubric_id, clock.today().isoformat())
    bring(text.encode(), out.name, registry.home(), day=clock.today().isoformat())
    _write(out, text.encode())


def write_template(out: Out) -> None:
    """Write the workbook to fill: one row for each criterion."""
    _write(out, template())


def import_rubric(
    file: Annotated[Path, typer.Argument(help="A workbook, CSV, YAML or CISO Assistant library.", show_default=False)],
    out: Out,
    edition: Annotated[str, typer.Option(help="Edition, where the file states none.")] = "1",
) -> None:
    """Bring in a rubric and write it as YAML; says what could not be carried over."""
    if not file.is_file():
        raise NotFound(_("There is no file {path}.").format(path=file))
    brought = bring(file.read_bytes(), file.name, registry.home(), day=clock.today().isoformat(), edition=edition)
    for note in brought.notes:
        typer.echo(note, err=True)
    _write(out, as_yaml(brought.rubric).encode())


def _found(name: str) -> Rubric:
    rubrics = registry.home().rubrics
    found = [one for one in rubrics.values() if name in (one.id, one.reference)]
    if not found:
        raise NotFound(_("There is no rubric {name}: use one of {names}.").format(name=name, names=", ".join(rubrics)))
    return found[-1]


def print_rubric(
    name: Annotated[str, typer.Argument(help="id or id@edition.", show_default=False)],
    out: Out,
    lang: Annotated[str, typer.Option(help="en, kk or ru.")] = "en",
) -> None:
    """Print a rubric as a booklet (PDF) in one language."""
    if lang not in LANGUAGES:
        raise NotFound(_("There is no language “{name}”: use kk, ru or en.").format(name=lang))
    _write(out, print_booklet(_found(name), registry.home(), lang))
