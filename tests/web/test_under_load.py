"""What only a real server shows: many at once, and a line that breaks."""

import http.client
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from app import clock
from app.accounts import service as accounts
from app.accounts.models import Person
from app.assessments.checks import wrong_scores
from app.assessments.models import Answer
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem
from app.rubrics import registry
from app.web.csrf import cookie_name
from tests.factories import make_assessment, make_organisation, make_person, small
from tests.serving import serving
from tests.storm import CONFLICT, SAVED, Colleague, Place, storm, wrong

WRITERS = 60
"""More than the forty worker threads of a server."""
PEOPLE, CONFLICTING = 20, 200
CRITERIA = ("esg-2015:policy.public", "esg-2015:policy.strategy")


@dataclass
class Visitor:
    """A signed-in person who speaks HTTP by hand."""

    settings: Settings
    database: Database
    organisation: int
    assessment: int
    cookie: str
    token: str

    @property
    def host(self) -> tuple[str, int]:
        parts = urlsplit(self.settings.base_url)
        return parts.hostname or "", parts.port or 0

    def headers(self, content_type: str) -> dict[str, str]:
        origin = self.settings.base_url
        return {"cookie": self.cookie, "origin": origin, "sec-fetch-site": "same-origin", "content-type": content_type}


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with serving(tmp_path_factory.mktemp("load")) as (app, settings):
        database: Database = app.state.database
        organisation = make_organisation(database)
        assessment = make_assessment(database, organisation)
        person = make_person(database, settings, organisation)
        one = signed_in(database, settings, person)
        yield Visitor(settings, database, organisation.id, assessment.id, one.cookie, one.token)


def signed_in(database: Database, settings: Settings, person: Person) -> Colleague:
    """The person with a session of their own."""
    with database.write() as session:
        made = accounts.sign_in(session, settings, person, now=clock.now())
    return Colleague(person.name, f"{cookie_name(settings, 'sapa')}={made.token}", made.csrf_token)


def test_sixty_people_who_save_at_once_are_all_served(visitor: Visitor) -> None:
    criteria = [f"{rubric.id}:{one.id}" for rubric in registry.home().rubrics.values() for one in rubric.criteria()]
    with visitor.database.read() as session:
        query = select(Answer.criterion).where(Answer.assessment_id == visitor.assessment)
        answered = set(session.scalars(query))
    free = [name for name in criteria if name.startswith("esg-2015:") and name not in answered][:WRITERS]
    statuses: list[int] = []
    gate = threading.Barrier(len(free))

    def save(criterion: str) -> None:
        connection = http.client.HTTPConnection(*visitor.host, timeout=60)
        body = urlencode({"csrf_token": visitor.token, "version": "0", "choice": "2"})
        gate.wait()
        path = f"/assessments/{visitor.assessment}/criteria/{criterion}"
        connection.request("POST", path, body, visitor.headers("application/x-www-form-urlencoded"))
        statuses.append(connection.getresponse().status)
        connection.close()

    threads = [threading.Thread(target=save, args=(name,)) for name in free]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(free) == WRITERS
    assert statuses == [303] * WRITERS
    with visitor.database.read() as session:
        assert session.scalar(query.with_only_columns(func.count())) == len(answered) + WRITERS
        assert wrong_scores(session, registry.home())[1] == []


def test_an_upload_that_breaks_off_leaves_nothing_behind(visitor: Visitor) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in visitor.headers("multipart/form-data; boundary=b").items())
    part = 'content-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n' + "x" * 200_000
    with socket.create_connection(visitor.host, timeout=10) as line:
        path = f"/organisations/{visitor.organisation}/evidence"
        line.sendall(f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n{head}\r\n--b\r\n{part}".encode())
    # The server has dealt with the broken line when it answers on a new one.
    connection = http.client.HTTPConnection(*visitor.host, timeout=10)
    connection.request("GET", "/readyz")
    assert connection.getresponse().status == 200
    with visitor.database.read() as session:
        assert session.scalar(select(func.count()).where(EvidenceItem.file == "a.pdf")) == 0
    assert [path for path in visitor.settings.files_dir.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_twenty_people_who_save_the_same_answers_lose_nothing_they_were_told_is_saved(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    address = request.getfixturevalue("postgresql") if engine == "postgresql" else ""
    with serving(tmp_path, database_url=address) as (app, settings):
        database: Database = app.state.database
        organisation = make_organisation(database)
        empty = small().model_copy(update={"answers": {}, "actions": ()})
        people = [signed_in(database, settings, make_person(database, settings, organisation)) for _unused in range(PEOPLE)]
        place = Place(settings.base_url, make_assessment(database, organisation, empty).id, CRITERIA)
        told = storm(place, people, CONFLICTING)
        assert wrong(database, place, told) == []
        assert sum(told.statuses.values()) == CONFLICTING
        assert told.statuses[SAVED] >= len(CRITERIA), told.statuses
        assert told.statuses[CONFLICT] > PEOPLE, "nobody was in anybody's way: the test shows nothing"
