"""What tests share: both engines, a client that signs in through a real session, and queries counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import hypothesis
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event
from starlette.routing import Route
from starlette.testclient import TestClient

from app import clock
from app.accounts import service as accounts
from app.accounts.models import Person
from app.config import Settings
from app.db import Database
from app.main import create_app
from app.migrate import migrate
from app.web.csrf import cookie_name
from tests import postgres

# No test is timed: a busy machine fails nothing.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")
ORIGIN = "http://testserver"
_addresses = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-pages", action="store_true", help="open each page in every language, colour and width")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    with postgres.running() as address:
        yield address


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a migrated, empty installation, on each engine."""
    address = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    made = settings_of(tmp_path_factory.mktemp(f"data-{request.param}"), address)
    migrate(made)
    return made


def settings_of(folder: Path, address: str) -> Settings:
    """Settings of an installation of the tests, with quick passwords; on SQLite when the address is empty."""
    return Settings(
        data_dir=folder,
        database_url=address,
        base_url=ORIGIN,
        secret="a secret that only tests know, 32 letters",
        password_memory_kib=64,
        password_rounds=1,
    )


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[FastAPI]:
    made = create_app(settings)
    yield made
    made.state.database.close()


@pytest.fixture
def database(app: FastAPI) -> Database:
    found: Database = app.state.database
    return found


class Client(TestClient):
    """A browser: keeps cookies, says that its requests come from the site, and puts the session's token into forms."""

    token: str = ""
    settings: Settings
    database: Database

    def as_(self, person: Person, **how: Any) -> "Client":
        """Sign in as the person through a real session row; `how` as `accounts.sign_in` takes it."""
        with self.database.write() as session:
            signed_in = accounts.sign_in(session, self.settings, person, now=clock.now(), **how)
        self.token = signed_in.csrf_token
        self.cookies.clear()
        self.cookies.set(cookie_name(self.settings, "sapa"), signed_in.token)
        return self

    def signed_out(self) -> "Client":
        """Nobody."""
        self.cookies.clear()
        self.token = ""
        return self

    def send_form(self, url: str, data: dict[str, Any] | None = None, **more: Any) -> httpx2.Response:
        """Post a form as a page of ours would."""
        headers = {"origin": ORIGIN, "sec-fetch-site": "same-origin", **more.pop("headers", {})}
        return self.post(url, data={"csrf_token": self.token, **(data or {})}, headers=headers, **more)


@pytest.fixture
def client(app: FastAPI, settings: Settings, database: Database) -> Client:
    # Each test comes from an address of its own: failed sign-ins are counted by address too.
    address = f"192.0.2.{next(_addresses) % 250}"
    made = Client(app, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False, client=(address, 50_000))
    made.settings, made.database = settings, database
    made.headers["accept"] = "text/html,application/xhtml+xml"
    return made


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path) of every route, those of included routers too."""
    found: list[tuple[str, str]] = []
    pending: list[Any] = list(app.routes)
    while pending:
        route = pending.pop(0)
        if isinstance(route, Route):
            found += [(method, route.path) for method in sorted((route.methods or set()) - {"HEAD"})]
        else:
            pending += getattr(getattr(route, "original_router", None), "routes", [])
    return found


class Counted:
    """How many statements were sent."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __len__(self) -> int:
        return len(self.statements)


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    """Count the statements of a block, without those that open and close transactions."""
    counted = Counted()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT")):
            counted.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", note)
