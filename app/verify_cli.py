"""The command that says whether a report's PDF is genuine."""

from pathlib import Path
from typing import Annotated

import typer

from app.errors import Problem
from app.i18n import gettext as _
from app.rubrics import registry


def verify_command(
    file: Annotated[Path, typer.Argument(help="A PDF that Sapa made.", show_default=False)],
    certificate: Annotated[
        Path | None, typer.Option(help="Certificate (PEM) that the organisation gave you.", show_default=False)
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Is the PDF genuine and whole: signature, embedded data, printed digest, figures recomputed from the data."""
    from app.cli import print_json  # noqa: PLC0415 - other commands need not load it
    from app.keys.certificates import owner_of  # noqa: PLC0415 - other commands need not load it
    from app.reports.verify import verify  # noqa: PLC0415 - other commands need not load it
    from app.reports.verify_reading import LARGEST  # noqa: PLC0415 - other commands need not load it

    known = owner_of(certificate.read_bytes()) if certificate else {}
    with file.open("rb") as source:
        # One byte over the limit is enough to know that a file is too large, however large it is.
        content = source.read(LARGEST + 1)
    found = verify(content, registry.home(), known)
    if as_json:
        checks = [{"name": one.name, "passed": one.passed, "detail": one.detail} for one in found.checks]
        told = {"whole": found.whole, "standing": found.standing.value, "issuer": found.issuer, "digest": found.digest}
        print_json({**told, "checks": checks})
    else:
        for one in found.checks:
            mark = {True: "ok", False: "WRONG", None: "-"}[one.passed]
            typer.echo(f"{mark:<6} {one.name}: {one.detail}")
    if not found.whole:
        raise Problem(_("The PDF is not whole: it was changed after it was made, or made by other means."))
    if certificate and not found.issuer:
        raise Problem(_("The PDF is not signed with this certificate."))
