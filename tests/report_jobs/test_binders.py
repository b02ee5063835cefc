"""Binders that workers make: what is made before, and what is looked at again when somebody takes the file."""

import io
import zipfile
from typing import Any

import pytest
from sqlalchemy import func, select

from app import clock
from app.accounts.models import Role
from app.audit.models import AuditEvent
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.files.storage import Storage
from app.jobs import alive
from tests.conftest import Client
from tests.factories import make_organisation, make_person
from tests.report_jobs.conftest import House
from tests.report_jobs.test_asking import ask
from tests.report_jobs.working import job_of, work


@pytest.fixture
def file_id(database: Database, settings: Settings, house: House) -> int:
    """A gathered item of evidence that has a file; its number."""
    with database.write() as session:
        item = session.scalars(select(EvidenceItem).where(EvidenceItem.organisation_id == house.organisation.id)).first()
        assert item is not None
        stored = Storage(settings.files_dir).store(io.BytesIO(item.code.encode() * 100), limit=10_000)
        kept = {"sha256": stored.sha256, "size": stored.size, "media_type": "application/pdf", "file_name": "Хаттама.pdf"}
        session.add(EvidenceVersion(item_id=item.id, number=1, uploaded_at=clock.now(), **kept))
        item.sha256 = None
        return item.id


def _headers(client: Client) -> dict[str, str]:
    """What a program of the site sends along."""
    return {"origin": "http://testserver", "sec-fetch-site": "same-origin", "x-csrf-token": client.token}


def _events(database: Database, house: House, kind: str) -> int:
    with database.read() as session:
        query = select(func.count()).select_from(AuditEvent)
        return session.scalar(query.where(AuditEvent.kind == kind, AuditEvent.chain == house.organisation.id)) or 0


def _change(database: Database, file_id: int, **fields: object) -> None:
    with database.write() as session:
        row = session.scalars(select(EvidenceVersion).where(EvidenceVersion.item_id == file_id)).one()
        for name, value in fields.items():
            setattr(row, name, value)


def _packed(content: bytes) -> dict[str, bytes]:
    """What is in a ZIP, whose own bytes say when it was sent."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {one: archive.read(one) for one in archive.namelist()}


def test_the_binder_of_a_job_holds_byte_for_byte_what_that_of_the_direct_address_holds(
    client: Client, database: Database, settings: Settings, house: House, file_id: int
) -> None:
    del file_id
    address = ask(client, house, file="kk.zip")
    assert work(settings, database)
    page = client.get(address).text
    assert "Site-visit binder, Summary for the rector" in page
    assert f'href="{address}/file"' in page
    # Nothing has left yet, and the head of the trail stands in reports: the direct one is asked for first.
    assert _events(database, house, "evidence.downloaded") == 0
    direct = client.get(f"{house.base}/binder.zip?kind=summary&lang=kk")
    before = {kind: _events(database, house, kind) for kind in ("report.binder_made", "evidence.downloaded")}
    file = client.get(f"{address}/file")
    assert _packed(file.content) == _packed(direct.content)
    assert int(file.headers["content-length"]) == len(file.content)
    assert file.headers["content-disposition"] == direct.headers["content-disposition"]
    assert file.headers["content-type"] == "application/zip"
    assert {kind: _events(database, house, kind) - count for kind, count in before.items()} == dict.fromkeys(before, 1)
    assert [one.rpartition("/")[2] for one in _packed(file.content)] == [
        "report.pdf", "index.html", "manifest.sha256", "1-Хаттама.pdf",
    ]  # fmt: skip


def test_a_binder_shows_the_state_in_which_it_was_made(
    client: Client, database: Database, settings: Settings, house: House, file_id: int
) -> None:
    address = ask(client, house, file="en.zip")
    assert work(settings, database)
    made = _packed(client.get(f"{address}/file").content)
    with database.write() as session:
        item = session.get_one(EvidenceItem, file_id)
        item.title = "Another title"
    assert _packed(client.get(f"{address}/file").content) == made
    assert b"Another title" in _packed(client.get(f"{house.base}/binder.zip?kind=none&lang=en").content)["index.html"]


@pytest.mark.parametrize("what", ["blocked", "gone", "deleted", "replaced"])
def test_a_file_that_changed_since_is_not_handed_out_and_named(
    client: Client, database: Database, settings: Settings, house: House, file_id: int, what: str
) -> None:
    address = ask(client, house, file="en.zip")
    assert work(settings, database)
    with database.read() as session:
        version = session.scalars(select(EvidenceVersion).where(EvidenceVersion.item_id == file_id)).one()
        code = session.get_one(EvidenceItem, file_id).code
    match what:
        case "blocked":
            _change(database, file_id, threat="Eicar")
        case "gone":
            Storage(settings.files_dir).path_of(version.sha256).unlink()
        case "replaced":
            _change(database, file_id, sha256="0" * 64)
        case _:
            with database.write() as session:
                session.delete(session.get_one(EvidenceVersion, version.id))
    answer = client.get(f"{address}/file")
    assert answer.status_code == 409
    assert f"The file of {code} is not what it was when this binder was made" in answer.text
    assert _events(database, house, "evidence.downloaded") == 0
    # What is asked for again is made of what there is.
    again = ask(client, house, file="en.zip")
    assert work(settings, database)
    assert not [one for one in _packed(client.get(f"{again}/file").content) if one.startswith("evidence/")]


def test_a_binder_does_not_outlive_the_sight_of_its_files(
    client: Client, database: Database, settings: Settings, house: House, file_id: int
) -> None:
    contributor = make_person(database, settings, house.organisation, Role.CONTRIBUTOR)
    address = ask(client.as_(contributor), house, file="en.zip")
    assert work(settings, database)
    assert client.get(f"{address}/file").status_code == 200
    with database.write() as session:
        session.get_one(EvidenceItem, file_id).confidentiality = "restricted"
    assert client.get(f"{address}/file").status_code == 409
    assert client.as_(make_person(database, settings, make_organisation(database))).get(f"{address}/file").status_code == 404


def test_a_report_and_a_binder_with_it_are_two_jobs(client: Client, database: Database, settings: Settings, house: House) -> None:
    report, binder = ask(client, house, file="en.pdf"), ask(client, house, file="en.zip")
    assert report != binder
    assert ask(client, house, file="en.zip") == binder
    assert work(settings, database)
    assert work(settings, database)
    keys = {job_of(database, int(one.rpartition("/")[2])).key for one in (report, binder)}
    assert len(keys) == 2
    assert client.get(f"{report}/file").content.startswith(b"%PDF")
    assert client.get(f"{binder}/file").content.startswith(b"PK")


@pytest.mark.parametrize("fields", [{"kind": "plan"}, {"page": "phone"}, {"revision": "1"}, {"kind": "delta", "against": "1"}])
def test_a_binder_has_the_whole_report_or_the_summary(client: Client, house: House, fields: dict[str, str]) -> None:
    answer = client.send_form(f"{house.base}/reports", {"kind": "summary", "file": "en.zip", **fields})
    assert answer.status_code == 422 if "against" not in fields else answer.status_code in (404, 422)


@pytest.mark.parametrize(
    "fields", [{"kind": "plan"}, {"page": "phone"}, {"revision": 1}, {"format": "xlsx", "revision": 1}, {"format": "exe"}]
)
def test_a_program_that_asks_for_what_is_not_made_is_told_so(client: Client, house: House, fields: dict[str, Any]) -> None:
    answer = client.post(f"/api/v1{house.base}/reports", json={"format": "zip", **fields}, headers=_headers(client))
    assert answer.status_code == 422
    assert "body" in answer.json()["findings"][0]


def test_a_program_asks_for_a_binder(client: Client, database: Database, settings: Settings, house: House) -> None:
    asked = client.post(
        f"/api/v1{house.base}/reports",
        json={"kind": "summary", "format": "zip", "lang": "ru"},
        headers=_headers(client),
    )
    assert asked.status_code == 202, asked.text
    assert asked.json()["format"] == "zip"
    assert work(settings, database)
    done = client.get(asked.headers["location"]).json()
    assert _packed(client.get(done["file"]).content)["report.pdf"].startswith(b"%PDF")


def test_where_a_worker_is_at_work_the_downloads_ask_it_for_binders(client: Client, database: Database, house: House) -> None:
    button, link = '<button class="govuk-button govuk-button--secondary small" name="file" value="kk.zip">', "/binder.zip?lang=kk"
    page = client.get(f"{house.base}/downloads").text
    assert link in page
    assert button not in page
    with database.write() as session:
        alive.note_alive(session, now=clock.now())
    page = client.get(f"{house.base}/downloads").text
    assert button in page
    assert link not in page
    address = ask(client, house, kind="full", file="kk.zip")
    with database.write() as session:
        alive.note_alive(session, now=clock.now() - alive.ALIVE_FOR)
    assert f"{house.base}/binder.zip?lang=kk&amp;kind=full" in client.get(address).text
