"""The evidence library's page over HTTP, with 10,000 items in it."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select

from app import clock
from app.assessments.models import Assessment
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem, EvidenceTag
from app.migrate import migrate
from bench import filling
from bench.figures import Figure, figure, timed
from bench.site import Client, running

ITEMS, PAGE_MS = 10_000, 150
KINDS = ("minutes", "policy", "report", "register")
PAGES = {
    "first page": "",
    "by title, page 100": "?sort=title&page=100",
    "most used first": "?sort=uses",
    "not used": "?state=unused",
    "ends within 90 days, of one tag": "?state=expiring&tag=tag-3",
    "text": "?text=number+99",
}


def measure() -> Iterator[Figure]:
    """Every figure of the library."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        folder = Path(place)
        settings = Settings(data_dir=folder, password_memory_kib=64, password_rounds=1)
        migrate(settings)
        database = Database(settings)
        person, template = filling.first(database, settings)
        organisation_id = _fill(database, template, person.id)
        with running(folder) as server:
            client = Client(server, database, settings, person)
            base = f"/organisations/{organisation_id}/evidence"
            for name, query in PAGES.items():
                times = timed(lambda address=base + query: client.get(address), 40, warm=3)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
                yield figure(f"library with {ITEMS:,} items, {name}", "ms", times, PAGE_MS)
        database.close()


def _fill(database: Database, template: int, owner: int) -> int:
    """Items of many kinds, dates, tags and owners beside those of the sample; return the organisation."""
    now = clock.now()
    with database.write() as session:
        organisation_id = session.scalars(select(Assessment.organisation_id).where(Assessment.id == template)).one()
        rows = [
            {
                "id": 100_000 + number,
                "organisation_id": organisation_id,
                "code": f"B-{number}",
                "title": f"Sample document number {number}",
                "kind": KINDS[number % len(KINDS)],
                "status": "withdrawn" if number % 50 == 0 else "valid",
                "valid_until": (now + timedelta(days=number % 700 - 200)).date(),
                "language": ("kk", "ru", "en")[number % 3],
                "confidentiality": "restricted" if number % 40 == 0 else "ordinary",
                "owner_id": owner if number % 5 == 0 else None,
                "version": 1,
                "created_at": now,
            }
            for number in range(ITEMS)
        ]
        session.execute(insert(EvidenceItem), rows)
        tags = [{"item_id": 100_000 + n, "tag": f"tag-{(n * step) % 30}"} for n in range(ITEMS) for step in (1, 7) if n % 30]
        session.execute(insert(EvidenceTag), list({(one["item_id"], one["tag"]): one for one in tags}.values()))
    return organisation_id
