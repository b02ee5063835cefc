"""One's own account: sessions, tokens for programs, the switch."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from app import clock
from app.accounts import service as accounts
from app.accounts.models import Membership, Person, Role
from app.accounts.sign_in_models import ApiToken
from app.config import Settings
from app.db import Database
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person


def _token(client: Client, organisation_id: int, scopes: str = "read", days: str = "30") -> str:
    fields = {"name": "a program", "organisation_id": str(organisation_id), "scopes": scopes, "days": days}
    page = client.send_form("/account/tokens", fields)
    found = re.search(r"sapa_[\w-]+", page.text)
    assert found is not None, page.status_code
    return found[0]


def _with(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "accept": "application/json"}


def test_a_token_is_shown_once_and_stored_as_its_hash(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    token = _token(client, organisation.id)
    assert token not in client.get("/account").text
    with database.read() as session:
        assert token not in session.scalars(select(ApiToken.token_hash)).all()


def test_a_token_reaches_its_organisation_only_and_writes_only_if_it_may(
    client: Client, database: Database, settings: Settings
) -> None:
    here, there = make_organisation(database), make_organisation(database)
    mine, other = make_assessment(database, here), make_assessment(database, there)
    person = make_person(database, settings, here)
    with database.write() as session:
        accounts.grant(session, session.get_one(Person, person.id), there, Role.QUALITY_MANAGER, now=clock.now())
    client.as_(person)
    reads, writes = _token(client, here.id), _token(client, here.id, "write")
    client.signed_out()

    listed = client.get("/api/v1/assessments", headers=_with(reads))
    assert [one["id"] for one in listed.json()] == [mine.id]
    assert client.get(f"/api/v1/assessments/{other.id}", headers=_with(reads)).status_code == 404
    path = f"/api/v1/assessments/{mine.id}/answers/esg-2015:policy.review"
    version = client.get(path, headers=_with(writes)).headers["etag"]
    refused = client.put(path, json={"level": 1}, headers={**_with(reads), "if-match": version})
    saved = client.put(path, json={"level": 1}, headers={**_with(writes), "if-match": version})
    assert (refused.status_code, saved.status_code) == (403, 200)
    assert client.get("/assessments", headers=_with(writes)).status_code == 401


def test_a_token_ends_when_it_is_revoked_when_its_days_are_over_and_when_the_role_goes(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    make_person(database, settings, organisation)
    person = make_person(database, settings, organisation)
    client.as_(person)
    revoked, expired, homeless = (_token(client, organisation.id, days="2") for _time in range(3))
    with database.read() as session:
        first = session.scalars(select(ApiToken.id).where(ApiToken.person_id == person.id).order_by(ApiToken.id)).first()
    client.send_form(f"/account/tokens/{first}/revoke")
    assert client.get("/api/v1/assessments", headers=_with(revoked)).status_code == 401
    assert client.get("/api/v1/assessments", headers=_with(expired)).status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=2, minutes=1), tick=True):
        assert client.get("/api/v1/assessments", headers=_with(expired)).status_code == 401
    with database.write() as session:
        membership = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
        session.delete(membership)
    assert client.get("/api/v1/assessments", headers=_with(homeless)).json() == []
    with database.write() as session:
        session.execute(update(Person).where(Person.id == person.id).values(disabled_at=clock.now()))
    assert client.get("/api/v1/assessments", headers=_with(homeless)).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer sapa_x", "Basic abc", "Bearer sapa_" + "A" * 43, "Bearer \x7f"])
def test_a_useless_authorization_is_401_and_never_the_browsers_session(
    client: Client, database: Database, settings: Settings, header: str
) -> None:
    client.as_(make_person(database, settings, make_organisation(database)))
    assert client.get("/api/v1/assessments", headers={"authorization": header}).status_code == 401


def test_another_persons_token_and_session_cannot_be_ended(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    theirs = make_person(database, settings, organisation)
    client.as_(theirs)
    token = _token(client, organisation.id)
    session_id = re.findall(r"/account/sessions/(\d+)/end", client.as_(theirs).get("/account").text)[0]
    with database.read() as session:
        token_id = session.scalars(select(ApiToken.id).where(ApiToken.person_id == theirs.id)).one()
    client.as_(make_person(database, settings, organisation))
    assert client.send_form(f"/account/tokens/{token_id}/revoke").status_code == 404
    assert client.send_form(f"/account/sessions/{session_id}/end").status_code == 404
    assert client.get("/api/v1/assessments", headers=_with(token)).status_code == 200


def test_a_session_is_ended_from_another_browser(client: Client, database: Database, settings: Settings) -> None:
    person = make_person(database, settings, make_organisation(database))
    client.as_(person)
    lost = dict(client.cookies)
    page = client.as_(person).get("/account")
    (number,) = re.findall(r"/account/sessions/(\d+)/end", page.text)
    client.send_form(f"/account/sessions/{number}/end")
    assert client.get("/account").status_code == 200
    client.cookies.clear()
    client.cookies.update(lost)
    assert client.get("/account").status_code == 303


def test_the_switch_chooses_what_the_list_shows(client: Client, database: Database, settings: Settings) -> None:
    here, there = make_organisation(database, "Here"), make_organisation(database, "There")
    mine, other = make_assessment(database, here), make_assessment(database, there)
    person = make_person(database, settings, here)
    with database.write() as session:
        accounts.grant(session, session.get_one(Person, person.id), there, Role.RECTOR, now=clock.now())
    client.as_(person)
    assert f'/assessments/{mine.id}"' in client.get("/assessments").text
    assert f'/assessments/{other.id}"' not in client.get("/assessments").text
    assert client.send_form("/switch", {"organisation_id": str(there.id)}).status_code == 303
    page = client.get("/assessments").text
    assert f'/assessments/{other.id}"' in page
    assert f'/assessments/{mine.id}"' not in page
    assert client.send_form("/switch", {"organisation_id": str(make_organisation(database).id)}).status_code == 404


def test_somebody_who_is_shut_out_is_out_at_once(client: Client, database: Database, settings: Settings) -> None:
    person = make_person(database, settings, make_organisation(database))
    client.as_(person)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == person.id).values(disabled_at=clock.now()))
    assert client.get("/assessments").status_code == 303
