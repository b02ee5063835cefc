"""Asking every cell of a row and saying what is wrong, as "route, person, thing: expected 404, got 200"."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from zlib import crc32

from sqlalchemy.orm import Session

from app.assessments import unasked
from app.assessments.answers import library_for
from app.assessments.transfer import as_it_stands
from app.portable.read import assessed
from app.scoring.score import score
from app.scoring.scorecard_json import to_json
from tests.isolation.calling import ORIGIN, Answer, Caller, Sent, headers_of
from tests.isolation.marks import MARK, Subject, text_of
from tests.isolation.oracle import FINE, HIDDEN, PART, SIGN_IN, Expected, Public, Target, wanted
from tests.isolation.ownership import Owner, bookkeeping, owner_of
from tests.isolation.people import PEOPLE, Who, roles
from tests.isolation.places import Operating
from tests.isolation.rehearsal import Change
from tests.isolation.table import Row
from tests.isolation.world import World

DIGITS, MARKS = re.compile(rb"\d+"), re.compile(MARK.pattern.encode())
DEAR = ("manager", "shared")
"""The person and the thing for which a costly answer is made."""
VISITOR = "visitor=v"
CONTENT = {"assessment", "answer", "answer_change", "evidence_item", "evidence_version", "evidence_link", "planned_action"}


@dataclass(frozen=True)
class Cell:
    """One question: a row, a person, a thing."""

    row: Row
    who: Who
    target: Target

    def __str__(self) -> str:
        return f"{self.row.call}, {self.who.key}, {self.target.key}"


@dataclass
class Sweep:
    """Asks cells of one world. `asked` counts them."""

    world: World
    asked: int = 0
    people: tuple[Who, ...] = PEOPLE
    allowed: dict[str, frozenset[str]] = field(default_factory=dict)
    last: Cell | None = None
    """The cell that was looked at last."""
    part: int = 1
    """Of the cells, one in so many is asked: by their names, so always the same."""
    caller: Caller = field(init=False)

    def __post_init__(self) -> None:
        self.caller = Caller(self.world.app)
        self.world.database.watch = self._score_is_wrong
        self.allowed = {who.key: self.world.marks.allowed(who) for who in PEOPLE}

    def cells(self, row: Row) -> Iterator[Cell]:
        """Every cell of a row that is worth asking."""
        for who in self.people:
            for target in wanted(row, self.world, who):
                cell = Cell(row, who, target)
                dear = row.costly and self.expected(cell) is row.fine and (who.key, target.key) != DEAR
                if not dear and crc32(str(cell).encode()) % self.part == 0:
                    yield cell

    @staticmethod
    def expected(cell: Cell) -> Expected:
        """What is right."""
        return cell.row.about.asked(cell.row, cell.who, cell.target)

    def ask(self, cell: Cell, sent: Sent | None = None) -> Answer:
        """Send the request; what it changed stands in `world.database.changes` afterwards."""
        row, who = cell.row, cell.who
        sent = sent or row.sent(cell.target)
        headers = headers_of(self.world, who, row.method, sent, accept_html=not row.is_api)
        if isinstance(row.about, Public) and row.about.form:
            headers = self._as_visitor(headers)
        if row.cookie:
            headers["cookie"] = "; ".join(one for one in (headers.get("cookie"), row.cookies(cell.target)) if one)
        self.world.database.forget()
        self.asked += 1
        return self.caller.ask(row.method, ORIGIN + row.address(cell.target), headers, sent.content)

    def _as_visitor(self, headers: dict[str, str]) -> dict[str, str]:
        """Forms before signing in carry the token that belongs to the visitor's own cookie."""
        import hashlib  # noqa: PLC0415 - only a few rows need it
        import hmac  # noqa: PLC0415 - as above

        token = hmac.new(self.world.settings.secret.encode(), b"v", hashlib.sha256).hexdigest()
        cookie = "; ".join(one for one in (headers.get("cookie"), VISITOR) if one)
        forged = "sapa=" in headers.get("cookie", "") and "x-csrf-token" not in headers
        return {**headers, "cookie": cookie, "x-csrf-token": "" if forged else token}

    def wrong_in(self, rows: Iterable[Row], *, stop: Callable[[], bool] = lambda: False) -> Iterator[str]:
        """Everything that is wrong, cell by cell."""
        for row in rows:
            hidden: dict[tuple[str, bool, str], bytes] = {}
            for cell in self.cells(row):
                if stop():
                    return
                self.last = cell
                yield from self.wrong_with(cell, hidden)

    def wrong_with(self, cell: Cell, hidden: dict[tuple[str, bool, str], bytes]) -> Iterator[str]:
        """Everything that is wrong with one cell. `hidden` holds what earlier cells were told about what is hidden."""
        expected, answer = self.expected(cell), self.ask(cell)
        if not _fits(cell, expected, answer):
            told = "sign in" if expected == SIGN_IN else "fine" if expected is FINE else "/".join(map(str, sorted(expected)))
            yield f"{cell}: expected {told}, got {answer.status} {answer.headers.get('location', '')}"
        yield from self._leaks(cell, answer)
        yield from self._trespasses(cell, answer, expected)
        if (expected is HIDDEN or expected is PART) and answer.status in HIDDEN:
            key = (cell.who.key, expected is PART, cell.target.key.partition(" of ")[0] if cell.target.absent else "")
            masked = DIGITS.sub(b"#", MARKS.sub(b"#", answer.content))
            if hidden.setdefault(key, masked) != masked:
                yield f"{cell}: what is hidden is answered otherwise than what is missing"
        if "//evil" in answer.headers.get("location", "") or b'value="//evil' in answer.content:
            yield f"{cell}: leads to another site"

    def _leaks(self, cell: Cell, answer: Answer) -> Iterator[str]:
        """Marks that the person may not come across, but for those that were sent."""
        text = text_of(answer.content, answer.headers.get("content-type", "")) + str(answer.headers)
        said = cell.row.address(cell.target) + cell.row.sent(cell.target).content.decode("utf-8", "replace")
        found = set(MARK.findall(text)) - self.allowed[cell.who.key] - set(MARK.findall(said))
        subjects = {mark: self.world.marks.subjects[mark] for mark in sorted(found)}
        for subject in [one for one in subjects.values() if not _told(cell, one)][:3]:
            yield f"{cell}: {answer.status} shows {subject}"

    def _score_is_wrong(self, session: Session, change: Change) -> str | None:
        """A stored score that is not that of the assessment's own answers, evidence and plan, computed by the pure method."""
        if change.table != "stored_score" or change.after is None:
            return None
        assessment = unasked.by_id(session, change.after["assessment_id"])
        known = library_for(session, self.world.library, assessment)
        card = to_json(score(assessed(as_it_stands(session, assessment), known)))
        return None if card == change.after["scorecard"] else "a score counts what belongs to other assessments"

    def _trespasses(self, cell: Cell, answer: Answer, expected: Expected) -> Iterator[str]:
        """Rows that the person had no business to change."""
        yield from (f"{cell}: {one}" for one in self.world.database.told)
        refused = answer.status >= 400 or expected.isdisjoint({answer.status})
        for change in self.world.database.changes:
            if bookkeeping(change):
                continue
            owner = owner_of(self.world.database, change)
            if refused or cell.row.method == "GET" or not self._may_change(cell, owner, change):
                yield f"{cell}: {answer.status}, but {change}"
                return

    def _may_change(self, cell: Cell, owner: Owner, change: Change) -> bool:
        who, world = cell.who, self.world
        if isinstance(cell.row.about, Operating):
            return change.table not in CONTENT
        if not self._fits_together(who, owner, change):
            return False
        me = world.ids.get(f"person:{who.key}")
        if owner.organisation is None or owner.person == me:
            return owner.person in {None, me, world.ids.get(f"person:{cell.row.of}")}
        unit = None if owner.new_unit else world.unit_key(owner.unit)
        return bool(roles(who, self._organisation(owner.organisation), unit))

    def _organisation(self, number: int | None) -> str:
        """The key of an organisation."""
        names = (name for name, one in self.world.ids.items() if one == number and name.startswith("organisation:"))
        return next(names, "").removeprefix("organisation:")

    def _fits_together(self, who: Who, owner: Owner, change: Change) -> bool:
        """What an assessment gathers or links is of the same organisation, and there for the person who does it."""
        if change.table not in {"gathered_evidence", "evidence_link"}:
            return True
        item = self.world.database.owners["evidence_item"][change.row["item_id"]]
        unit = self.world.unit_key(item["unit_id"])
        seen = unit is None or roles(who, self._organisation(item["organisation_id"]), unit)
        return item["organisation_id"] == owner.organisation and bool(seen)


def _told(cell: Cell, subject: Subject) -> bool:
    """Whether the page is there to tell this: secrets only to whose they are."""
    return subject.kind in cell.row.tells and (subject.kind != "secret" or subject.key == cell.who.key)


def _fits(cell: Cell, expected: Expected, answer: Answer) -> bool:
    """Whether the answer is one of those that are right. Pages lead people to sign in; programs are told."""
    leads = answer.headers.get("location", "")
    to_sign_in = answer.status == 303 and leads.startswith(("/sign-in?next=", "/sign-in")) and cell.row.path != "/sign-out"
    if expected != SIGN_IN:
        asked_to = to_sign_in and not cell.row.path.startswith(("/sign-out", "/reset"))
        return answer.status in expected and not asked_to
    halfway = answer.status == 303 and leads.startswith(("/second-factor", "/account/second-factor", "/sign-in"))
    page = cell.row.method == "GET" or cell.who.fault == "half"
    page = page or cell.row.path == "/invitation"
    return answer.status == 401 or (not cell.row.is_api and page and (to_sign_in or halfway))
