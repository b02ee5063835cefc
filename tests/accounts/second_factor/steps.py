"""What tests of the second step do again and again, all of it through pages."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pyotp
from sqlalchemy import select, update

from app import clock
from app.accounts import second_factor
from app.accounts.models import Organisation, Person, RequiredOf
from app.accounts.sign_in_models import Passkey, SignInSession
from app.audit.models import AuditEvent
from app.config import Settings
from app.db import Database
from tests.accounts.second_factor.authenticator import Authenticator
from tests.conftest import ORIGIN, Client
from tests.factories import PASSWORD, make_person


def token_in(page: httpx2.Response) -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None, page.text[:500]
    return found[1]


def sign_in(client: Client, person: Person, next_: str = "/assessments", password: str = PASSWORD) -> httpx2.Response:
    """The answer to the sign-in form, in a browser that has nothing of ours yet."""
    client.signed_out()
    client.token = token_in(client.get("/sign-in"))
    return client.send_form("/sign-in", {"email": person.email, "password": password, "next": next_})


def open_page(client: Client, path: str) -> httpx2.Response:
    """A page; the client then sends the token of its forms."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code, page.headers.get("location"))
    client.token = token_in(page)
    return page


def code_of(secret: str, at: datetime | None = None, steps: int = 0) -> str:
    """What the app shows now, or so many steps of 30 seconds from now."""
    return pyotp.TOTP(secret).at(at or clock.now(), counter_offset=steps)


def secret_in(page: httpx2.Response) -> str:
    """The secret on the page that sets up an app."""
    found = re.search(r'<strong id="secret">([A-Z2-7 ]+)</strong>', page.text)
    assert found is not None, page.text
    return found[1].replace(" ", "")


def codes_in(page: httpx2.Response) -> list[str]:
    """The recovery codes on a page."""
    return re.findall(r"<code>([0-9A-Z-]+)</code>", page.text)


def set_up_app(client: Client, person: Person) -> tuple[str, list[str]]:
    """Set up an authenticator app as somebody who is signed in. The secret, and the recovery codes.

    The code that confirms it is of the step before, so that the present one can still be used.
    """
    sign_in(client, person)
    open_page(client, "/account/second-factor")
    client.send_form("/account/second-factor/totp")
    secret = secret_in(open_page(client, "/account/second-factor/totp"))
    page = client.send_form("/account/second-factor/totp/confirm", {"code": code_of(secret, steps=-1)})
    assert page.status_code == 200, page.text
    return secret, codes_in(page)


def send_code(client: Client, code: str, next_: str = "/assessments") -> httpx2.Response:
    """The answer to a code in the second step."""
    open_page(client, "/sign-in/second")
    return client.send_form("/sign-in/second", {"code": code, "next": next_})


def events_of(database: Database, person: Person) -> list[tuple[str, dict[str, object]]]:
    """What the trail says about a person, oldest first."""
    with database.read() as session:
        query = select(AuditEvent.kind, AuditEvent.data).where(AuditEvent.subject == f"person:{person.id}")
        return [(kind, data) for kind, data in session.execute(query.order_by(AuditEvent.number))]


def sessions_of(database: Database, person: Person) -> list[SignInSession]:
    """A person's sessions, oldest first."""
    with database.read() as session:
        query = select(SignInSession).where(SignInSession.person_id == person.id).order_by(SignInSession.id)
        return list(session.scalars(query))


def path_of(answer: httpx2.Response) -> str:
    """Where a redirect goes, without its query."""
    return urlsplit(answer.headers["location"]).path


def make_operator(database: Database, settings: Settings) -> Person:
    made = make_person(database, settings)
    with database.write() as session:
        session.execute(update(Person).where(Person.id == made.id).values(is_operator=True))
    return made


def require(database: Database, organisation: Organisation, whom: RequiredOf = RequiredOf.QUALITY_MANAGERS) -> None:
    """Require a second factor in an organisation, as the operator's page does."""
    with database.write() as session:
        values = {"second_factor_of": whom.value}
        session.execute(update(Organisation).where(Organisation.id == organisation.id).values(values))
        second_factor.require_of(session, organisation.id)


def options(client: Client, path: str) -> dict[str, Any]:
    """What the page's script fetches."""
    headers = {"x-csrf-token": client.token, "origin": ORIGIN, "sec-fetch-site": "same-origin", "accept": "application/json"}
    answer = client.post(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code, answer.text)
    found: dict[str, Any] = answer.json()
    return found


def add_passkey(client: Client, person: Person, **fields: Any) -> Authenticator:
    """Sign in and add a passkey."""
    sign_in(client, person)
    open_page(client, "/account/second-factor")
    made = Authenticator(**fields)
    answer = made.make(options(client, "/account/passkeys/options"))
    page = client.send_form("/account/passkeys", {"credential": answer, "name": "My phone"})
    assert page.status_code == 200, page.text
    assert len(codes_in(page)) == 10
    return made


def visit(client: Client) -> dict[str, Any]:
    """A visitor's options for signing in with a passkey."""
    client.signed_out()
    open_page(client, "/sign-in")
    return options(client, "/sign-in/passkey/options")


def send_passkey(client: Client, answer: str, path: str = "/sign-in/passkey") -> httpx2.Response:
    return client.send_form(path, {"credential": answer, "next": "/assessments"})


def keys_of(database: Database, person: Person) -> list[Passkey]:
    with database.read() as session:
        return list(session.scalars(select(Passkey).where(Passkey.person_id == person.id)))
