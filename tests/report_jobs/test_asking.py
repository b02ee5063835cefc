"""Asking for a report, looking how far it is, taking its file: on the site and through the API."""

import re

import pytest
from sqlalchemy import func, select

from app import clock
from app.accounts.models import Role
from app.audit.models import AuditEvent
from app.config import Settings
from app.db import Database
from app.files.storage import Storage
from app.jobs import alive
from app.report_jobs.models import ReportJob
from app.report_jobs.service import AT_ONCE
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person
from tests.report_jobs.conftest import House
from tests.report_jobs.working import job_of, work
from tests.signing import reopen, sign_off


def ask(client: Client, house: House, **fields: str) -> str:
    """The address of the job's page."""
    answer = client.send_form(f"{house.base}/reports", {"kind": "summary", "file": "en.html", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def events(database: Database, house: House) -> int:
    """How often the trail says that a report left."""
    kind, chain = AuditEvent.kind == "report.made", AuditEvent.chain == house.organisation.id
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(AuditEvent).where(kind, chain)) or 0


@pytest.mark.parametrize("ending", ["pdf", "html", "docx", "xlsx", "json"])
def test_the_file_of_a_job_is_byte_for_byte_that_of_the_direct_address(
    client: Client, database: Database, settings: Settings, house: House, ending: str
) -> None:
    address = ask(client, house, file=f"kk.{ending}")
    assert "Waiting for its turn" in client.get(address).text
    assert work(settings, database)

    page = client.get(address).text
    assert "Ready" in page
    assert f'href="{address}/file"' in page
    # Taking a file is noted in the trail, whose head stands in reports: the direct one is asked for first.
    direct = client.get(f"{house.base}/report.{ending}?kind=summary&lang=kk")
    before = events(database, house)
    file = client.get(f"{address}/file")
    assert file.content == direct.content
    assert file.headers["content-disposition"] == direct.headers["content-disposition"]
    assert file.headers["content-type"] == direct.headers["content-type"]
    assert events(database, house) == before + 1


def test_a_program_asks_looks_and_takes_the_file(client: Client, database: Database, settings: Settings, house: House) -> None:
    asked = client.post(
        f"/api/v1{house.base}/reports",
        json={"kind": "plan", "format": "json", "lang": "ru"},
        headers={"origin": "http://testserver", "sec-fetch-site": "same-origin", "x-csrf-token": client.token},
    )
    assert asked.status_code == 202, asked.text
    address = asked.headers["location"]
    assert asked.json()["state"] == "queued"
    assert asked.json()["file"] is None
    assert client.get(f"{address}/file").status_code == 404
    assert work(settings, database)
    done = client.get(address).json()
    assert (done["state"], done["problem"], done["file"]) == ("done", None, f"{address}/file")
    direct = client.get(f"/api/v1{house.base}/report?kind=plan&format=json&lang=ru").content
    assert client.get(done["file"]).content == direct


def test_the_report_of_a_revision_is_made_as_it_was_approved(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    for _revision in range(2):
        assert sign_off(client, house.base).status_code == 303
        assert reopen(client, house.base).status_code == 303
    address = ask(client, house, kind="delta", file="en.html", revision="2", against="1")
    assert work(settings, database)
    direct = client.get(f"{house.base}/revisions/2/report.html?kind=delta&against=1&lang=en")
    file = client.get(f"{address}/file")
    assert file.content == direct.content
    assert file.headers["content-disposition"] == direct.headers["content-disposition"]
    form = {"kind": "delta", "file": "en.html", "revision": "7", "against": "1"}
    assert client.send_form(f"{house.base}/reports", form).status_code == 404
    assert client.send_form(f"{house.base}/reports", form | {"revision": "2", "against": "9"}).status_code == 404
    assert client.send_form(f"{house.base}/reports", {"file": "en.docx", "revision": "2"}).status_code == 422


def test_who_waits_for_a_report_gets_the_same_job_and_nobody_waits_for_too_many(
    client: Client, database: Database, house: House
) -> None:
    assert ask(client, house) == ask(client, house)
    with database.write() as session:
        row = session.scalars(select(ReportJob)).one()
        columns = {one.key: getattr(row, one.key) for one in ReportJob.__table__.columns if one.key != "id"}
        session.add_all(ReportJob(**columns) for _number in range(AT_ONCE - 1))
    refused = client.send_form(f"{house.base}/reports", {"kind": "plan", "file": "en.html"})
    assert refused.status_code == 429
    assert f"You wait for {AT_ONCE} reports already" in refused.text


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "everything"},
        {"file": "xx.pdf"},
        {"file": "en.exe"},
        {"file": "en"},
        {"file": ".\x00."},
        {"page": "wall"},
        {"against": "x"},
        {"revision": "0"},
        {"revision": "99999999999999999999"},
    ],
)
def test_what_is_not_offered_is_refused_in_words(
    client: Client, database: Database, house: House, fields: dict[str, str]
) -> None:
    answer = client.send_form(f"{house.base}/reports", {"kind": "summary", "file": "en.html", **fields})
    assert answer.status_code == 422
    assert "This cannot be used" in answer.text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ReportJob)) == 0


@pytest.mark.parametrize("job", ["0", "-1", "999999999", "99999999999999999999", "x"])
def test_a_job_that_there_is_not_is_not_found(client: Client, house: House, job: str) -> None:
    assert client.get(f"{house.base}/reports/{job}").status_code in {404, 422}
    assert client.get(f"{house.base}/reports/{job}/file").status_code in {404, 422}
    assert client.get(f"/api/v1{house.base}/reports/{job}").status_code in {404, 422}


def test_a_job_is_its_askers_alone(client: Client, database: Database, settings: Settings, house: House) -> None:
    address = ask(client, house)
    assert work(settings, database)
    colleague = make_person(database, settings, house.organisation)
    outsider = make_person(database, settings, make_organisation(database, "Other"))
    for who in (colleague, outsider):
        client.as_(who)
        assert client.get(address).status_code == 404
        assert client.get(f"{address}/file").status_code == 404
        assert client.send_form(f"{address}/cancel").status_code == 404
        assert client.get(f"/api/v1{address}").status_code == 404
    assert client.send_form(f"{house.base}/reports", {"kind": "nonsense"}).status_code == 404, "the outsider learns nothing"
    client.signed_out()
    assert client.get(address).status_code in {303, 401}
    assert client.get(f"{address}/file").status_code in {303, 401}
    assert client.post(f"{house.base}/reports").status_code in {303, 401, 403}


def test_a_job_belongs_to_its_assessment_and_is_listed_there_for_its_asker_alone(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    with database.write() as session:
        alive.note_alive(session, now=clock.now())
    beside = House(house.organisation, house.manager, make_assessment(database, house.organisation))
    address = ask(client, house)
    assert address in client.get(f"{house.base}/downloads").text
    assert address not in client.get(f"{beside.base}/downloads").text
    number = address.rpartition("/")[2]
    assert number not in re.findall(r"/reports/(\d+)", client.get(f"{beside.base}/downloads").text)
    assert client.get(f"{beside.base}/reports/{number}").status_code == 404
    assert ask(client, beside) != address.replace(house.base, beside.base), "another assessment is another job"
    client.as_(make_person(database, settings, house.organisation))
    assert number not in re.findall(r"/reports/(\d+)", client.get(f"{house.base}/downloads").text)


def test_for_how_many_a_colleague_waits_keeps_nobody_from_asking(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    ask(client, house)
    with database.write() as session:
        row = session.scalars(select(ReportJob)).one()
        columns = {one.key: getattr(row, one.key) for one in ReportJob.__table__.columns if one.key != "id"}
        session.add_all(ReportJob(**columns) for _number in range(AT_ONCE - 1))
    client.as_(make_person(database, settings, house.organisation))
    assert ask(client, house)


def test_two_people_who_ask_the_same_share_the_work_and_each_has_a_job(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    first = ask(client, house)
    client.as_(make_person(database, settings, house.organisation, Role.RECTOR))
    second = ask(client, house)
    assert first != second
    assert work(settings, database)
    one = job_of(database, int(first.rpartition("/")[2]))
    # A file that is made again is young again.
    kept = Storage(settings.reports_dir).path_of(one.sha256 or "")
    made_at = kept.stat().st_mtime_ns
    assert work(settings, database)
    other = job_of(database, int(second.rpartition("/")[2]))
    assert (one.state, other.state) == ("done", "done")
    assert one.sha256 == other.sha256
    assert kept.stat().st_mtime_ns == made_at
    assert client.get(f"{second}/file").status_code == 200
    assert client.get(f"{first}/file").status_code == 404


def test_a_person_who_lost_their_role_gets_neither_page_nor_file(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    address = ask(client, house)
    waiting = ask(client, house, kind="plan")
    assert work(settings, database)
    with database.write() as session:
        session.execute(ReportJob.metadata.tables["membership"].delete().where(
            ReportJob.metadata.tables["membership"].c.person_id == house.manager.id
        ))  # fmt: skip
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/file").status_code == 404
    # What still waited is not made for them either.
    assert work(settings, database)
    job = job_of(database, int(waiting.rpartition("/")[2]))
    assert (job.state, job.sha256, job.problem) == ("failed", None, "There is no such assessment.")


def test_a_site_with_a_worker_offers_buttons_and_one_without_the_direct_addresses(
    client: Client, database: Database, house: House
) -> None:
    direct, button = f"{house.base}/report.pdf?kind=full&amp;lang=kk", 'name="file" value="kk.pdf"'
    page = client.get(f"{house.base}/downloads").text
    assert direct in page
    assert button not in page
    address = ask(client, house)
    told = client.get(address).text
    assert "the worker of this site does not run" in told
    assert f"{house.base}/report.html?kind=summary&amp;lang=en&amp;page=a4" in told

    with database.write() as session:
        alive.note_alive(session, now=clock.now())
    page = client.get(f"{house.base}/downloads").text
    assert direct not in page
    assert button in page
    assert "Asked for lately" in page
    assert "does not run" not in client.get(address).text
    with database.write() as session:
        alive.note_alive(session, now=clock.now() - alive.ALIVE_FOR)
    assert direct in client.get(f"{house.base}/downloads").text


def test_a_page_that_asks_again_is_answered_when_something_is_new(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    address = ask(client, house)
    page = client.get(address).text
    again = page.partition('hx-get="')[2].partition('"')[0]
    quick = {"hx-request": "true"}
    assert client.get(again, headers=quick).status_code == 204
    assert work(settings, database)
    answer = client.get(again, headers=quick)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f"{address}/file" in answer.text
    assert "hx-get" not in answer.text
