"""The database session of a request: one transaction, committed before the answer is sent."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import nullcontext
from typing import Annotated

from anyio import Lock, to_thread
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import Database

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


async def write_aside(request: Request, work: Callable[[Session], object]) -> None:
    """Do this in a transaction of its own, in turn with those that write. Not while the request holds the turn itself."""
    database: Database = request.app.state.database
    turn: Lock = request.app.state.turn

    def in_transaction() -> None:
        with database.write() as session:
            work(session)

    async with turn if database.engine.dialect.name == "sqlite" else nullcontext():
        await to_thread.run_sync(in_transaction)


class Aside:
    """What a request that only reads has to write down: done in a transaction of its own before the answer is sent.

    When that fails, the answer is not sent either.
    """

    def __init__(self) -> None:
        self.works: list[Callable[[Session], object]] = []

    def do(self, work: Callable[[Session], object]) -> None:
        """Do this when the answer is ready."""
        self.works.append(work)


async def _aside(request: Request) -> AsyncIterator[Aside]:
    aside = Aside()
    yield aside
    for work in aside.works:
        await write_aside(request, work)


def _session(
    request: Request,
    _after: Annotated[Aside, Depends(_aside, scope="function")],
    _turn: Annotated[None, Depends(_one_writer, scope="function")],
) -> Iterator[Session]:
    # What is written aside waits until this session has given its connection and its turn back.
    database: Database = request.app.state.database
    opened = database.read() if request.method in SAFE_METHODS else database.write()
    with opened as session:
        yield session


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


# FastAPI would end the dependency after the answer has been sent: a person would read "saved" before the commit fails.
SessionDep = Annotated[Session, Depends(_session, scope="function")]
AsideDep = Annotated[Aside, Depends(_aside, scope="function")]
SettingsDep = Annotated[Settings, Depends(_settings)]
