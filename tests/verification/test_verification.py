"""An approved report is issued: signed, with a code; anybody can ask whether a file is genuine and what the code stands for."""

import re
from io import BytesIO

import pikepdf
import pytest

from app import clock
from app.accounts.models import Organisation
from app.assessments.access import last_snapshot
from app.assessments.models import Assessment, Snapshot
from app.config import Settings
from app.db import Database
from app.errors import NotFound
from app.keys import access, service
from app.keys.models import SigningKey
from app.sealing import unseal
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person
from tests.reports.test_standards import broken_rules
from tests.signing import reopen, sign_off


@pytest.fixture
def organisation(database: Database) -> Organisation:
    return make_organisation(database, "Signing University")


@pytest.fixture
def assessment(client: Client, database: Database, settings: Settings, organisation: Organisation) -> Assessment:
    """An approved one; its manager is signed in."""
    made = make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation))
    assert sign_off(client, f"/assessments/{made.id}").status_code == 303
    return made


def _token(database: Database, assessment: Assessment) -> str:
    with database.read() as session:
        found = last_snapshot(session, assessment)
        assert found is not None
        assert found.token
        return found.token


def _create(database: Database, settings: Settings, organisation: Organisation) -> SigningKey:
    with database.write() as session:
        return service.create(session, settings, organisation.id, now=clock.now())


def _visit(client: Client) -> None:
    """As a stranger, with the token of the page's form."""
    client.signed_out()
    page = client.get("/verify")
    assert page.status_code == 200
    client.token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[-1]


def _ask(client: Client, content: bytes, name: str = "report.pdf") -> tuple[int, str]:
    answer = client.send_form("/verify", files={"file": (name, content, "application/pdf")})
    return answer.status_code, answer.text


def test_the_report_of_an_approved_assessment_is_signed_and_a_stranger_finds_it_genuine(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    key = _create(database, settings, organisation)
    url = f"/assessments/{assessment.id}/report.pdf?kind=summary&lang=en"
    report = client.get(url)
    assert report.status_code == 200
    assert broken_rules(report.content) == []
    with pikepdf.open(BytesIO(report.content)) as document:
        links = [str(one.A.URI) for one in document.pages[0].Annots if "/A" in one]
    assert set(links) == {f"{settings.base_url}/verify/{_token(database, assessment)}"}
    trail = client.get(f"/organisations/{organisation.id}/trail.csv").text
    assert key.fingerprint in trail
    _visit(client)
    status, page = _ask(client, report.content)
    assert status == 200
    assert "Genuine and unchanged" in page
    assert organisation.name in page
    spoilt = bytearray(report.content)
    spoilt[len(spoilt) // 3] ^= 1
    status, page = _ask(client, bytes(spoilt))
    assert "Genuine" not in page
    with database.write() as session:
        service.rotate(session, settings, organisation.id, now=clock.now())
    assert "Genuine and unchanged" in _ask(client, report.content)[1], "what a retired key signed can still be verified"


def test_a_draft_is_neither_signed_nor_does_it_carry_a_code(
    client: Client, database: Database, settings: Settings, organisation: Organisation
) -> None:
    made = make_assessment(database, organisation)
    _create(database, settings, organisation)
    client.as_(make_person(database, settings, organisation))
    draft = client.get(f"/assessments/{made.id}/report.pdf?kind=summary").content
    assert b"/ByteRange" not in draft
    assert "/verify/" not in client.get(f"/assessments/{made.id}/report.html").text


def test_the_page_of_a_code_says_what_was_issued_and_whether_it_was_superseded_and_nothing_more(
    client: Client, database: Database, organisation: Organisation, assessment: Assessment
) -> None:
    first, base = _token(database, assessment), f"/assessments/{assessment.id}"
    page = client.get(f"/verify/{first}")
    assert page.status_code == 200
    assert page.headers["x-robots-tag"].startswith("noindex")
    for told in (organisation.name, "Small self-assessment", "Current."):
        assert told in page.text
    with database.read() as session:
        snapshot = session.query(Snapshot).filter_by(token=first).one()
    assert snapshot.digest.removeprefix("sha256:") in page.text
    for kept in ("Not ready", "Sample Person", "esg-2015", "E-01"):
        assert kept not in page.text
    assert reopen(client, base).status_code == 303
    assert "Under revision." in client.get(f"/verify/{first}").text
    assert sign_off(client, base).status_code == 303
    second = _token(database, assessment)
    assert second != first
    assert "Superseded." in client.get(f"/verify/{first}").text
    client.signed_out()
    assert "Current." in client.get(f"/verify/{second}").text


def test_the_code_of_a_revision_is_that_of_its_own_assessment(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    neighbour = make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation))
    assert sign_off(client, f"/assessments/{neighbour.id}").status_code == 303
    for one, other in ((assessment, neighbour), (neighbour, assessment)):
        report = client.get(f"/assessments/{one.id}/revisions/1/report.html?kind=summary").text
        assert f"/verify/{_token(database, one)}" in report
        assert f"/verify/{_token(database, other)}" not in report


def test_what_is_issued_is_superseded_only_by_its_own_assessments_later_approval(
    client: Client, database: Database, settings: Settings, organisation: Organisation, assessment: Assessment
) -> None:
    neighbour = make_assessment(database, organisation)
    client.as_(make_person(database, settings, organisation))
    base = f"/assessments/{neighbour.id}"
    for each in (sign_off, reopen, sign_off):
        assert each(client, base).status_code == 303
    client.signed_out()
    assert "Current." in client.get(f"/verify/{_token(database, assessment)}").text


@pytest.mark.parametrize("token", ["x", "A" * 24, "A" * 2000, "%00", "ә", "..%2f..", "' or 1=1 --"])
def test_an_unknown_code_is_not_found(client: Client, token: str) -> None:
    assert client.get(f"/verify/{token}").status_code == 404


def test_the_code_of_a_deleted_assessment_is_not_found(client: Client, database: Database, assessment: Assessment) -> None:
    token = _token(database, assessment)
    assert reopen(client, f"/assessments/{assessment.id}").status_code == 303
    title = assessment.title["en"]
    assert client.send_form(f"/assessments/{assessment.id}/delete", {"name": title}).status_code == 303
    assert client.get(f"/verify/{token}").status_code == 404


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000])
def test_what_is_no_report_is_refused_with_words_and_the_form_comes_back(client: Client, content: bytes) -> None:
    _visit(client)
    status, page = _ask(client, content)
    assert status == 422
    assert "cannot be read as a PDF" in page
    assert 'type="file"' in page


def test_no_file_and_too_large_a_file_are_refused(client: Client) -> None:
    _visit(client)
    assert client.send_form("/verify").status_code == 422
    status, page = _ask(client, bytes(31 * 1024 * 1024))
    assert status == 413
    assert "30 MB" in page


def test_a_form_from_elsewhere_is_refused(client: Client) -> None:
    _visit(client)
    client.token = "forged"
    assert _ask(client, b"x")[0] == 403


def test_one_address_cannot_ask_for_ever(client: Client, settings: Settings) -> None:
    _visit(client)
    answers = [client.send_form("/verify").status_code for _time in range(settings.verify_attempts_address + 1)]
    assert answers[-2:] == [422, 429]


def test_a_name_of_a_file_is_only_text(client: Client, assessment: Assessment) -> None:
    report = client.get(f"/assessments/{assessment.id}/report.pdf?kind=summary&lang=en").content
    _visit(client)
    status, page = _ask(client, report, "<script>alert(1)</script>.pdf")
    assert status == 200
    assert "<script>alert(1)" not in page
    assert "nobody vouches for it" in page


def test_an_organisation_has_one_live_key_whose_private_half_is_sealed_and_forgotten_when_it_is_retired(
    database: Database, settings: Settings, organisation: Organisation
) -> None:
    key = _create(database, settings, organisation)
    assert key.sealed is not None
    assert "PRIVATE" not in key.sealed
    assert "PRIVATE KEY" in unseal(settings, service.PURPOSE, key.sealed)
    with database.write() as session, pytest.raises(service.HasKey):
        service.create(session, settings, organisation.id, now=clock.now())
    with database.write() as session:
        new = service.rotate(session, settings, organisation.id, now=clock.now())
    with database.read() as session:
        old = session.get(SigningKey, key.id)
        assert old is not None
        assert (old.sealed, old.retired_at is None) == (None, False)
        assert access.get_live(session, organisation.id).fingerprint == new.fingerprint != key.fingerprint
    with database.write() as session:
        service.retire(session, organisation.id, now=clock.now())
    with database.read() as session:
        assert service.signer_of(session, settings, organisation.id) is None
        with pytest.raises(NotFound):
            access.get_live(session, organisation.id)


def test_an_organisation_that_is_not_there_gets_no_key(database: Database, settings: Settings) -> None:
    with database.write() as session, pytest.raises(NotFound):
        service.create(session, settings, 999_999, now=clock.now())
