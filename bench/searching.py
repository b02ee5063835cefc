"""Search over a library of 10,000 evidence items."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import insert

from app import clock
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem
from app.migrate import migrate
from app.search import keeping
from bench import filling
from bench.figures import Figure, figure, timed
from bench.site import Client, running

ITEMS = 10_000
SEARCH_MS = 150
TOPICS = ("Академиялық саясат", "Ұтқырлық ережесі", "Протокол заседания совета", "Quality report", "Survey of graduates")
QUERIES = {"one rare word": "rare4242", "a common word": "утк", "two words": "саясат академия", "nothing": "xyzzy"}


def measure() -> Iterator[Figure]:
    """How long the page of results takes, and what indexing costs."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        folder = Path(place)
        settings = Settings(data_dir=folder, password_memory_kib=64, password_rounds=1)
        migrate(settings)
        database = Database(settings)
        person, _assessment = filling.first(database, settings)
        with database.write() as session:
            rows = [
                {"organisation_id": 1, "code": f"B-{number}", "title": f"{TOPICS[number % 5]} {number} rare{number}"}
                | {"kind": "policy", "status": "valid", "version": 1, "created_at": clock.now()}
                for number in range(ITEMS)
            ]
            session.execute(insert(EvidenceItem), rows)
        yield figure("making the search index anew, 10,000 items", "ms", timed(lambda: _rebuild(database), 3))
        with running(folder) as server:
            client = Client(server, database, settings, person)
            for name, query in QUERIES.items():
                address = f"/search?kind=evidence&q={quote(query)}"
                found = timed(partial(client.get, address), 100, warm=5)
                yield figure(f"search over 10,000 evidence items, {name}", "ms", found, SEARCH_MS)
        database.close()


def _rebuild(database: Database) -> None:
    with database.write() as session:
        keeping.rebuild(session.connection())
