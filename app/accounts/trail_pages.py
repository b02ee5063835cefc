"""The trail as pages and files show it: for an organisation, and for one thing in it. The caller has permitted both."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.accounts import access as accounts
from app.accounts.trail_words import Known, teller
from app.audit import access as audit
from app.audit.access import PAGE, Happening, Sought
from app.audit.chain import moment
from app.db import Database
from app.i18n import gettext as _

COLUMNS = ("number", "at", "kind", "what", "actor_id", "actor", "subject", "data", "hash")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes a cell for a formula by."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event: when, who, what, and where to look; `link` is empty when there is nothing to open."""

    number: int
    at: datetime
    who: str
    what: str
    link: str
    subject: str


@dataclass(frozen=True, slots=True)
class TrailPart:
    """Events newest first; `older` is the number to go on before, None at the end."""

    lines: tuple[EventLine, ...]
    older: int | None


def _known(session: Session, organisation_id: int, events: Iterable[Happening]) -> Known:
    """The names that sentences of these events need."""
    ids = set[int]()
    for event in events:
        noun, _colon, number = event.said.subject.partition(":")
        ids |= {event.said.actor_id or 0} | ({int(number)} if noun == "person" and number.isdecimal() else set())
    units = {unit.id: unit.name for unit in accounts.units_of(session, organisation_id)}
    told = {event.said.data.get("organisation") for event in events}
    organisations = accounts.organisation_names(session, [one for one in told if isinstance(one, int)])
    return Known(accounts.names_of(session, ids), units, organisations)


def _part(session: Session, organisation_id: int, events: list[Happening]) -> TrailPart:
    known = _known(session, organisation_id, events)
    tell = teller(known)
    lines = [
        EventLine(
            number=event.said.number,
            at=event.said.at,
            who=known.person(event.said.actor_id),
            what=tell(event),
            link=_link(event.said.subject),
            subject=event.said.subject,
        )
        for event in events[:PAGE]
    ]
    return TrailPart(tuple(lines), lines[-1].number if len(events) > PAGE else None)


def _link(subject: str) -> str:
    noun, _colon, number = subject.partition(":")
    return {"assessment": f"/assessments/{number}", "evidence": f"/evidence/{number}"}.get(noun, "")


def of_organisation(session: Session, organisation_id: int, sought: Sought) -> TrailPart:
    """A page of an organisation's trail."""
    return _part(session, organisation_id, audit.newest(session, organisation_id, sought, limit=PAGE + 1))


def of_subject(session: Session, organisation_id: int, subject: str, before: int | None) -> TrailPart:
    """A page of what happened to one thing of an organisation ("assessment:12")."""
    events = audit.newest_about(session, organisation_id, subject, before=before, limit=PAGE + 1)
    return _part(session, organisation_id, events)


Batch = tuple[list[Happening], Known]


def _batches(database: Database, organisation_id: int, last: int) -> Iterator[Batch]:
    """Every event up to a number, oldest first. Each batch is read by itself: a slow reader holds no transaction."""
    number = 0
    while number < last:
        with database.read() as session:
            events = [one for one in audit.after(session, organisation_id, number) if one.said.number <= last]
            known = _known(session, organisation_id, events)
        if not events:
            return
        yield events, known
        number = events[-1].said.number


def as_csv(database: Database, organisation_id: int, last: int, timezone: str) -> Iterator[str]:
    """The trail up to an event as CSV, moments in the zone. No cell can be taken for a formula."""
    zone = ZoneInfo(timezone)
    yield "\ufeff" + _csv([COLUMNS])
    for events, known in _batches(database, organisation_id, last):
        tell = teller(known)
        yield _csv(_row(event, known, tell, zone) for event in events)


def _row(event: Happening, known: Known, tell: Callable[[Happening], str], zone: ZoneInfo) -> tuple[object, ...]:
    said = event.said
    who = known.person(said.actor_id)
    data = json.dumps(dict(said.data), ensure_ascii=False, sort_keys=True)
    at = said.at.astimezone(zone).isoformat(timespec="seconds")
    return said.number, at, said.kind, tell(event), said.actor_id or "", who, said.subject, data, event.hash


def _csv(rows: Iterable[Iterable[object]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([disarmed(str(cell)) for cell in row] for row in rows)
    return written.getvalue()


def disarmed(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would compute."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_json_lines(database: Database, organisation_id: int, last: int) -> Iterator[str]:
    """The trail up to an event, one JSON object a line: what `hash` covers, then the hash, then names and erasable details."""
    for events, known in _batches(database, organisation_id, last):
        yield "".join(json.dumps(_object(event, known), ensure_ascii=False) + "\n" for event in events)


def _object(event: Happening, known: Known) -> dict[str, Any]:
    said = event.said
    return {
        "chain": said.chain,
        "number": said.number,
        "at": moment(said.at),
        "kind": said.kind,
        "actor_id": said.actor_id,
        "subject": said.subject,
        "data": dict(said.data),
        "detail_digest": said.detail_digest,
        "previous": said.previous,
        "hash": event.hash,
        "actor": known.person(said.actor_id),
        "about": dict(event.about),
    }


def people_choices(session: Session, organisation_id: int) -> tuple[tuple[str, str], ...]:
    """(id, name) of everybody who did something in an organisation, by name."""
    found = accounts.people_who_acted(session, organisation_id)
    return tuple((str(number), name or _("erased person {number}").format(number=number)) for number, name in found)
