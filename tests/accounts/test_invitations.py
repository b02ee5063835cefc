"""Inviting somebody, and coming in by the link."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.accounts import service
from app.accounts.models import Invitation, Membership, Role
from app.config import Settings
from app.db import Database
from tests.accounts.journeys import follow, last_mail, link_in, mails, send
from tests.conftest import Client
from tests.factories import make_agency, make_organisation, make_person, make_unit

NEW = "a long walk in autumn"


def _invite(client: Client, organisation_id: int, email: str, role: str = "contributor", **more: str) -> int:
    fields = {"email": email, "role": role, "language": "en", **more}
    return client.send_form(f"/organisations/{organisation_id}/invitations", fields).status_code


def test_the_invited_person_sets_a_password_and_is_in(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    assert _invite(client, organisation.id, "New.Dean@University.example") == 303
    assert "new.dean@university.example" in client.get(f"/organisations/{organisation.id}/people").text

    client.signed_out()
    page = follow(client, link_in(last_mail(database, settings, "new.dean@university.example")))
    assert organisation.name in page.text
    answer = send(client, "/invitation", name="New Dean", password=NEW)

    assert answer.status_code == 303
    assert client.get("/assessments").status_code == 200
    with database.read() as session:
        roles = session.scalars(select(Membership.role).where(Membership.organisation_id == organisation.id)).all()
    assert sorted(roles) == ["contributor", "quality_manager"]


def test_the_link_works_once(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    _invite(client, organisation.id, "once@university.example")
    link = link_in(last_mail(database, settings, "once@university.example"))
    client.signed_out()
    follow(client, link)
    send(client, "/invitation", name="Once", password=NEW)

    client.signed_out()
    assert follow(client, link).status_code == 404


@pytest.mark.parametrize(("days", "status"), [(6.9, 200), (7.1, 404)])
def test_the_link_works_for_seven_days(client: Client, database: Database, settings: Settings, days: float, status: int) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    email = f"late{int(days * 10)}-{organisation.id}@university.example"
    _invite(client, organisation.id, email)
    link = link_in(last_mail(database, settings, email))
    client.signed_out()
    with time_machine.travel(clock.now() + timedelta(days=days), tick=True):
        assert follow(client, link).status_code == status


def test_a_withdrawn_invitation_and_a_guessed_one_get_the_same_answer(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation = make_organisation(database)
    manager = make_person(database, settings, organisation)
    client.as_(manager)
    _invite(client, organisation.id, "gone@university.example")
    link = link_in(last_mail(database, settings, "gone@university.example"))
    with database.read() as session:
        number = session.scalars(select(Invitation.id).where(Invitation.organisation_id == organisation.id)).one()
    client.send_form(f"/organisations/{organisation.id}/invitations/{number}/withdraw")

    client.signed_out()
    withdrawn, guessed = follow(client, link), follow(client, "/invitation/" + "A" * 22)
    assert withdrawn.status_code == guessed.status_code == 404
    assert withdrawn.text == guessed.text


def test_the_token_is_not_in_the_database_and_the_mail_is_sealed(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    _invite(client, organisation.id, "sealed@university.example")
    token = link_in(last_mail(database, settings, "sealed@university.example")).rsplit("/", 1)[1]
    with database.read() as session:
        hashes = session.connection().exec_driver_sql("SELECT token_hash FROM invitation").scalars().all()
        bodies = session.connection().exec_driver_sql("SELECT sealed_body FROM outgoing_mail").scalars().all()
    assert len(token) * 6 >= 128
    assert token not in hashes
    assert not any(token in body for body in bodies)


def test_an_address_that_has_an_account_must_sign_in_to_accept(client: Client, database: Database, settings: Settings) -> None:
    organisation, other = make_organisation(database), make_organisation(database)
    known = make_person(database, settings, other)
    client.as_(make_person(database, settings, organisation))
    _invite(client, organisation.id, known.email, "rector")
    link = link_in(last_mail(database, settings, known.email))

    stranger = make_person(database, settings, other)
    client.as_(stranger)
    follow(client, link)
    refused = send(client, "/invitation")
    assert refused.headers["location"] == "/sign-in?next=/invitation"

    client.as_(known)
    follow(client, link)
    assert send(client, "/invitation").headers["location"] == "/"
    with database.read() as session:
        held = session.scalars(select(Membership.person_id).where(Membership.organisation_id == organisation.id)).all()
    assert known.id in held
    assert stranger.id not in held


@pytest.mark.parametrize("password", ["short", "password1", "x" * 129, "weak@university.example"])
def test_an_unfit_password_is_refused_and_the_name_is_kept(
    client: Client, database: Database, settings: Settings, password: str
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    _invite(client, organisation.id, "weak@university.example")
    link = link_in(last_mail(database, settings, "weak@university.example"))
    client.signed_out()
    follow(client, link)
    answer = send(client, "/invitation", name="Kept Name", password=password)
    assert answer.status_code == 422
    assert 'value="Kept Name"' in answer.text
    assert password not in answer.text.replace("weak@university.example", "") or password == "weak@university.example"


@pytest.mark.parametrize("email", ["", "nobody", "a b@c.kz", "a@b", "x@y.kz\r\nBcc: z@z.kz", "a" * 250 + "@b.kz"])
def test_an_address_that_is_none_is_refused_and_sends_nothing(
    client: Client, database: Database, settings: Settings, email: str
) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    assert _invite(client, organisation.id, email) == 422
    assert mails(database, email) == 0


def test_a_role_that_the_kind_of_organisation_does_not_have_is_refused(
    client: Client, database: Database, settings: Settings
) -> None:
    university, agency = make_organisation(database), make_agency(database)
    client.as_(make_person(database, settings, university))
    assert _invite(client, university.id, "r@agency.example", "reviewer") == 422
    assert _invite(client, university.id, "r@agency.example", "operator") == 422
    client.as_(make_person(database, settings, agency))
    assert _invite(client, agency.id, "r@agency.example", "rector") == 422
    assert _invite(client, agency.id, "r@agency.example", "reviewer") == 303


def test_an_invitation_to_a_unit_of_another_university_is_not_found(
    client: Client, database: Database, settings: Settings
) -> None:
    organisation, other = make_organisation(database), make_organisation(database)
    theirs = make_unit(database, other)
    client.as_(make_person(database, settings, organisation))
    assert _invite(client, organisation.id, "u@university.example", unit_id=str(theirs.id)) == 404


def test_inviting_again_withdraws_the_first_link(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation))
    _invite(client, organisation.id, "twice@university.example")
    first = link_in(last_mail(database, settings, "twice@university.example"))
    _invite(client, organisation.id, "twice@university.example")
    second = link_in(last_mail(database, settings, "twice@university.example"))
    client.signed_out()
    assert follow(client, first).status_code == 404
    assert follow(client, second).status_code == 200


def test_the_last_quality_manager_cannot_be_taken_away(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    manager = make_person(database, settings, organisation)
    client.as_(manager)
    with database.read() as session:
        mine = session.scalars(select(Membership.id).where(Membership.person_id == manager.id)).one()
    refused = client.send_form(f"/organisations/{organisation.id}/memberships/{mine}/end")
    assert refused.status_code == 409
    assert "last quality manager" in refused.text

    other = make_person(database, settings, organisation)
    assert client.send_form(f"/organisations/{organisation.id}/memberships/{mine}/end").status_code == 303
    assert client.get(f"/organisations/{organisation.id}/people").status_code == 404
    client.as_(other)
    assert client.get(f"/organisations/{organisation.id}/people").status_code == 200


def test_a_role_is_held_once_in_an_organisation_and_in_as_many_as_invite(database: Database, settings: Settings) -> None:
    here, there = make_organisation(database), make_organisation(database)
    person = make_person(database, settings, here)
    with database.write() as session:
        service.grant(session, person, there, Role.QUALITY_MANAGER, now=clock.now())
        service.grant(session, person, there, Role.INTERNAL_AUDITOR, now=clock.now())
    with pytest.raises(service.RoleHeld), database.write() as session:
        service.grant(session, person, there, Role.QUALITY_MANAGER, now=clock.now())


def test_a_contributor_sees_the_people_and_cannot_invite(client: Client, database: Database, settings: Settings) -> None:
    organisation = make_organisation(database)
    client.as_(make_person(database, settings, organisation, Role.CONTRIBUTOR))
    assert client.get(f"/organisations/{organisation.id}/people").status_code == 200
    assert _invite(client, organisation.id, "x@university.example") == 403
