"""A site as it runs in production, over TLS, in this process; and a browser that talks to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI

from app.accounts.models import Person
from app.config import Settings
from app.main import create_app
from app.migrate import migrate
from tests.conftest import Client
from tests.factories import make_organisation, make_person

HOST = "sapa.example"
SITE = f"https://{HOST}"
SECRET = "n0tAsEcRetThatAnyb0dyWouldGuess-7Qx2"


@contextmanager
def production(folder: Path) -> Iterator[tuple[FastAPI, Settings]]:
    """An empty, migrated SQLite installation with production's settings."""
    settings = Settings(
        environment="production",
        data_dir=folder,
        base_url=SITE,
        secret=SECRET,
        password_memory_kib=64,
        password_rounds=1,
    )
    migrate(settings)
    app = create_app(settings)
    yield app, settings
    app.state.database.close()


def browser(app: FastAPI, settings: Settings) -> Client:
    """A browser that is not signed in."""
    made = Client(app, base_url=SITE, follow_redirects=False, raise_server_exceptions=False)
    made.settings, made.database = settings, app.state.database
    made.headers["accept"] = "text/html,application/xhtml+xml"
    return made


def somebody(app: FastAPI, settings: Settings) -> Person:
    """A quality manager of a new university."""
    return make_person(app.state.database, settings, make_organisation(app.state.database))
