"""Steps that tests of coming in share: pages for visitors, and the links that mail would carry."""

import re
from urllib.parse import urlsplit

import httpx2
from sqlalchemy import select

from app.config import Settings
from app.db import Database
from app.jobs.models import OutgoingMail
from app.sealing import unseal
from tests.conftest import ORIGIN, Client

HEADERS = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}


def send(client: Client, address: str, path: str | None = None, **fields: str) -> httpx2.Response:
    """Open the page, take its token, send the form."""
    page = client.get(address)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, (page.status_code, page.text[:300])
    return client.post(path or address, data={"csrf_token": token[1], **fields}, headers=HEADERS)


def last_mail(database: Database, settings: Settings, to: str) -> str:
    """The text of the newest message to an address."""
    query = select(OutgoingMail).where(OutgoingMail.recipient == to).order_by(OutgoingMail.id.desc())
    with database.read() as session:
        mail = session.scalars(query).first()
    assert mail is not None
    return unseal(settings, "mail", mail.sealed_body)


def mails(database: Database, to: str) -> int:
    """How many messages an address was sent."""
    with database.read() as session:
        return len(session.scalars(select(OutgoingMail.id).where(OutgoingMail.recipient == to)).all())


def link_in(text: str) -> str:
    """The path of the link in a message."""
    found = re.search(r"https?://\S+", text)
    assert found is not None
    return urlsplit(found[0]).path


def follow(client: Client, path: str) -> httpx2.Response:
    """Open a link: its token leaves the address."""
    opened = client.get(path)
    assert opened.status_code == 303
    assert path.rsplit("/", 1)[1] not in opened.headers["location"]
    return client.get(opened.headers["location"])
