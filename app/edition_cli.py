"""Commands about editions: what changed between two, and an assessment moved from one to the other."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.errors import Problem
from app.i18n import gettext as _
from app.portable.moving import move, preview
from app.portable.read import read_path
from app.portable.write import to_json, to_yaml
from app.rubrics import registry
from app.rubrics.editions import EditionMap, edition_map
from app.rubrics.model import Change, in_language

edition_app = typer.Typer(help="Editions of a rubric: what changed, and moving an assessment.", no_args_is_help=True)
Older = Annotated[str, typer.Argument(help="The older edition, id@edition.", show_default=False)]
Newer = Annotated[str, typer.Argument(help="The edition that extends it, id@edition.", show_default=False)]


@edition_app.command("diff")
def diff(older: Older, newer: Newer, *, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """What became of each criterion; unchanged ones are only counted."""
    from app.cli import print_json  # noqa: PLC0415 - it imports this module

    editions = edition_map(registry.home(), older, newer)
    if as_json:
        print_json(as_data(editions))
        return
    same = sum(step.change is Change.SAME for step in editions.steps)
    typer.echo(_("{older} to {newer}: {count} criteria unchanged").format(older=older, newer=newer, count=same))
    for step in editions.steps:
        if step.change is not Change.SAME:
            origin = ", ".join(step.origin) or "–"
            question = in_language(step.criterion.question, "en")
            typer.echo(f"  {step.criterion.code:<8} {step.change.value:<9} {origin:<12} {question}")
    for name in editions.ended:
        typer.echo(f"  {name}: " + _("ends"))


def as_data(editions: EditionMap) -> dict[str, Any]:
    """The map as JSON data."""
    return {
        "from": editions.older.reference,
        "to": editions.newer.reference,
        "steps": [
            {"criterion": one.criterion.id, "change": one.change.value, "from": list(one.origin), "to_confirm": one.to_confirm}
            for one in editions.steps
        ],
        "ended": list(editions.ended),
    }


@edition_app.command("move")
def move_file(
    file: Annotated[Path, typer.Argument(help="A portable assessment, YAML or JSON.", show_default=False)],
    newer: Newer,
    out: Annotated[Path | None, typer.Option(help="Where to write it; only the preview is shown without.")] = None,
) -> None:
    """Move a portable assessment to a newer edition; the file that is read stays as it is."""
    library = registry.home()
    portable = read_path(file, library)
    older = library.rubric(newer).extends
    if older is None:
        raise Problem(_("{name} extends no other edition: nothing can be moved to it.").format(name=newer))
    editions = edition_map(library, older, newer)
    told = preview(portable, editions)
    counts = {"carried": len(told.carried), "confirm": len(told.to_confirm), "open": len(told.left_open)}
    typer.echo(_("{carried} answers carried, {confirm} to be confirmed, {open} criteria left open").format(**counts), err=True)
    if told.to_confirm:
        typer.echo(_("To be confirmed: {names}").format(names=", ".join(told.to_confirm)), err=True)
    if out is not None:
        moved = move(portable, editions)
        out.write_text(to_json(moved) if out.suffix == ".json" else to_yaml(moved), encoding="utf-8")
