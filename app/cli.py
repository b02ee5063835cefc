"""The command line: thin commands, each of which calls one function elsewhere.

Exit codes: 0 done, 1 the input is wrong (said on standard error), 2 the command was used wrongly.
"""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import SQLAlchemyError

from app import agreement_cli, binder_cli, doctor_cli, rubric_cli, service_cli, worker_cli
from app.edition_cli import edition_app
from app.errors import Problem
from app.i18n import gettext as _
from app.i18n import ngettext
from app.key_cli import key_app
from app.portable.model import on_date
from app.portable.read import assessed, read_path
from app.rubrics import check as library_check
from app.rubrics import registry
from app.rubrics.model import Rubric, in_language
from app.scoring.score import score
from app.scoring.scorecard_json import to_json
from app.search_cli import search_app
from app.sso_cli import sso_app

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Sapa: self-assessment of quality assurance and double-degree readiness.",
)
rubric_app = typer.Typer(no_args_is_help=True, help="Look at and check the rubrics.")
library_app = typer.Typer(no_args_is_help=True, help="The library as a whole.")
app.add_typer(rubric_app, name="rubric")
app.add_typer(library_app, name="library")
app.add_typer(edition_app, name="edition")
app.add_typer(sso_app, name="sso")
app.add_typer(search_app, name="search")
app.add_typer(key_app, name="key")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AssessmentFile = Annotated[Path, typer.Argument(help="A portable assessment, YAML or JSON.", show_default=False)]
ReferenceDate = Annotated[str | None, typer.Option("--date", help="Reference date, YYYY-MM-DD, instead of the file's.")]
ProfileId = Annotated[str | None, typer.Option("--profile", help="Profile, instead of the file's.")]


def print_json(data: Any) -> None:
    """JSON as people and programs read it: letters as they are, keys in their order."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def as_day(text: str | None) -> date | None:
    """The day written as YYYY-MM-DD. Raises typer.BadParameter, which is wrong usage."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = _("“{text}” is not a date: write YYYY-MM-DD, for example 2026-11-01").format(text=text)
        raise typer.BadParameter(message, param_hint="--date") from None


@rubric_app.command("list")
def rubric_list(*, as_json: AsJson = False) -> None:
    """List the rubrics: id, edition, status, languages, standards, criteria, mandatory ones, digest."""
    rows = [_summary(rubric) for rubric in registry.home().rubrics.values()]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        languages = ",".join(row["languages"])
        counts = f"{row['standards']:>3} standards {row['criteria']:>4} criteria {row['mandatory']:>3} mandatory"
        typer.echo(f"{row['id'] + '@' + row['edition']:<24} {row['status']:<11} {languages:<9} {counts}  {row['digest']}")
        typer.echo(f"    {row['title']}")


def _summary(rubric: Rubric) -> dict[str, Any]:
    criteria = list(rubric.criteria())
    return {
        "id": rubric.id,
        "edition": rubric.edition,
        "title": in_language(rubric.of.title, "en"),
        "status": rubric.of.status,
        "languages": list(rubric.languages),
        "standards": len(rubric.standards),
        "criteria": len(criteria),
        "mandatory": sum(criterion.mandatory for criterion in criteria),
        "digest": registry.home().digests[rubric.reference],
    }


@rubric_app.command("check")
def rubric_check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; all of ours when left out.", show_default=False)
    ] = None,
) -> None:
    """Check rubrics, crosswalks, scales and profiles; every problem as file:line:col: path: problem - remedy."""
    count = library_check.check_paths(paths or [])
    typer.echo(
        ngettext("{count} file checked, nothing wrong.", "{count} files checked, nothing wrong.", count).format(count=count),
        err=True,
    )


@rubric_app.command("schema")
def rubric_schema() -> None:
    """Print the JSON Schema of the rubric format, for editors."""
    print_json({"$schema": "https://json-schema.org/draft/2020-12/schema", **Rubric.model_json_schema(by_alias=True)})


@library_app.command("export")
def library_export() -> None:
    """Print the whole library as one canonical JSON text."""
    sys.stdout.write(registry.canonical(registry.home().export()) + "\n")


@app.command("score")
def score_file(file: AssessmentFile, *, as_json: AsJson = False, profile: ProfileId = None, day: ReferenceDate = None) -> None:
    """Score a portable assessment; no database is needed."""
    reference_date = as_day(day)
    library = registry.home()
    portable = read_path(file, library)
    if reference_date is not None:
        portable = on_date(portable, reference_date)
    card = to_json(score(assessed(portable, library, profile)))
    if as_json:
        print_json(card)
    else:
        _print_card(card)


def _print_card(card: dict[str, Any]) -> None:
    def shown(value: float | None) -> str:
        return "–" if value is None else f"{value:.1f}"

    ends = f"{shown(card['index_low'])} – {shown(card['index_high'])}"
    typer.echo(f"{card['profile']} {card['date']}: {card['verdict']}, index {shown(card['index'])} ({ends})")
    for one in card["rubrics"]:
        progress = f"{one['answered']}/{one['applicable']}"
        typer.echo(f"  {one['rubric']}@{one['edition']}: {shown(one['score'])} ({progress}), band {one['band']}")
        for standard in one["standards"]:
            progress = f"{standard['answered']:>3}/{standard['applicable']}"
            typer.echo(f"    {standard['number']:<5} {standard['id']:<14} {shown(standard['score']):>6} {progress}")
    typer.echo(f"  {len(card['blockers'])} blockers: {', '.join(card['blockers'])}")


service_cli.install(app)
worker_cli.install(app)
doctor_cli.install(app)
agreement_cli.install(app)
binder_cli.install(app)
rubric_cli.install(rubric_app)


def main() -> None:
    """Run the command line; whatever goes wrong is said in plain words and never as a traceback."""
    try:
        app()
    except Problem as refused:
        typer.echo(refused.message, err=True)
        sys.exit(1)
    except (OSError, UnicodeError, ValidationError, SQLAlchemyError) as failed:
        typer.echo(_in_words(failed), err=True)
        sys.exit(1)


def _in_words(failed: Exception) -> str:
    """Which file, setting or database, and what is the matter with it."""
    if isinstance(failed, OSError) and failed.filename is not None:
        return f"{failed.filename}: {failed.strerror}"
    if isinstance(failed, ValidationError):
        # Files are checked where they are read: what is left are the settings.
        return "\n".join(_setting(one) for one in failed.errors())
    if isinstance(failed, SQLAlchemyError):
        reason = str(getattr(failed, "orig", failed)).strip()
        return _("The database cannot be used: {reason}").format(reason=reason)
    return str(failed)


def _setting(error: ErrorDetails) -> str:
    """One setting that cannot be used, under the name it has in the environment."""
    name = "".join(f"SAPA_{part}".upper() + ": " for part in error["loc"])
    return name + error["msg"].removeprefix("Value error, ")


if __name__ == "__main__":
    main()
