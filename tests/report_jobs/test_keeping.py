"""What is kept of reports, for how long, and what is handed out of it."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Role
from app.assessments.models import Assessment
from app.config import Settings, WrongSettings
from app.db import Database
from app.evidence.models import EvidenceItem
from app.files.storage import Storage
from app.jobs.worker import clean
from app.report_jobs import results, service
from app.report_jobs.models import ReportJob
from app.report_jobs.results import OldReports
from app.reports.prepared import Asked
from tests.conftest import Client
from tests.factories import make_agency, make_person
from tests.report_jobs.conftest import House
from tests.report_jobs.working import job_of, work


def made(database: Database, settings: Settings, house: House) -> ReportJob:
    """A report of the house that is ready."""
    with database.write() as session:
        actor, asked = Actor.of(house.manager, at=clock.now()), Asked("html", "summary", "en")
        job = service.ask(session, actor, house.assessment, asked, now=clock.now())
    assert work(settings, database)
    return job_of(database, job.id)


def file_of(settings: Settings, job: ReportJob) -> Path:
    return Storage(settings.reports_dir).path_of(job.sha256 or "")


def is_there(database: Database, job: ReportJob) -> bool:
    with database.read() as session:
        return session.get(ReportJob, job.id) is not None


def long_ago(path: Path) -> None:
    """As if it had been written before the grace of the sweep."""
    os.utime(path, (time.time() - results.GRACE - 1,) * 2)


def test_a_report_is_kept_as_long_as_the_setting_says_and_its_file_goes_with_it(
    database: Database, settings: Settings, house: House
) -> None:
    job = made(database, settings, house)
    path, days = file_of(settings, job), timedelta(days=settings.keep_reports_days)
    long_ago(path)
    clean(database, [OldReports(settings)], now=job.asked_at + days)
    assert is_there(database, job)
    assert path.is_file()
    clean(database, [OldReports(settings)], now=job.asked_at + days + timedelta(seconds=1))
    assert not is_there(database, job)
    assert not path.exists()


def test_a_file_without_a_row_is_left_for_an_hour_in_which_a_worker_may_name_it(database: Database, settings: Settings) -> None:
    young, old = (file for file in (b"young", b"old"))
    paths = [Storage(settings.reports_dir).path_of(results.store(settings, content)) for content in (young, old)]
    long_ago(paths[1])
    clean(database, [OldReports(settings)], now=clock.now())
    assert [path.exists() for path in paths] == [True, False]


def test_what_a_killed_worker_left_unfinished_is_swept(database: Database, settings: Settings) -> None:
    folder = results.workplace(settings) / "left"
    folder.mkdir()
    long_ago(folder)
    clean(database, [OldReports(settings)], now=clock.now())
    assert not folder.exists()


def test_with_the_assessment_go_its_reports(client: Client, database: Database, settings: Settings, house: House) -> None:
    job = made(database, settings, house)
    long_ago(file_of(settings, job))
    with database.write() as session:
        session.execute(update(Assessment).where(Assessment.id == house.assessment.id).values(deleted_at=clock.now()))
    assert client.get(f"{house.base}/reports/{job.id}/file").status_code == 404
    clean(database, [OldReports(settings)], now=clock.now())
    assert not is_there(database, job)
    assert not file_of(settings, job).exists()


def test_the_folder_is_its_owners_alone_and_may_be_deleted(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    job = made(database, settings, house)
    path = file_of(settings, job)
    assert {one.stat().st_mode & 0o077 for one in (settings.reports_dir, path.parent)} == {0}
    path.unlink()
    # What is asked for again is made again, though a row of the same content says that it was made.
    again = made(database, settings, house)
    assert again.sha256 == job.sha256
    assert path.is_file()
    path.unlink()
    gone = client.get(f"{house.base}/reports/{job.id}/file")
    assert gone.status_code == 404
    assert "not kept any more" in gone.text


def test_a_report_that_shows_more_than_its_reader_may_see_now_is_not_handed_out(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    job = made(database, settings, house)
    address = f"{house.base}/reports/{job.id}/file"
    assert client.get(address).status_code == 200
    with database.write() as session:
        item = session.query(EvidenceItem).filter_by(organisation_id=house.organisation.id).first()
        assert item is not None
        item.confidentiality = "restricted"
    # A quality manager sees what is restricted; a contributor does not.
    assert client.get(address).status_code == 200
    with database.write() as session:
        table = ReportJob.metadata.tables["membership"]
        session.execute(table.update().where(table.c.person_id == house.manager.id).values(role="contributor"))
    refused = client.get(address)
    assert refused.status_code == 409
    assert "You may see other evidence now" in refused.text


def test_a_guest_asks_for_what_is_shared_and_loses_it_with_the_share(
    client: Client, database: Database, settings: Settings, house: House
) -> None:
    agency = make_agency(database)
    guest = make_person(database, settings, agency, Role.REVIEWER)
    assert client.send_form(f"{house.base}/shares", {"agency_id": str(agency.id)}).status_code == 303
    client.as_(guest)
    asked = client.send_form(f"{house.base}/reports", {"kind": "summary", "file": "en.html"})
    assert asked.status_code == 303
    assert work(settings, database)
    assert client.get(f"{asked.headers['location']}/file").status_code == 200
    client.as_(house.manager)
    with database.write() as session:
        session.execute(ReportJob.metadata.tables["shared_assessment"].update().values(revoked_at=clock.now()))
    client.as_(guest)
    assert client.get(asked.headers["location"]).status_code == 404
    assert client.get(f"{asked.headers['location']}/file").status_code == 404


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999"])
def test_a_setting_that_keeps_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, days: str) -> None:
    monkeypatch.setenv("SAPA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SAPA_KEEP_REPORTS_DAYS", days)
    with pytest.raises(WrongSettings, match="SAPA_KEEP_REPORTS_DAYS"):
        Settings.from_env()
