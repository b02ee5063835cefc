"""What tests of single sign-on share: an organisation with an issuer, and the way of a browser through it."""

import html
import re
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
from sqlalchemy import select

from app import clock
from app.accounts.models import Invitation, Organisation, Person, Role
from app.accounts.service import hash_token
from app.accounts.sign_in_models import SignInSession
from app.accounts.single_sign_on_settings import Wanted, configure
from app.audit.models import AuditEvent
from app.config import Settings
from app.db import Database
from tests.accounts.single_sign_on.providers import CLIENT_ID, SECRET, OwnProvider, RealProvider
from tests.conftest import ORIGIN, Client
from tests.factories import make_organisation

START, RETURN = "/sign-in/organisation", "/sign-in/organisation/return"
_numbers = count(1)


def with_sign_on(database: Database, settings: Settings, issuer: str) -> tuple[Organisation, str]:
    """An organisation whose people sign in at the issuer, and the domain of their addresses."""
    organisation = make_organisation(database)
    domain = f"uni{next(_numbers)}.example"
    with database.write() as session:
        wanted = Wanted(issuer, CLIENT_ID, SECRET, (domain,))
        configure(session, settings, organisation.id, wanted, now=clock.now())
    return organisation, domain


def ask(client: Client, email: str, target: str = "", **headers: str) -> httpx2.Response:
    """Ask to be signed in by the organisation of this address."""
    page = client.get(START + (f"?next={target}" if target else ""))
    fields = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text.partition("<main")[2].partition("</main>")[0])
    )
    sent = {"origin": ORIGIN, "sec-fetch-site": "same-origin", **headers}
    return client.post(START, data={**fields, "email": email}, headers=sent)


def begin(client: Client, email: str, target: str = "") -> str:
    """The issuer's address that the browser is sent on to."""
    page = ask(client, email, target)
    assert page.status_code == 200, page.text
    found = re.search(r'id="go-on" href="([^"]+)"', page.text)
    assert found is not None
    address = html.unescape(found[1])
    refreshed = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    assert refreshed is not None
    assert html.unescape(refreshed[1]) == address
    return address


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(address).query))


def come_back(client: Client, address: str, **changed: str | None) -> httpx2.Response:
    """Follow the issuer's redirect, with parameters changed, or taken away when None."""
    query: dict[str, Any] = {**query_of(address), **changed}
    sent = {name: value for name, value in query.items() if value is not None}
    return client.get(urlsplit(address).path, params=sent, headers={"sec-fetch-site": "cross-site"})


def events(database: Database, kind: str) -> list[AuditEvent]:
    """The events of a kind, newest first."""
    with database.read() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.kind == kind).order_by(AuditEvent.id.desc())))


def newest_session(database: Database) -> SignInSession:
    """The session that was opened last."""
    with database.read() as session:
        return session.scalars(select(SignInSession).order_by(SignInSession.id.desc()).limit(1)).one()


def is_signed_in(client: Client) -> bool:
    """Whether the browser has a session."""
    return client.get("/assessments").status_code == 200


def refused(client: Client, database: Database, answer: httpx2.Response, reason: str) -> None:
    """The page says why, nobody is signed in, and the trail has it."""
    assert f"{reason}" in answer.text, answer.text
    assert "You are not signed in" in answer.text
    assert "Begin again" in answer.text
    assert not is_signed_in(client)
    assert events(database, "person.sign_on_failed")[0].data["reason"] == reason.split(maxsplit=1)[0]


def sign_on(client: Client, issuer: RealProvider, email: str, subject: str, **claims: Any) -> httpx2.Response:
    """Sign in at the real provider as its subject with these claims."""
    issuer.set_user(subject, **{"email": email, "email_verified": True, "name": "Aigul Ospan", **claims})
    return come_back(client.signed_out(), issuer.sign_in(begin(client, email), subject))


def invite(database: Database, organisation: Organisation, email: str, role: Role, **fields: Any) -> int:
    """An invitation, open unless the fields say otherwise."""
    now = clock.now()
    with database.write() as session:
        row = Invitation(
            organisation_id=organisation.id,
            email=email,
            role=role.value,
            token_hash=hash_token(email + role.value + str(fields)),
            created_at=now,
            expires_at=fields.pop("expires_at", now + timedelta(days=7)),
            language=fields.pop("language", "kk"),
            **fields,
        )
        session.add(row)
        session.flush()
        return row.id


def sign_on_at(client: Client, provider: OwnProvider, person: Person) -> httpx2.Response:
    """Sign in at the provider that can misbehave."""
    return come_back(client, provider.sign_in(begin(client, person.email), email=person.email))
