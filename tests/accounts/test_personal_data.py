"""A person can have everything that is stored about them, and can be erased: what is left names nobody and the trail is whole."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import access as accounts
from app.accounts import erasure, personal
from app.accounts import service as account_service
from app.accounts.models import Invitation, Membership, Organisation, Person
from app.accounts.notice_models import CalendarFeed, NoReminders
from app.accounts.sign_in_models import (
    ApiToken,
    ExternalIdentity,
    Passkey,
    PasswordReset,
    RecoveryCode,
    SignInSession,
    TotpSecret,
)
from app.audit import access, chain
from app.audit.models import AuditDetail
from app.audit.verify import verify
from app.cli import main
from app.config import Settings
from app.db import Database
from app.jobs.models import OutgoingMail
from app.models import Base
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person

CANARY = "қанат.canary"
LEFT = {
    "answer.updated_by", "answer_change.by", "assessment.frozen_by", "assignment.created_by", "assignment.person_id",
    "cycle_carry.made_by", "cycle_following.chosen_by", "evidence_batch.made_by", "evidence_batch.undone_by",
    "evidence_item.created_by", "evidence_item.owner_id", "evidence_version.uploaded_by", "invitation.invited_by",
    "mention.person_id", "organisation_rubric.uploaded_by", "planned_action.owner_id", "rating_round.opened_by",
    "remark.said_by", "reminder_day.person_id", "report_job.person_id",
    "round_rater.invited_by", "round_rater.person_id", "sent_reminder.person_id",
    "settled_discussion.settled_by", "shared_assessment.created_by", "shared_assessment.person_id", "snapshot.created_by",
    "snapshot.reopened_by", "stated_answer.stated_by", "withheld_assessment.person_id",
}  # fmt: skip
"""What stays of an erased person: their number beside what they did for the organisation. Nothing there names them."""
SECRET = "secret-bytes"


@pytest.fixture
def home(database: Database) -> Organisation:
    return make_organisation(database)


@pytest.fixture
def person(database: Database, settings: Settings, home: Organisation) -> Person:
    """Somebody with a row in every table that knows people."""
    make_person(database, settings, home)
    made = make_person(database, settings, home, email=f"{CANARY}.{home.id}@example.org", name=f"Canary {home.id}")
    with database.write() as session:
        session.add_all(_everything(made, home))
        session.flush()
        invited = chain.About({"email": made.email})
        chain.append(session, "invitation.sent", chain=home.id, actor_id=1, subject="invitation:1", at=clock.now(), about=invited)
        saved = {"criterion": "esg-2015:x", "version": 1}
        chain.append(session, "answer.saved", chain=home.id, actor_id=made.id, subject="assessment:1", at=clock.now(), data=saved)
    return made


def _everything(person: Person, home: Organisation) -> Iterator[Base]:
    now, mine = clock.now(), {"person_id": person.id}
    proved = {"created_at": now, "last_seen_at": now, "expires_at": now, "proved_at": now}
    yield SignInSession(**mine, token_hash=f"{SECRET}-s{person.id}", csrf_token=SECRET, browser="Canary Browser", **proved)
    yield TotpSecret(**mine, sealed=SECRET, created_at=now)
    yield Passkey(**mine, credential_id=f"{SECRET}{person.id}", public_key=b"key", name="Canary Key", created_at=now)
    yield RecoveryCode(**mine, code_hash=f"{SECRET}-r{person.id}")
    token = {"token_hash": f"{SECRET}-t{person.id}", "organisation_id": home.id, "scopes": ["read"]}
    yield ApiToken(**mine, **token, name="Canary Token", created_at=now, expires_at=now)
    yield PasswordReset(**mine, token_hash=f"{SECRET}-p{person.id}", created_at=now, expires_at=now)
    yield ExternalIdentity(
        **mine, organisation_id=home.id, issuer="https://id.example", subject=f"canary{person.id}", created_at=now
    )
    yield NoReminders(person_id=person.id, since=now)
    yield CalendarFeed(person_id=person.id, token_hash=f"{SECRET}-c{person.id}", created_at=now)
    link = {"token_hash": f"{SECRET}-i{person.id}", "created_at": now, "expires_at": now}
    yield Invitation(organisation_id=home.id, email=person.email, role="rector", **link)
    yield OutgoingMail(recipient=person.email, subject="Canary subject", sealed_body=SECRET, created_at=now)


def everything_in(session: Session) -> str:
    """Every text of every table."""
    found = []
    for table in Base.metadata.sorted_tables:
        columns = [cast(column, Text) for column in table.columns if column.key not in ("public_key", "challenge", "content")]
        found += ["|".join(str(one) for one in row) for row in session.execute(select(*columns))]
    return "\n".join(found)


def faults(session: Session) -> list[object]:
    return list(verify(access.recorded(session), access.heads(session)))


def erase(database: Database, person: Person) -> None:
    with database.write() as session:
        erasure.erase(session, session.get_one(Person, person.id), actor_id=None, now=clock.now())


def test_an_erased_person_is_named_nowhere_and_the_trail_stays_whole(database: Database, person: Person) -> None:
    with database.read() as session:
        assert person.email in everything_in(session)
    erase(database, person)
    with database.read() as session:
        left = everything_in(session)
        for text in (person.email, person.name, f"canary{person.id}", "Canary Browser", "Canary Key", "Canary Token"):
            assert text not in left, text
        assert faults(session) == []
        row = session.get_one(Person, person.id)
        assert (row.email, row.name, row.password_hash) == (f"erased-{person.id}@invalid", "", None)
        assert row.erased_at is not None
        assert accounts.find_person(session, row.email) is None
        event = access.newest(session, chain.INSTALLATION, access.Sought("person.erased"))[0]
        assert event.said.subject == f"person:{person.id}"
        assert len(event.said.data["details"]) == 2, "that of the account, and that of an invitation before it"


def test_what_others_have_stays(database: Database, person: Person, settings: Settings) -> None:
    house = make_organisation(database)
    bystander = make_person(database, settings, house)
    with database.write() as session:
        session.add_all(_everything(session.get_one(Person, bystander.id), house))
    kept = _rows_of(database, bystander)
    assert len(kept) > 10
    erase(database, person)
    assert _rows_of(database, bystander) == kept


def _rows_of(database: Database, person: Person) -> list[str]:
    """Every row that names the person, by number or by address."""
    with database.read() as session:
        return [
            f"{table.name} {row}"
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table)).mappings()
            if person.email in map(str, row.values()) or row.get("person_id") == person.id
        ]


def test_a_detail_that_goes_without_an_erasure_would_be_found(database: Database, person: Person) -> None:
    with database.engine.connect() as connection, connection.begin() as deed:
        session = Session(connection)
        session.query(AuditDetail).filter_by(person_id=person.id).delete()
        assert [one.fault.value for one in verify(access.recorded(session), access.heads(session))] == ["detail_missing"]
        deed.rollback()


def test_every_column_that_knows_people_is_erased_or_stays_for_a_reason(database: Database, person: Person) -> None:
    columns = {str(column) for _table, column in personal.person_columns()}
    gone = {"membership.person_id", *(f"{one.__tablename__}.person_id" for one in personal.OWN)}
    assert columns == gone | LEFT, "say in app/accounts/erasure.py what becomes of it, and in docs/security.md"
    erase(database, person)
    with database.read() as session:
        for table, column in personal.person_columns():
            if str(column) in gone:
                assert session.scalar(select(func.count()).select_from(table).where(column == person.id)) == 0, column


def test_what_an_erased_person_did_is_told_of_a_number(
    client: Client, database: Database, settings: Settings, home: Organisation, person: Person
) -> None:
    mine = make_assessment(database, home)
    reference = "esg-2015:policy.approved"
    client.as_(person)
    version = client.get(f"/api/v1/assessments/{mine.id}/answers/{reference}").json()["version"]
    client.send_form(f"/assessments/{mine.id}/criteria/{reference}", {"choice": "1", "version": str(version)})
    assert person.name in client.get(f"/assessments/{mine.id}/history/{reference}").text
    erase(database, person)
    assert client.get("/assessments").status_code == 303, "the session has ended"
    client.as_(make_person(database, settings, home))
    erased = f"erased person {person.id}"
    places = (f"/assessments/{mine.id}/history/{reference}", f"/assessments/{mine.id}/trail", f"/organisations/{home.id}/trail")
    for place in places:
        page = client.get(place).text
        assert erased in page, place
        assert person.name not in page


def test_a_person_downloads_everything_about_them_and_no_secret(
    client: Client, database: Database, home: Organisation, person: Person
) -> None:
    mine = make_assessment(database, home)
    client.as_(person)
    reference = "esg-2015:policy.approved"
    version = client.get(f"/api/v1/assessments/{mine.id}/answers/{reference}").json()["version"]
    client.send_form(f"/assessments/{mine.id}/criteria/{reference}", {"choice": "1", "version": str(version)})
    answer = client.get("/account/export.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    assert found["person"]["email"] == person.email
    assert found["memberships"][0] == {
        "role": "quality_manager", "organisation_id": home.id, "organisation": home.name, "unit": None,
    }  # fmt: skip
    assert found["api_token"][0]["name"] == "Canary Token"
    assert found["passkey"][0]["name"] == "Canary Key"
    assert found["mail"][0]["subject"] == "Canary subject"
    assert {"browser", "last_seen_at", "method"} <= set(found["sign_in_session"][0])
    assert {"answer.updated_by", "answer_change.by"} <= set(found["references"])
    kinds = {one["kind"] for one in found["events"]}
    assert {"person.made", "role.granted", "answer.saved"} <= kinds
    assert {one["about"]["email"] for one in found["events"] if one["kind"] == "person.made"} == {person.email}
    assert SECRET not in answer.text
    assert "hash" not in answer.text.replace("password_changed_at", "")
    with database.read() as session:
        last = access.newest(session, chain.INSTALLATION, access.Sought("person.exported"))[0]
    assert (last.said.actor_id, last.said.subject) == (person.id, f"person:{person.id}")


def test_an_organisations_own_sign_in_does_not_open_what_other_organisations_know(
    client: Client, database: Database, settings: Settings, home: Organisation, person: Person
) -> None:
    with database.write() as session:
        signed_in = account_service.sign_in(session, settings, person, now=clock.now(), method="sso", only=home.id)
    client.cookies.set("sapa", signed_in.token)
    assert client.get("/assessments").status_code == 200
    assert client.get("/account/export.json").status_code == 403


@pytest.fixture
def sapa(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """The command line: exit code, standard output, standard error."""
    monkeypatch.setenv("SAPA_DATA_DIR", str(Path(settings.data_dir)))
    monkeypatch.setenv("SAPA_DATABASE_URL", settings.database_url)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["sapa", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_the_commands_export_and_erase_and_the_trail_verifies(
    database: Database, person: Person, sapa: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, _err = sapa("user", "export", person.email.upper())
    assert code == 0
    assert json.loads(out)["person"]["name"] == person.name
    code, _out, err = sapa("user", "erase", person.email, "--yes")
    assert (code, err) == (0, f"Erased. In histories this is now: erased person {person.id}.\n")
    assert sapa("user", "export", person.email) == (1, "", f"Nobody has the address {person.email}.\n")
    assert sapa("audit", "verify")[0] == 0
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Membership).where(Membership.person_id == person.id)) == 0
