"""The binder: the report, each cited file that the reader may see, an index that works offline, hashes that can be checked."""

import hashlib
import io
import re
import subprocess
import tracemalloc
import zipfile
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Organisation, Person, Role
from app.assessments.access import get_readable
from app.assessments.models import Assessment
from app.binder.service import pack, prepare
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.files.storage import Storage
from app.rubrics import registry
from tests.conftest import Client
from tests.factories import make_agency, make_assessment, make_organisation, make_person

NAME = "Хаттама № 7 «әкімшілік»/../x.pdf"


@pytest.fixture
def organisation(database: Database) -> Organisation:
    return make_organisation(database)


@pytest.fixture
def manager(database: Database, settings: Settings, organisation: Organisation) -> Person:
    return make_person(database, settings, organisation)


@pytest.fixture
def assessment(database: Database, organisation: Organisation) -> Assessment:
    return make_assessment(database, organisation)


def _keep(
    database: Database, settings: Settings, organisation: Organisation, *, size: int = 1000, only: int | None = None
) -> list[tuple[str, int]]:
    """Give each item of the organisation a file (or only some); (code, number of the item)."""
    storage, made = Storage(settings.files_dir), []
    with database.write() as session:
        query = select(EvidenceItem).where(EvidenceItem.organisation_id == organisation.id).order_by(EvidenceItem.id)
        for item in session.scalars(query.limit(only) if only else query):
            content = item.code.encode() * (size // len(item.code))
            stored = storage.store(io.BytesIO(content), limit=10**9)
            kept = {"sha256": stored.sha256, "size": stored.size, "media_type": "application/pdf", "file_name": NAME}
            session.add(EvidenceVersion(item_id=item.id, number=1, uploaded_at=clock.now(), **kept))
            item.sha256 = None
            made.append((item.code, item.id))
    return made


def _change(database: Database, item_id: int, **fields: object) -> None:
    with database.write() as session:
        item = session.get(EvidenceItem, item_id)
        assert item is not None
        for name, value in fields.items():
            setattr(item, name, value)


def _binder(client: Client, assessment: Assessment, query: str = "kind=none&lang=en") -> zipfile.ZipFile:
    answer = client.get(f"/assessments/{assessment.id}/binder.zip?{query}")
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    return zipfile.ZipFile(io.BytesIO(answer.content))


def _index(archive: zipfile.ZipFile) -> str:
    return archive.read("index.html").decode()


def _files(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.startswith("evidence/")]


def test_every_link_of_the_index_leads_to_a_file_of_the_binder_and_its_hashes_can_be_checked(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment, tmp_path: Path
) -> None:
    _keep(database, settings, organisation)
    client.as_(make_person(database, settings, organisation))
    archive = _binder(client, assessment, "kind=summary&lang=en")
    index = _index(archive)
    links = {unquote(unescape(one)) for one in re.findall(r'href="([^"#:]+)"', index)}
    assert links == set(archive.namelist()) - {"index.html"}
    assert len(_files(archive)) > 3
    anchors = set(re.findall(r'href="#([^"]+)"', index))
    assert anchors <= set(re.findall(r'id="([^"]+)"', index))
    archive.extractall(tmp_path)
    assert not [one for one in tmp_path.parent.iterdir() if one.name == "x.pdf"]
    done = subprocess.run(["sha256sum", "-c", "manifest.sha256"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == len(archive.namelist()) - 1
    assert archive.read("report.pdf").startswith(b"%PDF")
    (tmp_path / "index.html").write_text("changed", encoding="utf-8")
    spoilt = subprocess.run(["sha256sum", "-c", "manifest.sha256"], cwd=tmp_path, capture_output=True, check=False)
    assert spoilt.returncode == 1


def test_the_index_refers_to_nothing_outside_and_runs_nothing(
    client: Client, database: Database, manager: Person, organisation: Organisation, assessment: Assessment
) -> None:
    with database.read() as session:
        item = session.scalars(select(EvidenceItem).where(EvidenceItem.organisation_id == organisation.id)).first()
    assert item is not None
    _change(database, item.id, title="<script>alert(1)</script>")
    index = _index(_binder(client.as_(manager), assessment))
    assert "<script" not in index
    assert not re.search(r"(src|srcset|action)=|url\(|@import|<link", index)


def test_what_is_missing_blocked_or_never_was_is_named_and_fails_nothing(
    client: Client, database: Database, settings: Settings, manager: Person, organisation: Organisation, assessment: Assessment
) -> None:
    (gone, gone_id), (blocked, blocked_id) = _keep(database, settings, organisation, only=2)
    with database.write() as session:
        versions = {one.item_id: one for one in session.scalars(select(EvidenceVersion))}
        Storage(settings.files_dir).path_of(versions[gone_id].sha256).unlink()
        versions[blocked_id].threat = "Eicar"
    archive = _binder(client.as_(manager), assessment)
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', _index(archive), flags=re.DOTALL))
    assert "missing from the storage" in rows[gone]
    assert "virus scanner" in rows[blocked]
    others = [row for code, row in rows.items() if code not in (gone, blocked)]
    assert others
    assert all("No file is kept" in row for row in others)
    assert _files(archive) == []


def test_confidential_evidence_stays_with_those_who_may_see_it(
    client: Client, database: Database, settings: Settings, manager: Person, organisation: Organisation, assessment: Assessment
) -> None:
    code, item_id = _keep(database, settings, organisation, only=1)[0]
    _change(database, item_id, confidentiality="restricted", title="The secret title")
    assert len(_files(_binder(client.as_(manager), assessment))) == 1
    contributor = make_person(database, settings, organisation, Role.CONTRIBUTOR)
    archive = _binder(client.as_(contributor), assessment)
    assert _files(archive) == []
    assert "The secret title" not in _index(archive)
    assert code in _index(archive)
    assert "not shown to you" in _index(archive)


@pytest.mark.parametrize(("with_evidence", "files"), [(True, 1), (False, 0)])
def test_a_guest_gets_the_files_that_are_shown_to_guests(  # noqa: PLR0917 - fixtures
    client: Client,
    database: Database,
    settings: Settings,
    manager: Person,
    organisation: Organisation,
    assessment: Assessment,
    with_evidence: bool,
    files: int,
) -> None:
    _keep(database, settings, organisation, only=1)
    agency = make_agency(database)
    reviewer = make_person(database, settings, agency, Role.REVIEWER)
    shared = {"agency_id": str(agency.id), **({"with_evidence": "true"} if with_evidence else {})}
    assert client.as_(manager).send_form(f"/assessments/{assessment.id}/shares", shared).status_code == 303
    assert len(_files(_binder(client.as_(reviewer), assessment))) == files


def test_what_left_is_noted(
    client: Client, database: Database, settings: Settings, manager: Person, organisation: Organisation, assessment: Assessment
) -> None:
    _keep(database, settings, organisation, only=2)
    client.as_(manager)
    _binder(client, assessment)
    trail = client.get(f"/organisations/{organisation.id}/trail.csv").text
    assert trail.count("report.binder_made") == 1
    assert trail.count("evidence.downloaded") == 2


def test_outsiders_get_nothing(client: Client, database: Database, settings: Settings, assessment: Assessment) -> None:
    url = f"/assessments/{assessment.id}/binder.zip?kind=none"
    outsider = make_person(database, settings, make_organisation(database))
    assert client.as_(outsider).get(url).status_code == 404
    assert client.signed_out().get(url).status_code in (303, 401)


def test_memory_stays_flat_however_much_is_packed(
    database: Database, settings: Settings, manager: Person, organisation: Organisation, assessment: Assessment
) -> None:
    _keep(database, settings, organisation, size=8_000_000)
    with database.read() as session:
        actor = Actor.of(manager, at=clock.now())
        found = get_readable(session, actor, assessment.id)
        made = pack(settings, prepare(session, settings, registry.home(), actor, found, "en", None))
    tracemalloc.start()
    total, digest = 0, hashlib.sha256()
    for chunk in made:
        total += len(chunk)
        digest.update(chunk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == made.size > 30_000_000
    assert peak < 3_000_000
