"""What is logged: one JSON object a line, whatever a user sent, and no secret in it."""

import json
import re
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Request
from sqlalchemy import text

from app.config import Settings
from app.logs import HIDDEN, without_secrets
from app.web.session import SessionDep
from tests.conftest import Client
from tests.process import served
from tests.web.production import browser, production, somebody

FORGED = 'x\r\n{"event": "FORGED"}\nFORGED\u2028FORGED\u2029FORGED\x85FORGED\x0bFORGED\x0cFORGED\x1b[2J'
PASSWORD = "Correct-horse battery 77"
faulty = APIRouter()


@faulty.api_route("/testing/fault/{word}", methods=["GET", "POST"])
async def fault(request: Request, word: str) -> None:
    await request.form()
    raise RuntimeError(f"{word} {request.query_params} {request.headers} {request.cookies}")


@faulty.post("/testing/statement")
def statement(session: SessionDep) -> None:
    session.execute(text("INSERT INTO nowhere VALUES (:password)"), {"password": PASSWORD})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, Settings]]:
    with production(tmp_path_factory.mktemp("site")) as made:
        made[0].include_router(faulty)
        yield made


@pytest.fixture
def member(site: tuple[FastAPI, Settings]) -> Client:
    return browser(*site).as_(somebody(*site))


def entries(written: str) -> list[dict[str, str]]:
    """Every line, each of which must be an object with its time and its level."""
    found = [json.loads(line) for line in written.splitlines()]
    assert all({"event", "level", "timestamp"} <= set(one) for one in found)
    return found


def test_a_line_break_of_a_user_makes_no_line_and_no_secret_is_written(
    member: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    session, token = member.cookies["__Host-sapa"], "sapa_AbCdEfGh1234567890AbCdEfGh1234567890xyz"
    capsys.readouterr()
    answer = member.post(
        f"/testing/fault/{quote(FORGED)}",
        params={"q": FORGED, "token": token},
        data={"password": PASSWORD, "comment": FORGED},
        headers={"authorization": f"Bearer {token}", "user-agent": "FORGED agent"},
    )
    assert answer.status_code == 500
    written = capsys.readouterr().out
    found = entries(written)
    assert any(one["event"] == "unexpected error" for one in found)
    assert "FORGED" in written, "the error's own words are there"
    assert not any(line.lstrip().startswith("FORGED") for line in re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", written))
    for secret in (session, token, member.token, PASSWORD):
        assert secret not in written
    assert HIDDEN in written


def test_the_values_of_a_statement_that_failed_are_not_written(member: Client, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert member.post("/testing/statement").status_code == 500
    written = capsys.readouterr().out
    assert "no such table: nowhere" in written
    assert PASSWORD not in written


def test_what_stands_in_an_address_is_not_written_but_for_numbers(member: Client, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    member.get("/testing/fault/1234")
    one = entries(capsys.readouterr().out)[0]
    assert (one["method"], one["route"], one["word"]) == ("GET", "/testing/fault/{word}", "1234")
    member.get("/testing/fault/a-small-link-token")
    one = entries(capsys.readouterr().out)[0]
    assert (one["method"], one["route"], "word" in one) == ("GET", "/testing/fault/{word}", False)


def test_an_entry_tells_its_moment_in_utc(member: Client, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    member.get("/testing/fault/1")
    for one in entries(capsys.readouterr().out):
        assert datetime.fromisoformat(one["timestamp"]).utcoffset() == timedelta(0)


@pytest.mark.parametrize("kept", ["test_an_unexpected_fault_shows_a_reference_and_no_traceback", "sqlalchemy.exc.IntegrityError"])
def test_names_of_code_are_left_in_the_log(kept: str) -> None:
    assert without_secrets(kept) == kept


PLANT = """
from fastapi import APIRouter
router = APIRouter()
@router.get("/testing/fault")
def fault(word: str) -> None:
    raise RuntimeError(word)
import app.main
app.main.ROUTERS += (router,)
"""


def test_a_server_writes_nothing_but_such_lines_and_no_address_that_was_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    with served(folder, {}, PLANT) as site:
        port = int(site.address.rpartition(":")[2])
        answers = []
        for request in (
            b"GET /testing/fault?word=x%0AFORGED%0D%0AFORGED HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            b"GET /reset/Some-Link-T0ken-that-nobody-guesses HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
            b"FORGED\x00\r\nFORGED\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : x\r\nA\x00: b\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
                line.sendall(request)
                answers.append(line.makefile("rb").read())
        written = [line for line in site.lines() if "a port was bound" not in line and "first account" not in line]
    assert [answer.split()[1] for answer in answers] == [b"500", b"303", b"400", b"400", b"400"]
    found = [json.loads(line) for line in written]
    assert any(one["event"] == "unexpected error" for one in found)
    assert all({"event", "level", "timestamp"} <= set(one) for one in found)
    assert "T0ken" not in "\n".join(written)


def test_the_address_of_a_visitor_comes_from_a_proxy_only_when_it_is_trusted(tmp_path: Path) -> None:
    """Failures are counted by address: who could write the address would never be stopped."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    limits = {"SAPA_SIGN_IN_ATTEMPTS_ADDRESS": "2"}
    with served(folder, limits) as site:
        assert _guesses(site.address, 3) == [422, 422, 429]
    with served(folder, {**limits, "SAPA_TRUSTED_PROXIES": "127.0.0.1"}) as site:
        assert _guesses(site.address, 3) == [422, 422, 422]


def _guesses(address: str, times: int) -> list[int]:
    statuses = []
    with httpx2.Client(base_url=address) as client:
        token = re.findall(r'name="csrf_token" value="([0-9a-f]+)"', client.get("/sign-in").text)[-1]
        for number in range(times):
            form = {"email": f"guess{number}@example.org", "password": "wrong", "csrf_token": token}
            headers = {"x-forwarded-for": f"203.0.113.{number}", "sec-fetch-site": "same-origin", "accept": "text/html"}
            statuses.append(client.post("/sign-in", data=form, headers=headers).status_code)
    return statuses
