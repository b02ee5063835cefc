"""The database session of a request: one transaction, committed before the answer is sent."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import Database

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def _session(request: Request) -> Iterator[Session]:
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
