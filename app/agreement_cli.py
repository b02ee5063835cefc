"""`sapa agreement`: how far the raters of an assessment file agree."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.portable.model import Portable
from app.portable.read import read_path, rubrics_of
from app.reports.build_agreement import agreement_section
from app.reports.model_agreement import AgreementRow
from app.rubrics import registry
from app.rubrics.model import in_language
from app.scoring.agreement import Figure, Missing, ranked, spread_of, units_of

FIGURES = ("alpha", "exact", "within_one", "kappa")


def install(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("agreement")(agreement_command)


def agreement_command(
    file: Annotated[Path, typer.Argument(help="A portable assessment, YAML or JSON.", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """How far the raters in a portable assessment agree, and which criteria they read most differently."""
    portable = read_path(file, registry.home())
    rubrics = rubrics_of(portable, registry.home())
    section = agreement_section(portable, rubrics, lambda text: in_language(text, "en"))
    names = [f"{rubric.id}:{one.id}" for rubric in rubrics for one in rubric.criteria()]
    data: dict[str, Any] = {
        "raters": list(portable.raters),
        "agreement": [_row(one) for one in section.rows],
        "spread": _spread(portable, names),
    }
    if as_json:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        return
    typer.echo(f"raters: {', '.join(data['raters']) or '–'}")
    for row in data["agreement"]:
        typer.echo(
            f"  {row['code']:<18} {row['units']:>3} criteria  " + "  ".join(f"{name} {_shown(row[name])}" for name in FIGURES)
        )
    for one in data["spread"]:
        typer.echo(f"    {one['criterion']:<40} range {one['range']}, average deviation {one['average_deviation']:.2f}")


def _row(row: AgreementRow) -> dict[str, Any]:
    found = row.agreement
    figures = {name: _plain(getattr(found, name)) for name in FIGURES}
    return {"code": row.code, "whole": row.whole, "raters": found.raters, "units": found.units, **figures}


def _plain(figure: Figure) -> float | str:
    """A number, or the word for why there is none."""
    return figure.value if isinstance(figure, Missing) else float(figure)


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.3f}"


def _spread(portable: Portable, names: list[str]) -> list[dict[str, Any]]:
    table = {name: dict(rater.levels) for name, rater in portable.raters.items()}
    spreads = [spread_of(one, levels) for one, levels in units_of(table, names).items()]
    return [
        {
            "criterion": one.criterion,
            "raters": one.raters,
            "median": float(one.median or 0),
            "range": one.range,
            "average_deviation": float(one.average_deviation or 0),
        }
        for one in ranked(spreads)
    ]
