"""Signing in through one's organisation, at a real OpenID provider in a process of its own."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app import clock
from app.accounts import access, service
from app.accounts.models import Organisation, Person, Role
from app.accounts.service import hash_token
from app.accounts.sign_in_models import ExternalIdentity, SignInSession, SignOnAttempt, TotpSecret
from app.accounts.signed_in import actor_of
from app.accounts.single_sign_on_settings import remove
from app.accounts.vouched import refuse_vouched
from app.config import Settings
from app.db import Database
from app.errors import Forbidden
from tests.accounts.single_sign_on.providers import RealProvider
from tests.accounts.single_sign_on.signing_on import (
    START,
    ask,
    begin,
    come_back,
    events,
    invite,
    is_signed_in,
    newest_session,
    query_of,
    refused,
    sign_on,
)
from tests.conftest import Client
from tests.factories import make_assessment, make_organisation, make_person

CLOSED_BY = {"accepted": "accepted_at", "revoked": "revoked_at", "expired": "expires_at"}


def test_a_person_of_the_organisation_signs_in_and_comes_to_the_page_they_wanted(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    person = make_person(database, settings, organisation, email=f"a@{domain}")
    issuer.set_user("subject-a", email=person.email.upper(), email_verified=True)
    assert f'href="{START}?next=/assessments%3Fpage%3D2"' in client.signed_out().get("/sign-in?next=/assessments?page=2").text

    address = begin(client, person.email, "/assessments?page=2")
    answer = come_back(client, issuer.sign_in(address, "subject-a"))

    assert answer.status_code == 303
    assert answer.headers["location"] == "/assessments?page=2"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert is_signed_in(client)
    assert newest_session(database).only_organisation_id == organisation.id
    signed_in, linked = events(database, "person.signed_in")[0], events(database, "person.identity_linked")[0]
    assert (signed_in.actor_id, signed_in.data) == (person.id, {"method": "sso"})
    assert (linked.subject, linked.data) == (f"person:{person.id}", {"organisation": organisation.id})


def test_the_request_to_the_issuer_is_guarded_and_names_our_own_address_whatever_the_host_header_says(
    client: Client, database: Database, settings: Settings, home: tuple[Organisation, str]
) -> None:
    page = ask(client, f"a@{home[1]}", host="evil.example")

    found = re.search(r'id="go-on" href="([^"]+)"', page.text)
    assert found is not None
    asked = query_of(found[1].replace("&amp;", "&"))
    assert asked["redirect_uri"] == f"{settings.base_url}/sign-in/organisation/return"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["login_hint"] == f"a@{home[1]}"
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert len({asked[name] for name in ("state", "nonce", "code_challenge")}) == 3
    with database.read() as session:
        stored = session.scalars(select(SignOnAttempt).where(SignOnAttempt.organisation_id == home[0].id)).one()
    assert stored.state_hash == hash_token(asked["state"])


def test_a_session_of_one_organisations_issuer_opens_nothing_of_another_and_nothing_of_the_operators(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    other = make_organisation(database)
    person = make_person(database, settings, organisation, email=f"both@{domain}")
    with database.write() as session:
        service.grant(session, person, other, Role.QUALITY_MANAGER, now=clock.now())
    own, foreign = make_assessment(database, organisation), make_assessment(database, other)
    client.as_(person)
    assert client.get(f"/assessments/{foreign.id}").status_code == 200

    sign_on(client, issuer, person.email, "subject-both")

    assert client.get(f"/assessments/{own.id}").status_code == 200
    for path in (f"/assessments/{foreign.id}", f"/organisations/{other.id}/evidence", f"/api/v1/assessments/{foreign.id}"):
        assert client.get(path).status_code == 404, path
    assert [one["id"] for one in client.get("/api/v1/assessments").json()] == [own.id]
    with database.write() as session:
        session.get_one(Person, person.id).is_operator = True
    with database.read() as session:
        found = access.find_session(session, newest_session(database).token_hash, now=clock.now(), idle=timedelta(hours=1))
        assert found is not None
        actor = actor_of(found, clock.now())
        for asking in (actor, found):
            with pytest.raises(Forbidden, match="opens that organisation only"):
                refuse_vouched(asking)
    assert (actor.is_operator, actor.only) == (False, organisation.id)


def test_a_second_factor_is_still_to_come_and_one_that_is_required_is_still_to_be_set_up(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    person = make_person(database, settings, organisation, email=f"careful@{domain}")
    with database.write() as session:
        session.get_one(Organisation, organisation.id).second_factor_of = "quality_managers"
    sign_on(client, issuer, person.email, "subject-careful")
    assert newest_session(database).stage == "enrolment"
    with database.write() as session:
        now = clock.now()
        session.add(TotpSecret(person_id=person.id, sealed="x", created_at=now, confirmed_at=now))

    sign_on(client, issuer, person.email, "subject-careful")

    assert newest_session(database).stage == "second_factor"
    assert events(database, "person.password_right")[0].data == {"method": "sso"}


def test_an_issuer_that_asked_for_several_factors_is_enough(
    client: Client, database: Database, settings: Settings, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    person = make_person(database, settings, organisation, email=f"mfa@{domain}")
    with database.write() as session:
        session.get_one(Organisation, organisation.id).second_factor_of = "quality_managers"

    for said, stage in ((["pwd", "mfa"], "complete"), (["pwd"], "enrolment"), ("mfa", None)):
        answer = sign_on(client, issuer, person.email, "subject-mfa", amr=said)
        if stage is None:
            refused(client, database, answer, "token_claims amr")
        else:
            assert newest_session(database).stage == stage


def test_an_unknown_domain_and_an_organisation_without_single_sign_on_get_the_same_words(
    client: Client, database: Database, settings: Settings
) -> None:
    person = make_person(database, settings, make_organisation(database), email="somebody@without.example")
    emails = (person.email, "nobody@nowhere.example", "no address", "")

    answers = [ask(client, email) for email in emails]

    assert {answer.status_code for answer in answers} == {422}
    texts = {answer.text.replace(email, "") if email else answer.text for answer, email in zip(answers, emails, strict=True)}
    assert len(texts) == 1
    assert "No organisation signs in this way" in texts.pop()
    assert events(database, "person.sign_on_failed")[0].data["reason"] == "domain_unknown"


def test_too_many_failures_from_one_network_address_make_it_wait(client: Client, settings: Settings) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _attempt in range(settings.sign_in_attempts_address):
            assert ask(client, "nobody@nowhere.example").status_code == 422
        assert ask(client, "nobody@nowhere.example").status_code == 429
        assert client.get("/sign-in/organisation/return?state=x&code=y").status_code == 429
        traveller.shift(settings.sign_in_window_minutes * 60 + 1)
        assert ask(client, "nobody@nowhere.example").status_code == 422


def test_a_form_of_another_site_begins_nothing(client: Client, home: tuple[Organisation, str]) -> None:
    answer = client.post(START, data={"email": f"a@{home[1]}", "csrf_token": "x"}, headers={"sec-fetch-site": "same-origin"})

    assert answer.status_code == 403


def test_a_refusal_of_the_issuer_is_told_in_our_words_and_its_own_only_as_a_short_code(
    client: Client, database: Database, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    address = begin(client, f"a@{home[1]}")
    # This issuer leaves the state out when it refuses, which RFC 6749, section 4.1.2.1, does not allow.
    denied = come_back(client, issuer.deny(address), state=query_of(address)["state"])
    refused(client, database, denied, "issuer_refused access_denied")

    state = query_of(begin(client, f"a@{home[1]}"))["state"]
    text = "<script>alert(1)</script> call +7 700 000 00 00"
    long = client.get("/sign-in/organisation/return", params={"state": state, "error": text, "error_description": text})
    assert "alert(1)" not in long.text
    assert "+7 700" not in long.text
    refused(client, database, long, "issuer_refused")


def test_a_sign_on_ends_when_its_settings_are_taken_away(
    client: Client, database: Database, issuer: RealProvider, home: tuple[Organisation, str]
) -> None:
    organisation, domain = home
    invite(database, organisation, f"late@{domain}", Role.CONTRIBUTOR, language="en")
    assert sign_on(client, issuer, f"late@{domain}", "subject-late").status_code == 303
    address = issuer.sign_in(begin(client, f"late@{domain}"), "subject-late")

    with database.write() as session:
        remove(session, organisation.id, now=clock.now())

    assert not is_signed_in(client)
    refused(client, database, come_back(client, address), "state_unknown")
    with database.read() as session:
        assert session.scalar(select(func.count()).where(ExternalIdentity.organisation_id == organisation.id)) == 0
        assert session.scalar(select(func.count()).where(SignInSession.only_organisation_id == organisation.id)) == 0
