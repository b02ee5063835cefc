"""Making, changing and using an organisation's signing key."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit import chain
from app.config import Settings
from app.errors import Conflict
from app.i18n import gettext as _
from app.keys import access
from app.keys.certificates import make
from app.keys.models import SigningKey
from app.sealing import seal, unseal

PURPOSE = "signing-key"


class HasKey(Conflict):
    """The organisation signs already."""


@dataclass(frozen=True, slots=True)
class Signer:
    """What signs: certificate and private key as PEM."""

    certificate: str
    private: str
    fingerprint: str


def create(session: Session, settings: Settings, organisation_id: int, *, now: datetime) -> SigningKey:
    """The organisation's first key, or a new one after the last was retired. Raises HasKey, NotFound."""
    organisation = access.get_organisation(session, organisation_id)
    if access.find_live(session, organisation.id) is not None:
        raise HasKey(_("This organisation has a signing key: sapa key rotate replaces it."))
    pair = make(organisation.name, now=now)
    key = SigningKey(
        organisation_id=organisation.id,
        fingerprint=pair.fingerprint,
        certificate=pair.certificate,
        sealed=seal(settings, PURPOSE, pair.private),
        created_at=now,
    )
    session.add(key)
    session.flush()
    _note(session, key, "key.made", now=now)
    return key


def retire(session: Session, organisation_id: int, *, now: datetime) -> SigningKey:
    """End the live key and forget its private half; what it signed can still be verified. Raises NotFound."""
    key = access.get_live(session, organisation_id)
    key.retired_at, key.sealed = now, None
    session.flush()
    _note(session, key, "key.retired", now=now)
    return key


def rotate(session: Session, settings: Settings, organisation_id: int, *, now: datetime) -> SigningKey:
    """A new key instead of the live one. Raises NotFound."""
    retire(session, organisation_id, now=now)
    return create(session, settings, organisation_id, now=now)


def signer_of(session: Session, settings: Settings, organisation_id: int) -> Signer | None:
    """What the organisation signs with; None when it has no key. Raises SealBroken."""
    key = access.find_live(session, organisation_id)
    if key is None or key.sealed is None:
        return None
    return Signer(key.certificate, unseal(settings, PURPOSE, key.sealed), key.fingerprint)


def _note(session: Session, key: SigningKey, kind: str, *, now: datetime) -> None:
    data = {"fingerprint": key.fingerprint}
    subject = f"key:{key.id}"
    chain.append(session, kind, chain=key.organisation_id, actor_id=None, subject=subject, at=now, data=data)
