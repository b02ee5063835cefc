"""Uploading files: what is kept, what is refused, and how it is served."""

import hashlib
import io
import os
import tracemalloc
import zipfile
from pathlib import Path
from urllib.parse import unquote

import httpx2
import pytest
from sqlalchemy import func, select

from app.accounts.models import Organisation
from app.config import Settings
from app.db import Database
from app.errors import TooLarge, UnsupportedType
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.files.checks import type_of
from app.files.storage import Storage
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FIELDS = {"title": "Council minutes", "kind": "minutes"}


@pytest.fixture
def organisation(client: Client, database: Database, settings: Settings) -> Organisation:
    made = make_organisation(database)
    client.as_(make_person(database, settings, made))
    return made


def _upload(client: Client, organisation: Organisation, name: str, content: bytes, **fields: str) -> httpx2.Response:
    files = {"file": (name, content)}
    return client.send_form(f"/organisations/{organisation.id}/evidence", {**FIELDS, **fields}, files=files)


def _docx(*, macro: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        if macro:
            archive.writestr("word/vbaProject.bin", b"x")
    return target.getvalue()


def _counts(database: Database) -> tuple[int, int]:
    with database.read() as session:
        items = session.scalar(select(func.count()).select_from(EvidenceItem)) or 0
        return items, session.scalar(select(func.count()).select_from(EvidenceVersion)) or 0


@pytest.mark.parametrize("name", ["Хаттама № 7 — әкімшілік.pdf", "a'b\"c.pdf", "emoji 😀.pdf"])
def test_a_file_comes_back_byte_for_byte_as_an_attachment_with_its_own_name(
    client: Client, organisation: Organisation, name: str
) -> None:
    content = PDF + os.urandom(2000)
    made = _upload(client, organisation, name, content)
    assert made.status_code == 303, made.text[:300]
    file = client.get(made.headers["location"] + "/files/1")
    assert file.content == content
    assert file.headers["content-type"] == "application/pdf"
    disposition = file.headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert unquote(disposition.split("filename*=UTF-8''")[1]) == name.replace('"', "'")
    assert "sandbox" in file.headers["content-security-policy"]


def test_the_bytes_lie_under_their_digest_and_nothing_temporary_is_left(
    client: Client, organisation: Organisation, settings: Settings
) -> None:
    content = PDF + os.urandom(50)
    _upload(client, organisation, "a.pdf", content)
    digest = hashlib.sha256(content).hexdigest()
    assert (settings.files_dir / digest[:2] / digest).read_bytes() == content
    assert list((settings.files_dir / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("empty.pdf", b"", 422),
        ("page.html", b"<html></html>", 415),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 415),
        ("page.pdf", b"<!doctype html><script>alert(1)</script>", 415),
        ("picture.png", PDF, 415),
        ("script.txt", b"<svg onload=alert(1)>", 415),
        ("marked.txt", b"\xef\xbb\xbf<html><script>alert(1)</script>", 415),
        ("program.txt", b"MZ\x00\x01", 415),
        ("program.exe", b"MZ", 415),
        ("archive.docx", b"PK\x03\x04 not an archive", 415),
        ("macro.docx", _docx(macro=True), 415),
        ("sheet.xlsx", _docx(), 415),
        ("noending", PDF, 415),
    ],
)
def test_a_file_that_is_not_accepted_leaves_no_row_and_no_bytes(
    client: Client, organisation: Organisation, database: Database, name: str, content: bytes, status: int
) -> None:
    before = _counts(database)
    answer = _upload(client, organisation, name, content)
    assert answer.status_code == status
    assert _counts(database) == before


def test_a_part_that_unpacks_to_a_hundred_times_its_size_is_not_unpacked() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", b"x" * 50_000_000)
        archive.writestr("content.xml", "<document/>")
    tracemalloc.start()
    with pytest.raises(UnsupportedType):
        type_of(target, "report.odt")
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


@pytest.mark.parametrize("name", ["report.docx", "REPORT.DOCX"])
def test_an_office_document_is_accepted_by_its_content(client: Client, organisation: Organisation, name: str) -> None:
    assert _upload(client, organisation, name, _docx() + os.urandom(0)).status_code in (303, 409)


def test_exactly_the_limit_is_accepted_and_one_byte_more_is_not(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    assert storage.store(io.BytesIO(b"x" * 1000), limit=1000).size == 1000
    with pytest.raises(TooLarge):
        storage.store(io.BytesIO(b"x" * 1001), limit=1000)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_one_byte_over_the_limit_of_the_installation_is_refused_and_nothing_stays(
    client: Client, organisation: Organisation, database: Database, settings: Settings
) -> None:
    before = _counts(database)
    answer = _upload(client, organisation, "large.pdf", PDF + b"\x00" * (settings.max_upload - len(PDF) + 1))
    assert answer.status_code == 413
    assert _counts(database) == before
    assert list((settings.files_dir / "incoming").glob("*")) == []


def test_the_same_bytes_are_offered_for_linking_inside_the_organisation_and_unknown_outside(
    client: Client, organisation: Organisation, database: Database, settings: Settings
) -> None:
    content = PDF + os.urandom(64)
    _upload(client, organisation, "first.pdf", content)
    again = _upload(client, organisation, "again.pdf", content)
    assert again.status_code == 409
    assert "E-01" in again.text
    elsewhere = make_organisation(database)
    client.as_(make_person(database, settings, elsewhere))
    assert _upload(client, elsewhere, "mine.pdf", content).status_code == 303


def test_an_upload_that_breaks_off_leaves_nothing(client: Client, organisation: Organisation, database: Database) -> None:
    before = _counts(database)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF
    headers = {"content-type": "multipart/form-data; boundary=x", "x-csrf-token": client.token, "sec-fetch-site": "same-origin"}
    answer = client.post(f"/organisations/{organisation.id}/evidence", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert _counts(database) == before


def test_a_file_uploaded_on_a_criterion_is_linked_and_lifts_what_counts(
    client: Client, organisation: Organisation, database: Database
) -> None:
    assessment = make_assessment(database, organisation)
    place = f"/assessments/{assessment.id}/criteria/esg-2015:policy.review"
    client.send_form(place, {"version": "0", "choice": "3"})
    fields = {"title": "Minutes of the review", "kind": "minutes", "where": "p. 4", "proves": "The review took place"}
    answer = client.send_form(f"{place}/upload", fields, files={"file": ("minutes.pdf", PDF + os.urandom(9))})
    assert answer.status_code == 303
    page = client.get(place).text
    assert "Minutes of the review" in page
    assert "p. 4" in page
    card = client.get(f"/api/v1/assessments/{assessment.id}/scorecard").json()
    found = [c for s in card["rubrics"][0]["standards"] for c in s["criteria"] if c["id"] == "policy.review"]
    assert found[0]["substantiated"] == 3


def test_withdrawing_an_item_lowers_every_answer_that_rests_on_it(
    client: Client, organisation: Organisation, database: Database
) -> None:
    assessment = make_assessment(database, organisation)
    before = client.get(f"/api/v1/assessments/{assessment.id}/scorecard").json()
    with database.read() as session:
        items = session.scalars(select(EvidenceItem).where(EvidenceItem.organisation_id == organisation.id)).all()
    for item in items:
        fields = {"status": "withdrawn", "reason": "Replaced"}
        assert client.send_form(f"/evidence/{item.id}/withdraw", fields).status_code == 303
    after = client.get(f"/api/v1/assessments/{assessment.id}/scorecard").json()
    assert after["index_low"] < before["index_low"]
    stale = client.send_form(f"/evidence/{items[0].id}", {"title": "x", "kind": "minutes", "version": "1"})
    assert stale.status_code == 409


def test_a_refused_file_leaves_the_description_in_the_form(client: Client, organisation: Organisation) -> None:
    answer = _upload(client, organisation, "page.pdf", b"<!doctype html><script>alert(1)</script>", title="Minutes of March")
    assert answer.status_code == 415
    assert 'value="Minutes of March"' in answer.text
    assert 'href="#file"' in answer.text


def test_a_refused_new_version_is_told_beside_the_field(client: Client, organisation: Organisation) -> None:
    made = _upload(client, organisation, "first.pdf", PDF + os.urandom(9))
    answer = client.send_form(made.headers["location"] + "/files", {}, files={"file": ("empty.pdf", b"")})
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
