"""Twenty people save the same five answers 10,000 times: how many were told what, and that the history agrees with it.

It raises when a save that was acknowledged is gone, came twice or overwrote what its author had not seen, and when anything
but “saved” and “somebody else was faster” was answered: no 500, no “database is locked”.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app import clock
from app.accounts import service as accounts
from app.accounts.models import Person
from app.config import Settings
from app.db import Database
from app.migrate import migrate
from app.web.csrf import cookie_name
from bench import filling
from bench.figures import Figure, figure
from bench.site import running
from tests.storm import CONFLICT, SAVED, Colleague, Place, storm, wrong

PEOPLE, SAVES, CRITERIA = 20, 10_000, 5
EVERY = 5
"""Seconds between two words of progress."""


def measure() -> Iterator[Figure]:
    """Counts of what people were told, saves a second, and the counts of what was wrong, which are nought."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as folder:
        settings = Settings(data_dir=Path(folder), password_memory_kib=64, password_rounds=1)
        migrate(settings)
        database = Database(settings)
        person, assessment = filling.first(database, settings)
        criteria = filling.unanswered(database, assessment)[:CRITERIA]
        people = [_signed_in(database, settings, person, number) for number in range(PEOPLE)]
        with running(Path(folder)) as server:
            place = Place(f"http://127.0.0.1:{server.port}", assessment, criteria)
            begun = time.perf_counter()
            told = storm(place, people, SAVES, _Progress(begun))
            took = time.perf_counter() - begun
        found = wrong(database, place, told)
        database.close()
    if found:
        raise RuntimeError("\n".join(found[:20]))
    where = f"{SAVES:,} conflicting saves by {PEOPLE} people"
    yield figure(f"acknowledged, of {where}", "saves", [told.statuses[SAVED]])
    yield figure(f"told of a conflict, of {where}", "saves", [told.statuses[CONFLICT]])
    yield figure(f"lost, doubled or answered otherwise, of {where}", "saves", [len(found)], 0)
    yield figure(f"rate of {where}", "saves/s", [SAVES / took])


class _Progress:
    """Says on standard error every few seconds how many saves were answered, and how long the rest will take."""

    def __init__(self, begun: float) -> None:
        self._begun, self._said = begun, begun

    def __call__(self, done: int) -> None:
        now = time.perf_counter()
        if now - self._said < EVERY or not done:
            return
        self._said = now
        rate = done / (now - self._begun)
        sys.stderr.write(f"conflicts: {done:,} of {SAVES:,} saves, {rate:.0f} a second, {(SAVES - done) / rate:.0f} s to go\n")
        sys.stderr.flush()


def _signed_in(database: Database, settings: Settings, person: Person, number: int) -> Colleague:
    with database.write() as session:
        made = accounts.sign_in(session, settings, person, now=clock.now())
    return Colleague(f"person {number}", f"{cookie_name(settings, 'sapa')}={made.token}", made.csrf_token)
