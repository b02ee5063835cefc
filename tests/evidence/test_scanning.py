"""The virus scanner: what it lets in, what it blocks, and what happens while it is away."""

import io
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import clock, doctor, scanning
from app.accounts.models import Organisation
from app.accounts.trail_words import sentences
from app.audit.models import AuditEvent
from app.config import Settings, WrongSettings
from app.db import Database
from app.evidence.later_scans import LaterScans
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.scanning import Infected, Scanner, ScannerAway
from tests.conftest import Client
from tests.evidence import scanner
from tests.evidence.scanner import EICAR
from tests.factories import make_organisation, make_person

NOWHERE = "127.0.0.1:1"


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with scanner.scanning(tmp_path_factory.mktemp("scanner")) as address:
        yield address


@pytest.fixture
def scanned_by(app: FastAPI, settings: Settings) -> Iterator[Any]:
    """Sets the scanner of the service that is tested."""

    def use(**more: Any) -> Settings:
        scanning._away.clear()
        app.state.settings = settings.model_copy(update=more)
        found: Settings = app.state.settings
        return found

    yield use
    app.state.settings = settings


@pytest.fixture
def organisation(client: Client, database: Database, settings: Settings) -> Organisation:
    made = make_organisation(database)
    client.as_(make_person(database, settings, made))
    return made


def _send(client: Client, organisation: Organisation, content: bytes, place: str = "/uploads") -> Any:
    fields = {"kind": "minutes", "title": "A file"}
    address = f"/organisations/{organisation.id}/evidence{place}"
    return client.send_form(address, fields, files={"file": (f"{os.urandom(4).hex()}.txt", content)})


def _clean() -> bytes:
    return b"plain words " + os.urandom(8).hex().encode()


def _versions(database: Database, organisation: Organisation) -> list[EvidenceVersion]:
    with database.read() as session:
        query = select(EvidenceVersion).join(EvidenceItem).where(EvidenceItem.organisation_id == organisation.id)
        return list(session.scalars(query.order_by(EvidenceVersion.id)))


def _events(database: Database, organisation: Organisation, kind: str) -> list[Any]:
    with database.read() as session:
        query = select(AuditEvent.data).where(AuditEvent.chain == organisation.id, AuditEvent.kind == kind)
        return list(session.scalars(query))


def _stored(settings: Settings) -> set[Path]:
    return {path for path in settings.files_dir.rglob("*") if path.is_file()}


def test_a_clean_file_is_kept_as_scanned(
    client: Client, database: Database, organisation: Organisation, clamd: str, scanned_by: Any
) -> None:
    scanned_by(clamd=clamd)
    assert _send(client, organisation, _clean()).status_code == 303
    (version,) = _versions(database, organisation)
    assert version.scanned_at is not None
    assert "nothing found" in client.get(f"/evidence/{version.item_id}").text


@pytest.mark.parametrize("place", ["/uploads", ""])
def test_what_the_scanner_objects_to_is_refused_in_words_and_noted_and_leaves_nothing(
    client: Client,
    database: Database,
    organisation: Organisation,
    clamd: str,
    scanned_by: Any,
    place: str,
) -> None:
    before = _stored(scanned_by(clamd=clamd))
    answer = _send(client, organisation, EICAR, place)
    assert answer.status_code == 422
    assert "Eicar-Test-Signature" in answer.text
    assert _versions(database, organisation) == []
    assert _events(database, organisation, "evidence.blocked") == [{"threat": "Eicar-Test-Signature"}]
    assert _stored(client.settings) == before


def test_a_blocked_new_version_is_noted_too_from_a_page_and_from_a_program(
    client: Client, database: Database, organisation: Organisation, clamd: str, scanned_by: Any
) -> None:
    scanned_by(clamd=clamd)
    _send(client, organisation, _clean())
    item = _versions(database, organisation)[0].item_id
    assert client.send_form(f"/evidence/{item}/files", {}, files={"file": ("a.txt", EICAR)}).status_code == 422
    headers = {"x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    answer = client.post(f"/api/v1/evidence/{item}/files", files={"file": ("a.txt", EICAR)}, headers=headers)
    assert answer.status_code == 422
    assert "Eicar-Test-Signature" in answer.json()["detail"]
    assert len(_events(database, organisation, "evidence.blocked")) == 2
    assert len(_versions(database, organisation)) == 1


def test_while_the_scanner_is_away_files_are_kept_unscanned_and_scanned_later(
    client: Client, database: Database, organisation: Organisation, clamd: str, scanned_by: Any
) -> None:
    scanned_by(clamd=NOWHERE)
    for content in (_clean(), EICAR):
        assert _send(client, organisation, content).status_code == 303
    good, bad = _versions(database, organisation)
    assert (good.scanned_at, bad.scanned_at) == (None, None)
    assert "not scanned" in client.get(f"/evidence/{good.item_id}").text
    assert LaterScans(scanned_by(clamd=NOWHERE))(database, clock.now()) == 0
    later = LaterScans(scanned_by(clamd=clamd))
    while later(database, clock.now()):
        pass
    good, bad = _versions(database, organisation)
    assert (good.threat, bad.threat) == (None, "Eicar-Test-Signature")
    assert good.scanned_at is not None
    assert client.get(f"/evidence/{good.item_id}/files/1").status_code == 200
    blocked = client.get(f"/evidence/{bad.item_id}/files/1")
    assert (blocked.status_code, "is blocked" in blocked.text) == (409, True)
    assert client.get(f"/evidence/{bad.item_id}/files/1/pages/1").status_code == 409
    assert "blocked: the virus scanner found" in client.get(f"/evidence/{bad.item_id}").text
    (event,) = _events(database, organisation, "evidence.threat_found")
    assert (event["number"], event["threat"]) == (1, "Eicar-Test-Signature")


def test_where_the_scanner_is_required_nothing_is_kept_while_it_is_away(
    client: Client, database: Database, organisation: Organisation, scanned_by: Any
) -> None:
    scanned_by(clamd=NOWHERE, clamd_required=True)
    answer = _send(client, organisation, _clean())
    assert answer.status_code == 422
    assert "virus scanner cannot be reached" in answer.text
    assert _versions(database, organisation) == []


def test_without_a_scanner_files_are_kept_and_called_not_scanned(
    client: Client, database: Database, organisation: Organisation
) -> None:
    assert _send(client, organisation, _clean()).status_code == 303
    (version,) = _versions(database, organisation)
    assert version.scanned_at is None
    assert "not scanned for viruses" in client.get(f"/evidence/{version.item_id}").text


def test_the_scanner_is_talked_to_in_its_protocol(clamd: str) -> None:
    asked = Scanner(clamd)
    assert asked.threat_in(io.BytesIO(b"x" * 300_000)) is None
    assert asked.threat_in(io.BytesIO(b"x" * 70_000 + EICAR)) == "Eicar-Test-Signature"
    assert asked.version().startswith("ClamAV")
    with pytest.raises(ScannerAway):
        asked.threat_in(io.BytesIO(b"nonsense please"))
    with pytest.raises(Infected):
        asked.check(io.BytesIO(EICAR))


def test_a_scanner_that_says_nothing_or_goes_away_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ScannerAway):
            Scanner(address).threat_in(io.BytesIO(b"x"))
    for away in (address, str(tmp_path / "nothing.sock"), "127.0.0.1:0"):
        scanning._away.clear()
        assert Scanner(away).check(io.BytesIO(b"x")) is False
        with pytest.raises(ScannerAway):
            Scanner(away, required=True).check(io.BytesIO(b"x"))


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ({"clamd": "/run/clamav/clamd.ctl"}, True),
        ({"clamd": "127.0.0.1:3310"}, True),
        ({"clamd": "[::1]:3310"}, True),
        ({"clamd": "localhost:3310"}, True),
        ({"clamd": "scanner.example.org:3310"}, False),
        ({"clamd": "scanner.example.org:3310", "clamd_elsewhere": "true"}, True),
        ({"clamd": "127.0.0.1"}, False),
        ({"clamd": "127.0.0.1:99999"}, False),
        ({"clamd": "clamd.ctl"}, False),
    ],
)
def test_only_a_scanner_on_this_machine_is_accepted_unless_set_so(
    given: dict[str, str], accepted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path))
    for name, value in given.items():
        monkeypatch.setenv(f"SAPA_{name.upper()}", value)
    if accepted:
        assert Settings.from_env().scanner is not None
    else:
        with pytest.raises(WrongSettings, match="SAPA_CLAMD"):
            Settings.from_env()


def test_the_doctor_names_the_scanners_state(tmp_path: Path, clamd: str) -> None:
    def said(**more: Any) -> doctor.Check:
        return next(one for one in doctor.examine(Settings(data_dir=tmp_path, **more)) if one.name == "scanner")

    assert (said(clamd=clamd).state, "ClamAV" in said(clamd=clamd).found) == (doctor.State.OK, True)
    assert "does not answer" in said(clamd=NOWHERE).found
    assert "no virus scanner is set" in said().found


def test_every_event_of_the_scanner_has_its_sentence() -> None:
    assert {"evidence.blocked", "evidence.threat_found"} <= set(sentences())


@pytest.mark.skipif(shutil.which("clamd") is None or not Path("/run/clamav/clamd.ctl").exists(), reason="not run: no clamd here")
def test_a_real_clamd_finds_the_test_file() -> None:
    assert "Eicar" in str(Scanner("/run/clamav/clamd.ctl").threat_in(io.BytesIO(EICAR)))
