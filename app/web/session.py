"""The database session of a request: one transaction, committed before the answer is sent."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from anyio import Lock
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import Database
from app.errors import NotFound
from app.i18n import gettext as _

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


async def _one_writer(request: Request) -> AsyncIterator[None]:
    """SQLite has one writer at a time: requests that write queue up here, in order and at once.

    Waiting inside SQLite polls, so that some wait long, and holds a worker thread that the writer itself may need.
    """
    database: Database = request.app.state.database
    if request.method in SAFE_METHODS or database.engine.dialect.name != "sqlite":
        yield
        return
    turn: Lock = request.app.state.turn
    async with turn:
        yield


def _session(request: Request, _turn: Annotated[None, Depends(_one_writer, scope="function")]) -> Iterator[Session]:
    database: Database = request.app.state.database
    opened = database.read() if request.method in SAFE_METHODS else database.write()
    with opened as session:
        yield session


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


# FastAPI would end the dependency after the answer has been sent: a person would read "saved" before the commit fails.
SessionDep = Annotated[Session, Depends(_session, scope="function")]
SettingsDep = Annotated[Settings, Depends(_settings)]


LARGEST_ID = 2**31 - 1


def refuse_impossible_ids(request: Request) -> None:
    """Raise NotFound for a number in the address that no row can have: the databases would break on it."""
    for value in request.path_params.values():
        text = str(value)
        if re.fullmatch(r"[+-]?\d+", text) and (len(text) > len(str(LARGEST_ID)) + 1 or abs(int(text)) > LARGEST_ID):
            raise NotFound(_("There is no such page."))
