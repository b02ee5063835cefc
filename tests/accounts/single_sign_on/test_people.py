"""Whom the issuer of an organisation lets in: its people and whom it invited, and nobody else."""

import pytest
from sqlalchemy import func, select

from app import clock
from app.accounts import access
from app.accounts.models import Invitation, Membership, Organisation, Person, Role
from app.accounts.sign_in_models import ExternalIdentity
from app.config import Settings
from app.db import Database
from tests.accounts.single_sign_on.providers import RealProvider
from tests.accounts.single_sign_on.signing_on import invite, is_signed_in, newest_session, refused, sign_on
from tests.conftest import Client
from tests.factories import make_organisation, make_person

CLOSED_BY = {"accepted": "accepted_at", "revoked": "revoked_at", "expired": "expires_at"}


def _roles(database: Database, email: str) -> list[tuple[int, str]]:
    with database.read() as session:
        query = select(Membership.organisation_id, Membership.role).join(Person).where(Person.email == email)
        return sorted((organisation, role) for organisation, role in session.execute(query))


def test_the_second_time_the_person_is_known_by_the_issuers_subject_whatever_their_address_is_now(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    person = make_person(database, settings, organisation, email=f"b@{domain}")
    sign_on(client, issuer, person.email, "subject-b")

    answer = sign_on(client, issuer, f"married@{domain}", "subject-b")

    assert answer.status_code == 303
    assert newest_session(database).person_id == person.id
    with database.read() as session:
        query = select(func.count()).where(ExternalIdentity.organisation_id == organisation.id)
        assert session.scalar(query) == 1


def test_an_invitation_to_another_address_is_not_for_who_has_that_address_at_the_issuer_now(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    person = make_person(database, settings, organisation, Role.CONTRIBUTOR, email=f"c@{domain}")
    sign_on(client, issuer, person.email, "subject-c")
    invitation = invite(database, organisation, f"rector@{domain}", Role.RECTOR)

    assert sign_on(client, issuer, f"rector@{domain}", "subject-c").status_code == 303

    assert _roles(database, person.email) == [(organisation.id, "contributor")]
    with database.read() as session:
        assert session.get_one(Invitation, invitation).accepted_at is None


def test_a_person_who_is_invited_is_made_without_a_password_and_has_every_role_they_were_invited_to(
    client: Client, database: Database, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    email = f"new@{domain}"
    for role in (Role.CONTRIBUTOR, Role.INTERNAL_AUDITOR):
        invite(database, organisation, email, role)

    assert sign_on(client, issuer, email, "subject-new").status_code == 303

    assert is_signed_in(client)
    assert _roles(database, email) == [(organisation.id, "contributor"), (organisation.id, "internal_auditor")]
    with database.read() as session:
        person = access.find_person(session, email)
        assert person is not None
        assert (person.name, person.password_hash, person.language) == ("Aigul Ospan", None, "kk")
        accepted = session.scalars(select(Invitation.accepted_at).where(Invitation.email == email)).all()
    assert None not in accepted


def test_a_person_of_another_organisation_who_is_invited_gets_the_role_and_keeps_the_account(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    elsewhere = make_organisation(database)
    person = make_person(database, settings, elsewhere, Role.RECTOR, email=f"two@{domain}")
    invite(database, organisation, person.email, Role.CONTRIBUTOR)

    assert sign_on(client, issuer, person.email, "subject-two").status_code == 303

    assert newest_session(database).person_id == person.id
    assert _roles(database, person.email) == sorted([(elsewhere.id, "rector"), (organisation.id, "contributor")])


@pytest.mark.parametrize("state", ["none", "accepted", "revoked", "expired", "elsewhere", "other address"])
def test_who_is_not_invited_does_not_come_in_and_is_told_whom_to_ask(
    client: Client, database: Database, issuer: RealProvider, home: tuple[Organisation, str], state: str
) -> None:
    organisation, domain = home
    email, now = f"stranger@{domain}", clock.now()
    if state == "elsewhere":
        invite(database, make_organisation(database), email, Role.CONTRIBUTOR)
    elif state == "other address":
        invite(database, organisation, f"x{email}", Role.CONTRIBUTOR)
    elif state != "none":
        invite(database, organisation, email, Role.CONTRIBUTOR, **{CLOSED_BY[state]: now})

    answer = sign_on(client, issuer, email, f"subject-{state}")

    assert answer.status_code == 403
    assert "quality manager for an invitation" in answer.text
    refused(client, database, answer, "not_invited")
    with database.read() as session:
        assert access.find_person(session, email) is None


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("how", ["disabled", "erased"])
def test_a_disabled_or_erased_person_never_comes_in(
    client: Client,
    database: Database,
    settings: Settings,
    issuer: RealProvider,
    home: tuple[Organisation, str],
    how: str,
    linked: bool,
) -> None:
    organisation, domain = home
    person = make_person(database, settings, organisation, email=f"closed@{domain}")
    if linked:
        assert sign_on(client, issuer, person.email, "subject-closed").status_code == 303
    with database.write() as session:
        setattr(session.get_one(Person, person.id), f"{how}_at", clock.now())

    answer = sign_on(client, issuer, person.email, "subject-closed")

    refused(client, database, answer, "not_invited" if how == "erased" and not linked else "person_closed")


def test_a_person_whose_role_was_taken_away_does_not_come_in_although_the_issuer_still_knows_them(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    person = make_person(database, settings, organisation, email=f"left@{domain}")
    assert sign_on(client, issuer, person.email, "subject-left").status_code == 303
    with database.write() as session:
        session.delete(session.scalars(select(Membership).where(Membership.person_id == person.id)).one())

    refused(client, database, sign_on(client, issuer, person.email, "subject-left"), "not_invited")


def test_an_address_that_was_given_to_somebody_else_does_not_open_the_account_of_who_had_it_before(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    person = make_person(database, settings, organisation, email=f"rector@{domain}")
    assert sign_on(client, issuer, person.email, "subject-old-rector").status_code == 303

    answer = sign_on(client, issuer, person.email, "subject-new-rector")

    refused(client, database, answer, "identity_other")
