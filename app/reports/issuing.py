"""What makes a report of an approved assessment one that is issued: the code that leads to its page, and the signature."""

from app.assessments.models import Snapshot
from app.config import Settings
from app.i18n import gettext as _
from app.i18n import use
from app.keys.service import Signer
from app.reports import progress
from app.reports.signature import sign


def address_of(settings: Settings, snapshot: Snapshot | None) -> str | None:
    """Where anybody can look what was issued; None for what was not approved."""
    if snapshot is None or snapshot.token is None:
        return None
    return f"{settings.base_url.rstrip('/')}/verify/{snapshot.token}"


def signed(pdf: bytes, signer: Signer, settings: Settings, language: str) -> bytes:
    """The report with the organisation's signature. Raises Unavailable when the time stamp that is set cannot be had."""
    progress.tell(progress.Part.SIGNATURE)
    with use(language):
        name = _("Signature of the organisation that issued this report")
    return sign(pdf, signer, field_name=name, timestamp_url=settings.timestamp_url)
