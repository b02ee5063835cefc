"""Codes of an authenticator app (TOTP, RFC 6238): six digits, SHA-1, 30 seconds, as every such app computes them."""

import base64
import hmac
import io
import secrets
from datetime import datetime

import pyotp
import segno
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import sealing
from app.accounts import factors, service
from app.accounts.models import Person
from app.accounts.sign_in_models import SignInSession, TotpSecret
from app.config import Settings

PURPOSE = "totp"
ISSUER = "Sapa"
SECRET_BYTES = 20
"""160 bits, the length of SHA-1's output, as RFC 4226 section 4 recommends."""
AROUND = 1
"""Steps before and after the present one that are taken: clocks differ, and people type slowly (RFC 6238 section 5.2)."""


def begin(session: Session, settings: Settings, person_id: int, *, now: datetime) -> None:
    """Make a new secret, which counts only after `confirm`. An app that was set up before works until then."""
    sealed = sealing.seal(settings, PURPOSE, base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode())
    row = session.get(TotpSecret, person_id)
    if row is None:
        session.add(TotpSecret(person_id=person_id, sealed=sealed, created_at=now))
    elif row.confirmed_at is None:
        row.sealed, row.created_at = sealed, now
    else:
        row.replacement = sealed
    session.flush()


def pending(session: Session, settings: Settings, person_id: int) -> str | None:
    """The secret (base32) that waits for its first code; None when there is none."""
    row = session.get(TotpSecret, person_id)
    if row is None:
        return None
    sealed = row.replacement if row.confirmed_at is not None else row.sealed
    return sealing.unseal(settings, PURPOSE, sealed) if sealed is not None else None


def address_of(secret: str, email: str) -> str:
    """What the QR code says: an otpauth address with the secret, the person's address and who asks."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture_of(secret: str, email: str) -> bytes:
    """The QR code as an SVG file."""
    picture = io.BytesIO()
    segno.make_qr(address_of(secret, email), error="m").save(picture, kind="svg", scale=6, light="#ffffff")
    return picture.getvalue()


def digits_of(typed: str) -> str | None:
    """The six digits of a code, however it was spaced; None when it is no such code."""
    code = "".join(typed.split())
    return code if len(code) == 6 and code.isascii() and code.isdecimal() else None  # noqa: PLR2004 - digits of a code


def _step_of(secret: str, code: str, now: datetime) -> int:
    """The newest time step near `now` whose code this is; -1 for none. Compares with each of them in constant time."""
    app = pyotp.TOTP(secret)
    present = app.timecode(now)
    steps = range(present - AROUND, present + AROUND + 1)
    return max([step if hmac.compare_digest(app.generate_otp(step), code) else -1 for step in steps])


def confirm(session: Session, settings: Settings, found: SignInSession, typed: str, *, now: datetime) -> bool:
    """Whether the first code of the new secret is right; the app is then set up, in the place of an older one."""
    secret, code = pending(session, settings, found.person_id), digits_of(typed)
    step = _step_of(secret, code, now) if secret is not None and code is not None else -1
    row = session.get(TotpSecret, found.person_id)
    if row is None or step < 0:
        return False
    replaced = row.replacement is not None
    row.sealed, row.replacement = row.replacement or row.sealed, None
    row.confirmed_at, row.last_step = now, step
    session.flush()
    factors.added(session, found)
    data: dict[str, object] = {"method": PURPOSE, "replaced": replaced}
    service.note(session, "person.second_factor_set", found.person_id, found.person_id, now=now, data=data)
    return True


def matches(session: Session, settings: Settings, person_id: int, code: str, *, now: datetime) -> bool:
    """Whether this is a code of the person's app that was not used yet; it is used then, and so are all before it."""
    row = session.get(TotpSecret, person_id)
    if row is None or row.confirmed_at is None:
        return False
    step = _step_of(sealing.unseal(settings, PURPOSE, row.sealed), code, now)
    newer = update(TotpSecret).where(TotpSecret.person_id == person_id, TotpSecret.last_step < step)
    return session.scalar(newer.values(last_step=step).returning(TotpSecret.person_id)) is not None


def remove(session: Session, person: Person, *, now: datetime) -> None:
    """Take the app away, and a new one that is being set up. Raises LastFactor."""
    row = session.get(TotpSecret, person.id)
    if row is None:
        return
    if row.confirmed_at is not None:
        factors.refuse_last(session, person, app=True)
    session.delete(row)
    session.flush()
    if row.confirmed_at is not None:
        factors.removed(session, person)
        service.note(session, "person.second_factor_removed", person.id, person.id, now=now, data={"method": PURPOSE})
