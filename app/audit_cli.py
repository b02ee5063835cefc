"""Commands about the trail: is it whole, and where does it end."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import typer

from app.audit import access
from app.audit.verify import Head, Recorded, Wrong, verify
from app.config import Settings
from app.db import Database
from app.errors import Problem
from app.i18n import gettext as _

SHOWN = 100
"""Findings that are printed: a spoilt trail may have one for every event."""
_WITNESS = re.compile(r"(\d{1,9}):(\d{1,9}):([0-9a-f]{16,64})")
audit_app = typer.Typer(no_args_is_help=True, help="The trail of what happened.")


def witness_of(text: str) -> Head:
    """A head as it is printed: CHAIN:NUMBER:HASH, the hash whole or from its first 16 digits on, spaces or none.

    Raises typer.BadParameter, which is wrong usage.
    """
    found = _WITNESS.fullmatch("".join(text.split()).lower())
    if found is None:
        message = _("“{text}” is no head: write CHAIN:NUMBER:HASH as it is printed, at least 16 digits of the hash.")
        raise typer.BadParameter(message.format(text=text), param_hint="--head")
    return Head(int(found[1]), int(found[2]), found[3])


@audit_app.command("verify")
def audit_verify(
    heads: Annotated[
        list[str] | None, typer.Option("--head", help="CHAIN:NUMBER:HASH that a report prints.", show_default=False)
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check every event: edited, deleted, inserted, swapped, cut off; with --head also a chain that was written anew."""
    from app.cli import print_json  # noqa: PLC0415 - the two modules make one command line

    witnesses = [witness_of(text) for text in heads or ()]
    checked, count, wrong = _verify(witnesses)
    if as_json:
        shown = [{"chain": one.chain, "number": one.number, "fault": one.fault.value, "told": str(one)} for one in wrong]
        print_json({"whole": not count, "events": checked, "faults": count, "found": shown})
    else:
        for one in wrong:
            typer.echo(str(one))
    if count:
        raise Problem(_("The trail is not whole: {count} faults in {checked} events.").format(count=count, checked=checked))
    typer.echo(_("The trail is whole: {checked} events.").format(checked=checked), err=True)


def _verify(witnesses: list[Head]) -> tuple[int, int, list[Wrong]]:
    """How many events there are, how many faults, and the first of these."""
    database = Database(Settings.from_env())
    checked, found, shown = Counter[str](), 0, list[Wrong]()
    with database.read() as session:
        access.one_moment(session)
        heads = access.heads(session)
        for one in verify(_counted(access.recorded(session), checked), heads, witnesses):
            found += 1
            if found <= SHOWN:
                shown.append(one)
    database.close()
    return checked.total(), found, shown


def _counted(events: Iterator[Recorded], checked: Counter[str]) -> Iterator[Recorded]:
    for event in events:
        checked["events"] += 1
        yield event


@audit_app.command("head")
def audit_head() -> None:
    """Print where each chain ends, as `sapa audit verify --head` takes it. Keep it where nobody can change it."""
    database = Database(Settings.from_env())
    with database.read() as session:
        found = access.heads(session)
    database.close()
    for one in found:
        typer.echo(f"{one.chain}:{one.number}:{one.hash}")
