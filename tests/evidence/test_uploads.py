"""Many files at once: what is kept, what is there already, what is refused, and what is suggested."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Organisation, Role
from app.assessments.models import Assessment, EvidenceLink
from app.config import Settings
from app.db import Database
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.evidence.uploads import MOST_FILES, Brought, Target, take, title_of
from app.files.storage import Storage
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person, make_unit

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
JSON = {"accept": "application/json"}
CRITERION = "esg-2015:policy.review"


@pytest.fixture
def organisation(client: Client, database: Database, settings: Settings) -> Organisation:
    made = make_organisation(database)
    client.as_(make_person(database, settings, made))
    return made


@pytest.fixture
def assessment(organisation: Organisation, database: Database) -> Assessment:
    return make_assessment(database, organisation)


def _pdf() -> bytes:
    return PDF + os.urandom(40)


def _send(
    client: Client, url: str, *files: tuple[str, bytes], headers: dict[str, str] | None = None, **fields: str
) -> httpx2.Response:
    data = {"kind": "minutes", **fields}
    sent: Any = [("file", one) for one in files]
    return client.send_form(url, data, files=sent, headers=headers or {})


def _library(organisation: Organisation) -> str:
    return f"/organisations/{organisation.id}/evidence/uploads"


def _place(assessment: Assessment) -> str:
    return f"/assessments/{assessment.id}/criteria/{CRITERION}"


def _titles(database: Database, organisation: Organisation) -> list[str]:
    with database.read() as session:
        query = select(EvidenceItem.title).where(EvidenceItem.organisation_id == organisation.id).order_by(EvidenceItem.id)
        return list(session.scalars(query))


def _links(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(EvidenceLink)) or 0


def test_the_good_files_are_kept_and_each_bad_one_is_named_with_its_reason_and_remedy(
    client: Client, organisation: Organisation, database: Database
) -> None:
    files = [("Minutes_of_May.pdf", _pdf()), ("empty.pdf", b""), ("page.html", b"<p>"), ("Plan.pdf", _pdf())]
    page = _send(client, _library(organisation), *files)
    assert page.status_code == 200
    assert _titles(database, organisation) == ["Minutes of May", "Plan"]
    for told in (
        "The file is empty (0 bytes).",
        "look whether it opens",
        "Files ending in “.html”",
        "Save it as PDF",
        "Kept as E-02",
    ):
        assert told in page.text


def test_files_that_are_all_kept_lead_back_to_where_they_were_uploaded(
    client: Client, organisation: Organisation, assessment: Assessment, database: Database
) -> None:
    kept = _send(client, _library(organisation), ("a.pdf", _pdf()), ("b.pdf", _pdf()))
    assert (kept.status_code, kept.headers["location"]) == (303, f"/organisations/{organisation.id}/evidence")
    before = _links(database)
    linked = _send(client, f"{_place(assessment)}/upload", ("c.pdf", _pdf()), ("d.pdf", _pdf()), where="p. 3")
    assert (linked.status_code, linked.headers["location"]) == (303, f"{_place(assessment)}#evidence")
    assert _links(database) == before + 2


@pytest.mark.parametrize("kind", ["", "nonsense"])
def test_nothing_is_stored_while_no_kind_is_chosen(
    client: Client, organisation: Organisation, database: Database, kind: str
) -> None:
    page = _send(client, _library(organisation), ("a.pdf", _pdf()), kind=kind)
    assert page.status_code == 422
    assert "There is a problem" in page.text
    told = _send(client, _library(organisation), ("a.pdf", _pdf()), headers=JSON, kind=kind)
    assert (told.status_code, list(told.json()["errors"])) == (422, ["upload_kind"])
    assert _titles(database, organisation) == []


def test_a_form_without_a_file_says_so(client: Client, organisation: Organisation) -> None:
    page = _send(client, _library(organisation))
    assert page.status_code == 422
    assert "Please choose a file." in page.text


def test_a_title_that_is_typed_is_that_of_one_file_and_of_several_of_none(
    client: Client, organisation: Organisation, database: Database
) -> None:
    _send(client, _library(organisation), ("a.pdf", _pdf()), title="Minutes, council")
    several = _send(client, _library(organisation), ("b.pdf", _pdf()), ("c.pdf", _pdf()), title="One for all")
    assert several.status_code == 422
    assert 'value="One for all"' in several.text
    assert _titles(database, organisation) == ["Minutes, council"]


def test_the_same_bytes_are_offered_for_linking_and_one_click_links_them(
    client: Client, organisation: Organisation, assessment: Assessment, database: Database
) -> None:
    content = _pdf()
    _send(client, _library(organisation), ("first.pdf", content))
    stored, links = len(_titles(database, organisation)), _links(database)
    again = _send(client, f"{_place(assessment)}/upload", ("again.pdf", content))
    assert again.status_code == 409
    assert "“first”" in again.text
    assert (len(_titles(database, organisation)), _links(database)) == (stored, links)
    told = _send(client, f"{_place(assessment)}/upload", ("again.pdf", content), headers=JSON)
    found = told.json()["files"][0]
    assert (told.status_code, found["fate"], found["suggestions"][0]["here"]) == (409, "there", True)
    assert client.send_form(found["suggestions"][0]["address"], {"code": found["code"]}).status_code == 303
    assert _links(database) == links + 1


def test_the_same_bytes_twice_in_one_batch_are_stored_once(
    client: Client, organisation: Organisation, database: Database
) -> None:
    content = _pdf()
    page = _send(client, _library(organisation), ("one.pdf", content), ("two.pdf", content))
    assert page.status_code == 200
    assert "This file is there already as E-01, “one”" in page.text
    assert _titles(database, organisation) == ["one"]


def test_nobody_learns_of_a_file_that_only_another_faculty_may_see(
    client: Client, organisation: Organisation, database: Database, settings: Settings
) -> None:
    content, here, there = _pdf(), make_unit(database, organisation), make_unit(database, organisation)
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR, there))
    assert _send(client, _library(organisation), ("secret name.pdf", content), unit_id=str(there.id)).status_code == 303
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR, here))
    mine = _send(client, _library(organisation), ("mine.pdf", content), unit_id=str(here.id))
    assert mine.status_code == 303
    assert "secret name" not in mine.text


def test_a_file_whose_name_speaks_of_a_criterion_is_suggested_and_not_linked(
    client: Client, organisation: Organisation, assessment: Assessment, database: Database
) -> None:
    assert assessment.organisation_id == organisation.id
    links = _links(database)
    page = _send(client, _library(organisation), ("1.1.2_policy.pdf", _pdf()))
    assert page.status_code == 200
    assert "Suggested by the file" in page.text
    assert "1.1.b" in page.text
    assert _links(database) == links
    found = _send(client, _library(organisation), ("1.1.b minutes.pdf", _pdf()), headers=JSON).json()["files"][0]
    offer = found["suggestions"][0]
    assert client.send_form(offer["address"], {"code": found["code"]}).status_code == 303
    assert _links(database) == links + 1


def test_on_a_criterion_only_others_are_suggested(client: Client, organisation: Organisation, assessment: Assessment) -> None:
    del organisation
    here = f"/assessments/{assessment.id}/criteria/esg-2015:policy.approved/upload"
    told = _send(client, here, ("1.1.a and more.pdf", _pdf()), headers=JSON).json()
    assert told["files"][0]["fate"] == "kept"
    assert here.split("/")[-2] not in [one["reference"] for one in told["files"][0]["suggestions"]]
    assert told["version"] >= 1


def test_more_files_than_are_taken_in_one_go_are_named(client: Client, organisation: Organisation, database: Database) -> None:
    files = [(f"{number}.pdf", _pdf()) for number in range(MOST_FILES + 1)]
    page = _send(client, _library(organisation), *files)
    assert len(_titles(database, organisation)) == MOST_FILES
    assert "At most 50 files are taken in one go" in page.text


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Minutes_of__May.pdf", "Minutes of May"),
        ("../../etc/passwd.txt", "passwd"),
        ("\x00\x1f.pdf", "pdf"),
        ("Хаттама № 7.docx", "Хаттама № 7"),
        ("___.pdf", "___.pdf"),
        ("", "file"),
        ("a" * 5000 + ".pdf", "a" * 140),
    ],
)
def test_a_title_is_made_of_any_name(name: str, title: str) -> None:
    assert title_of(name) == title


@pytest.mark.parametrize("name", ["1" * 400 + ".pdf", "\u202efdp.exe.pdf", "x\r\ny: z.pdf", "%00.pdf"])
def test_odd_names_are_kept_or_refused_and_never_a_fault(client: Client, organisation: Organisation, name: str) -> None:
    assert _send(client, _library(organisation), (name, _pdf())).status_code in (200, 303, 422)


def test_others_cannot_upload_here(
    client: Client, organisation: Organisation, assessment: Assessment, database: Database, settings: Settings
) -> None:
    before = _titles(database, organisation)
    places = (_library(organisation), f"{_place(assessment)}/upload")
    for place in places:
        client.as_(make_person(database, settings, organisation, Role.INTERNAL_AUDITOR))
        assert _send(client, place, ("a.pdf", _pdf())).status_code == 403
        client.as_(make_person(database, settings, make_organisation(database)))
        assert _send(client, place, ("a.pdf", _pdf())).status_code == 404
        client.signed_out()
        assert _send(client, place, ("a.pdf", _pdf())).status_code == 401
    assert _titles(database, organisation) == before


def test_files_that_come_at_the_same_moment_get_codes_of_their_own(
    database: Database, settings: Settings, organisation: Organisation
) -> None:
    person = make_person(database, settings, organisation)
    target = Target(Storage(settings.files_dir), organisation.id, None, 10_000)
    together, size = Barrier(4), 3

    def bring(number: int) -> list[str]:
        files = [Brought(f"{number}-{place}.pdf", io.BytesIO(_pdf())) for place in range(size)]
        actor = Actor(person.id, person.name, person.email, "en", clock.now())
        together.wait()
        with database.write() as session:
            return [one.told for one in take(session, target, files, "minutes", actor, now=clock.now())]

    with ThreadPoolExecutor(4) as pool:
        told = [one for each in pool.map(bring, range(4)) for one in each]
    assert len(set(told)) == 4 * size
    assert all(one.startswith("Kept as E-") for one in told)


def test_a_refused_file_leaves_neither_row_nor_version(client: Client, organisation: Organisation, database: Database) -> None:
    _send(client, _library(organisation), ("a.pdf", b"<html>"), ("b.pdf", _pdf()))
    with database.read() as session:
        items = select(EvidenceItem.id).where(EvidenceItem.organisation_id == organisation.id)
        versions = session.scalars(select(EvidenceVersion).where(EvidenceVersion.item_id.in_(items))).all()
    assert [one.file_name for one in versions] == ["b.pdf"]
