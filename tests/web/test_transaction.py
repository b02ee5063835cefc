"""One request, one transaction, committed before the answer is sent."""

import sqlite3

import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app import clock
from app.accounts.models import Organisation
from app.db import Database
from app.errors import Conflict
from app.web.session import SessionDep
from tests.conftest import Client

router = APIRouter()


@router.post("/testing/add")
def add(session: SessionDep, name: str, *, fails: bool = False) -> dict[str, str]:
    session.add(Organisation(name=name, created_at=clock.now()))
    session.flush()
    if fails:
        raise Conflict("refused after the change")
    return {"name": name}


@router.post("/testing/twice")
def twice(session: SessionDep, name: str) -> dict[str, str]:
    session.add(Organisation(name=name, created_at=clock.now()))
    session.flush()
    session.execute(select(func.no_such_function()))
    return {"name": name}


@router.post("/testing/busy")
def busy() -> None:
    raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))


@pytest.fixture(scope="module", autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(router)


def _count(database: Database, name: str) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Organisation).where(Organisation.name == name)) or 0


def test_what_was_answered_with_200_is_in_the_database(client: Client, database: Database) -> None:
    assert client.post("/testing/add", params={"name": "kept"}).status_code == 200
    assert _count(database, "kept") == 1


def test_a_refusal_takes_back_everything_the_request_changed(client: Client, database: Database) -> None:
    assert client.post("/testing/add", params={"name": "refused", "fails": "true"}).status_code == 409
    assert _count(database, "refused") == 0


def test_a_fault_takes_back_everything_the_request_changed(client: Client, database: Database) -> None:
    assert client.post("/testing/twice", params={"name": "broken"}).status_code == 500
    assert _count(database, "broken") == 0


def test_a_busy_database_is_told_as_a_thing_to_try_again(client: Client) -> None:
    answer = client.post("/testing/busy")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "try again" in answer.text
