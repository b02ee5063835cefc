"""What makes a report of an approved assessment one that is issued: the code that leads to its page, and the signature."""

from sqlalchemy.orm import Session

from app.assessments.models import Snapshot
from app.config import Settings
from app.i18n import gettext as _
from app.i18n import use
from app.keys.service import Signer, signer_of
from app.reports.signature import sign


def address_of(settings: Settings, snapshot: Snapshot | None) -> str | None:
    """Where anybody can look what was issued; None for what was not approved."""
    if snapshot is None or snapshot.token is None:
        return None
    return f"{settings.base_url.rstrip('/')}/verify/{snapshot.token}"


def signed(pdf: bytes, signer: Signer, settings: Settings, language: str) -> bytes:
    """The report with the organisation's signature. Raises Unavailable when the time stamp that is set cannot be had."""
    with use(language):
        name = _("Signature of the organisation that issued this report")
    return sign(pdf, signer, field_name=name, timestamp_url=settings.timestamp_url)


def signed_if_key(
    session: Session, settings: Settings, organisation_id: int, pdf: bytes, language: str
) -> tuple[bytes, dict[str, str]]:
    """The report signed when the organisation has a key, and what the trail says of that."""
    signer = signer_of(session, settings, organisation_id)
    if signer is None:
        return pdf, {}
    return signed(pdf, signer, settings, language), {"signed": signer.fingerprint}
