"""The second step of signing in: codes and recovery codes, how often they may be wrong, and the session afterwards."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from app.accounts import access, recovery_codes, service, totp
from app.accounts.models import Membership, Organisation, Person
from app.accounts.sign_in_models import Passkey, SignInSession, Stage, TotpSecret
from app.config import Settings
from app.i18n import gettext as _

MOST_IN_A_DAY = 24
"""Wrong codes of an account. Three of a million codes are right at a time: who knows the password and guesses all day, every
day of a year, succeeds once in forty times; with the limit of 8 in 15 minutes alone it would be more often than not."""
A_DAY = timedelta(days=1)


def _account(person_id: int) -> str:
    return f"second-factor:{person_id}"


def _place(address: str) -> str:
    return f"second-factor:{address}"


def check_guesses(session: Session, settings: Settings, person_id: int, address: str, *, now: datetime) -> None:
    """Raise TooManyAttempts when wrong codes came too often for this person or from this address.

    They are counted apart from wrong passwords: a right password does not give new guesses. Call after `factors.hold`.
    """
    service.check_throttle(session, settings, _account(person_id), _place(address), now=now)
    key = service.throttle_keys(settings, _account(person_id), _place(address))[0]
    if access.count_attempts(session, key, since=now - A_DAY) >= MOST_IN_A_DAY:
        message = _("Too many wrong codes today. If it was not you, somebody knows your password: change it. Try again tomorrow.")
        raise service.TooManyAttempts(message, int(A_DAY.total_seconds()))


def count_failure(session: Session, settings: Settings, person: Person, address: str, *, now: datetime) -> None:
    """Count a wrong code, and note it."""
    service.count_failure(session, settings, _account(person.id), _place(address), now=now)
    service.note(session, "person.second_factor_failed", person.id, None, now=now, data={"method": "code"})


def check_code(session: Session, settings: Settings, person: Person, typed: str, address: str, *, now: datetime) -> str | None:
    """How the code is right: "totp" or "recovery_code"; it is used up then. None when it is wrong, which is counted.

    Raises TooManyAttempts. It does not raise for a wrong code: the count must stay when the transaction ends.
    """
    check_guesses(session, settings, person.id, address, now=now)
    code = totp.digits_of(typed)
    if code is not None and totp.matches(session, settings, person.id, code, now=now):
        return totp.PURPOSE
    if code is None and recovery_codes.use(session, person.id, typed, now=now):
        return "recovery_code"
    count_failure(session, settings, person, address, now=now)
    return None


def renew(session: Session, found: SignInSession, *, now: datetime) -> service.SignedIn:
    """The same session under a new token, freshly proved: whoever knew the old token has nothing any more.

    The browser must get the new token (OWASP ASVS 5.0, 7.2.4). The session lives no longer for it.
    """
    token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    found.token_hash, found.csrf_token = service.hash_token(token), csrf_token
    found.proved_at = found.last_seen_at = now
    session.flush()
    return service.SignedIn(token, csrf_token, found.person)


def finish(session: Session, found: SignInSession, *, method: str, now: datetime) -> service.SignedIn:
    """Signing in is complete after the second factor `method`, under a new token."""
    found.stage = Stage.COMPLETE.value
    signed_in = renew(session, found, now=now)
    data: dict[str, object] = {"method": f"{found.method}+{method}"}
    service.note(session, "person.signed_in", found.person_id, found.person_id, now=now, data=data)
    return signed_in


def prove(session: Session, found: SignInSession, *, method: str, now: datetime) -> service.SignedIn:
    """The person of a session has shown again who they are, by `method`."""
    signed_in = renew(session, found, now=now)
    service.note(session, "person.proved", found.person_id, found.person_id, now=now, data={"method": method})
    return signed_in


def require_of(session: Session, organisation_id: int) -> None:
    """After an organisation began to require second factors: those without one must set one up at once."""
    members = (
        select(Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.organisation_id == organisation_id, service.required_of_member())
    )
    _lead_to_enrolment(session, SignInSession.person_id.in_(members))


def require_if_needed(session: Session, person: Person) -> None:
    """After a person got a role: if it needs a second factor and they have none, their sessions must set one up at once."""
    if service.needs_second_factor(session, person):
        _lead_to_enrolment(session, SignInSession.person_id == person.id)


def _lead_to_enrolment(session: Session, whose: ColumnElement[bool]) -> None:
    person = SignInSession.person_id
    app = exists(select(1).where(TotpSecret.person_id == person, TotpSecret.confirmed_at.is_not(None)))
    passkey = exists(select(1).where(Passkey.person_id == person))
    live = update(SignInSession).where(SignInSession.stage == Stage.COMPLETE.value, whose, ~app, ~passkey)
    session.execute(live.values(stage=Stage.ENROLMENT.value))
