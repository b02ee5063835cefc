"""Signing an assessment off in a test, as a person does: the page is shown, then signed with the name that it tells."""

import html
import re
from datetime import datetime
from typing import Any

import httpx2
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import approval
from app.assessments.models import Assessment
from app.assessments.signing import Signature
from app.assessments.transfer import as_it_stands
from app.portable.write import digest_of
from tests.conftest import Client

DIGEST = re.compile(r'name="digest" value="(sha256:[0-9a-f]{64})"')
ACCOUNT = re.compile(r"As your account has it: (.*?)\. Capital letters")


def shown(client: Client, base: str) -> dict[str, str]:
    """The fields that sign what the page shows, with the name of the account."""
    page = client.get(f"{base}/approve", headers={"accept-language": "en"}).text
    digest, account = DIGEST.search(page), ACCOUNT.search(page)
    assert digest, page
    return {"digest": digest[1], "name": html.unescape(account[1]) if account else "Sample Person"}


def sign_off(client: Client, base: str, **more: Any) -> httpx2.Response:
    """Look at what would be signed, and sign it."""
    return client.send_form(f"{base}/approve", {**shown(client, base), **more})


def reopen(client: Client, base: str, reason: str = "A figure was wrong.") -> httpx2.Response:
    """Open it again."""
    return client.send_form(f"{base}/reopen", {"reason": reason})


def signed_off(session: Session, assessment: Assessment, actor: Actor, *, now: datetime) -> None:
    """As `sign_off`, without a browser."""
    signature = Signature(actor.name, digest_of(as_it_stands(session, assessment)))
    approval.approve(session, assessment, signature, actor, now=now)
