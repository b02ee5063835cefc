"""Passkeys (Web Authentication, Level 2): adding one, and what a browser answers to a challenge.

Each takes part in a ceremony of its own (`Ceremony`), whose challenge is bound to the browser, lives five minutes and is gone
once an answer came, right or wrong. That is why nothing here raises for a wrong answer: the transaction must stick.
"""

import hashlib
import hmac
import ipaddress
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_attestation_object,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from app.accounts import factors, service
from app.accounts.models import Person
from app.accounts.sign_in_models import Passkey, PasskeyChallenge, SignInSession
from app.config import Settings
from app.errors import NotFound
from app.i18n import gettext as _

LASTS = timedelta(minutes=5)
MOST = 20
"""Passkeys of a person."""
LONGEST_ID = 1023
"""Bytes of a credential's id (Level 3, section 7.1)."""
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
"""What reading an answer raises that no browser wrote."""


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What a challenge is for ("register", "sign-in", "second", "prove"), and for which browser: its cookie or its session."""

    purpose: str
    browser: str

    @property
    def key(self) -> str:
        """What the challenge is stored under; the browser's secret cannot be read from it."""
        return hashlib.sha256(f"passkey:{self.purpose}:{self.browser}".encode()).hexdigest()


def host_of(settings: Settings) -> str:
    """The relying party's id: the host of the installation's own address, never that of a request."""
    return (urlsplit(settings.base_url).hostname or "").encode("idna").decode()


def origin_of(settings: Settings) -> str:
    """The origin as browsers write it: without a usual port and without a path."""
    address = urlsplit(settings.base_url)
    usual = {"http": 80, "https": 443}.get(address.scheme)
    port = f":{address.port}" if address.port not in (None, usual) else ""
    return f"{address.scheme}://{host_of(settings)}{port}"


def offered(settings: Settings) -> bool:
    """Whether browsers make passkeys for this address: it needs a name and TLS; on this machine "localhost" will do."""
    try:
        ipaddress.ip_address(host_of(settings))
    except ValueError:
        return settings.https or host_of(settings) == "localhost"
    return False


def handle_of(person_id: int) -> bytes:
    """Who a passkey belongs to, as the authenticator stores it (user.id): says nothing about the person to others."""
    return hashlib.sha256(f"sapa person {person_id}".encode()).digest()


def of_person(session: Session, person_id: int) -> list[Passkey]:
    """A person's passkeys, oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)))


def _descriptors(keys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in keys]


def _remember(session: Session, ceremony: Ceremony, challenge: bytes, now: datetime) -> None:
    """The one challenge of this ceremony; an older one that was not answered is forgotten, and so is what has run out."""
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    values = {"challenge": challenge, "expires_at": now + LASTS}
    made = dialect.insert(PasskeyChallenge).values(key=ceremony.key, **values)
    session.execute(made.on_conflict_do_update(index_elements=["key"], set_=values))


def _take(session: Session, ceremony: Ceremony, now: datetime) -> bytes | None:
    """The challenge, which is gone afterwards; None when there is none or it has run out."""
    mine = delete(PasskeyChallenge).where(PasskeyChallenge.key == ceremony.key)
    found = session.execute(mine.returning(PasskeyChallenge.challenge, PasskeyChallenge.expires_at)).first()
    return found.challenge if found is not None and found.expires_at > now else None


def begin_adding(session: Session, settings: Settings, person: Person, ceremony: Ceremony, *, now: datetime) -> str:
    """What the browser needs to make a passkey, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=host_of(settings),
        rp_name="Sapa",
        user_id=handle_of(person.id),
        user_name=person.email,
        user_display_name=person.name,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(of_person(session, person.id)),
    )
    _remember(session, ceremony, options.challenge, now)
    return webauthn.options_to_json(options)


def begin_checking(
    session: Session, settings: Settings, ceremony: Ceremony, *, now: datetime, person_id: int | None = None
) -> str:
    """What the browser needs to show a passkey, as JSON: one of the person's, or any that it offers when nobody is known yet."""
    keys = of_person(session, person_id) if person_id is not None else []
    options = webauthn.generate_authentication_options(
        rp_id=host_of(settings),
        allow_credentials=_descriptors(keys),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(session, ceremony, options.challenge, now)
    return webauthn.options_to_json(options)


def add(
    session: Session, settings: Settings, found: SignInSession, ceremony: Ceremony, answer: str, name: str, *, now: datetime
) -> Passkey | None:
    """Keep the passkey that the browser made; None when its answer does not fit the challenge, or there is no room for it."""
    challenge = _take(session, ceremony, now)
    if challenge is None or len(of_person(session, found.person_id)) >= MOST:
        return None
    made = _verified_new(settings, challenge, answer)
    if made is None or len(made.credential_id) > LONGEST_ID:
        return None
    credential_id = bytes_to_base64url(made.credential_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)) is not None:
        return None
    key = Passkey(person_id=found.person_id, credential_id=credential_id, public_key=made.credential_public_key, name=name)
    key.sign_count, key.created_at = made.sign_count, now
    session.add(key)
    session.flush()
    factors.added(session, found)
    service.note(session, "person.passkey_added", found.person_id, found.person_id, now=now, data={"passkey": key.id})
    return key


def _verified_new(settings: Settings, challenge: bytes, answer: str) -> VerifiedRegistration | None:
    """The new credential; None when the answer is wrong.

    Only answers without certificates are taken: we ask for none and would believe none, so none are read.
    """
    try:
        sent = parse_registration_credential_json(answer)
        attested = parse_attestation_object(sent.response.attestation_object)
        if attested.fmt not in (AttestationFormat.NONE, AttestationFormat.PACKED) or attested.att_stmt.x5c is not None:
            return None
        return webauthn.verify_registration_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=host_of(settings),
            expected_origin=origin_of(settings),
            require_user_verification=True,
        )
    except _UNREADABLE:
        return None


def _claimed(answer: str) -> tuple[str, bytes | None] | None:
    """The credential's id and the user handle that an answer names; None when it cannot be read. Nothing is proved yet."""
    try:
        said = json.loads(answer)
        handle = said["response"].get("userHandle")
        return str(said["id"]), base64url_to_bytes(handle) if handle is not None else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def check(
    session: Session, settings: Settings, ceremony: Ceremony, answer: str, *, now: datetime, person_id: int | None = None
) -> Passkey | None:
    """The passkey that answered the challenge, with its person; None when the answer is wrong.

    With `person_id` only a passkey of that person will do; without, the answer must name the person (its user handle).
    """
    challenge, claimed = _take(session, ceremony, now), _claimed(answer)
    if challenge is None or claimed is None:
        return None
    query = select(Passkey).where(Passkey.credential_id == claimed[0])
    if person_id is not None:
        query = query.where(Passkey.person_id == person_id)
    key = session.scalar(query.options(joinedload(Passkey.person)).with_for_update(of=Passkey))
    if key is None or not _is_owner(key, claimed[1], known=person_id is not None):
        return None
    count = _verified_count(settings, key, challenge, answer)
    if count is None or _is_copied(key, count):
        reason = "answer" if count is None else "sign_count"
        data: dict[str, object] = {"method": "passkey", "passkey": key.id, "reason": reason}
        service.note(session, "person.second_factor_failed", key.person_id, None, now=now, data=data)
        return None
    key.sign_count, key.last_used_at = count, now
    session.flush()
    return key


def _is_owner(key: Passkey, handle: bytes | None, *, known: bool) -> bool:
    """Whether the answer names the passkey's person (section 7.2, step 6) and they may sign in."""
    person = key.person
    if person.disabled_at is not None or person.erased_at is not None:
        return False
    return known if handle is None else hmac.compare_digest(handle, handle_of(key.person_id))


def _verified_count(settings: Settings, key: Passkey, challenge: bytes, answer: str) -> int | None:
    """How often the authenticator says it has signed; None when the answer is not its own answer to this challenge."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=host_of(settings),
            expected_origin=origin_of(settings),
            credential_public_key=key.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _UNREADABLE:
        return None
    return verified.new_sign_count


def _is_copied(key: Passkey, count: int) -> bool:
    """Whether the count did not grow: another authenticator then holds the same key. One that does not count says 0 always."""
    return (count > 0 or key.sign_count > 0) and count <= key.sign_count


def remove(session: Session, person: Person, passkey_id: int, *, now: datetime) -> None:
    """Take a passkey of one's own away. Raises NotFound or LastFactor."""
    key = session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person.id))
    if key is None:
        raise NotFound(_("There is no such passkey."))
    factors.refuse_last(session, person, passkey_id=key.id)
    session.delete(key)
    session.flush()
    factors.removed(session, person)
    service.note(session, "person.passkey_removed", person.id, person.id, now=now, data={"passkey": passkey_id})
