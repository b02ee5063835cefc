"""The service over HTTP, with 1, 100 and 1,000 assessments in the database."""

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.assessments.access import list_readable
from app.assessments.models import Answer
from app.config import Settings
from app.db import Database
from app.migrate import migrate
from app.portable.read import read_path
from app.rubrics import registry
from bench import filling
from bench.figures import Figure, figure, ratio, timed
from bench.site import Client, Running, running

SIZES = (1, 100, 1000)
SAVES = 240
CLIENTS = 8
START_MS, MEMORY_MB, SAVE_MS, PAGE_MS, LIST_MS, GROWTH = 3000, 150, 15, 30, 20, 1.3
WHAT_IF_MS = 300


class Saver:
    """Saves answers one after the other, each from the version before it."""

    def __init__(self, client: Client, database: Database, assessment: int, criteria: list[str]) -> None:
        self._client, self._assessment = client, assessment
        query = select(Answer.criterion, Answer.version).where(Answer.assessment_id == assessment, Answer.criterion.in_(criteria))
        with database.read() as session:
            self._versions = dict(session.execute(query).tuples().all())
        self._turn = 0

    def save(self) -> None:
        """Change the next criterion's level and comment."""
        names = list(self._versions)
        name = names[self._turn % len(names)]
        self._turn += 1
        fields = {"version": str(self._versions[name]), "choice": str(self._turn % 5), "comment": f"Measured {self._turn}"}
        self._client.post(f"/assessments/{self._assessment}/criteria/{name}", fields)
        self._versions[name] += 1


def measure() -> Iterator[Figure]:
    """Every figure of the service."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as place:
        folder = Path(place)
        settings = Settings(data_dir=folder, password_memory_kib=64, password_rounds=1)
        migrate(settings)
        database = Database(settings)
        person, template = filling.first(database, settings)
        yield from _start(folder)
        saves: dict[int, Figure] = {}
        for size in SIZES:
            filling.grow(database, template, size)
            with running(folder) as server:
                for one in _at(server, database, settings, person, size):
                    if one.name.startswith("save of one answer, 1 client"):
                        saves[size] = one
                    yield one
        yield ratio("save with 1,000 assessments to save with 1", saves[1000], saves[1], GROWTH)
        yield from _list(database, person)
        database.close()


def _start(folder: Path) -> Iterator[Figure]:
    starts, memory = [], []
    for _unused in range(5):
        with running(folder) as server:
            starts.append(server.started * 1000)
            memory.append(server.memory())
    yield figure("start to first answer", "ms", starts, START_MS)
    yield figure("memory of the server at rest", "MB", memory, MEMORY_MB)


def answered(rubric: str) -> list[str]:
    sample = read_path(filling.SAMPLE, registry.home())
    return [name for name, answer in sample.answers.items() if answer.level is not None and name.startswith(f"{rubric}:")]


def _at(server: Running, database: Database, settings: Settings, person: Person, size: int) -> Iterator[Figure]:
    where = f"{size:,} assessments"
    client = Client(server, database, settings, person)
    names = answered("esg-2015")
    yield figure(f"smallest answer of the server (health), {where}", "ms", timed(lambda: client.get("/healthz"), 100, warm=10))
    saver = Saver(client, database, size, names)
    yield figure(f"save of one answer, 1 client, {where}", "ms", timed(saver.save, SAVES, warm=10), SAVE_MS)
    many = figure(f"save of one answer, {CLIENTS} clients, {where}", "ms", _together(server, database, settings, person, size))
    yield many
    page = f"/assessments/{size}/criteria/double-degree:recognition.automatic"
    yield figure(f"page of a criterion, {where}", "ms", timed(lambda: client.get(page), 60, warm=5), PAGE_MS)
    yield figure(
        f"what if, nothing ticked, {where}", "ms", timed(lambda: client.get(f"/assessments/{size}/what-if"), 30), WHAT_IF_MS
    )
    ticked = "&".join(f"gap={name}" for name in answered("double-degree"))
    address = f"/assessments/{size}/what-if?{ticked}"
    yield figure(f"what if, every gap of a rubric ticked, {where}", "ms", timed(lambda: client.get(address), 30), WHAT_IF_MS)
    yield figure(f"list page, {where}", "ms", timed(lambda: client.get("/assessments"), 60, warm=5))
    yield figure(f"memory after {where}", "MB", [server.memory()])


def _together(server: Running, database: Database, settings: Settings, person: Person, size: int) -> list[float]:
    """Eight people answer at once, each other criteria, of their own assessment where there are enough."""
    names = answered("iso-9001-2015")
    found: list[float] = []

    def work(number: int) -> None:
        client = Client(server, database, settings, person)
        target = max(1, size - 1 - number) if size > CLIENTS else 1
        saver = Saver(client, database, target, names[number::CLIENTS])
        for _unused in range(SAVES // CLIENTS):
            begun = time.perf_counter()
            saver.save()
            found.append((time.perf_counter() - begun) * 1000)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(found) != SAVES // CLIENTS * CLIENTS:
        raise RuntimeError("a client failed")
    return found


def _list(database: Database, person: Person) -> Iterator[Figure]:
    with database.read() as session:
        yield figure(
            "query for 20 of 1,000 assessments with scores",
            "ms",
            timed(lambda: list_readable(session, Actor.of(person, at=clock.now()), limit=20), 60),
            LIST_MS,
        )
