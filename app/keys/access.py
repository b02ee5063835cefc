"""The only door to signing keys. Making and changing them is for who runs the installation, on the command line."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.errors import NotFound
from app.i18n import gettext as _
from app.keys.models import SigningKey


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key as anybody may know it."""

    fingerprint: str
    organisation: str
    created_at: datetime
    retired_at: datetime | None


def find_live(session: Session, organisation_id: int) -> SigningKey | None:
    """The key with which the organisation signs now; None when it signs nothing."""
    live = SigningKey.organisation_id == organisation_id, SigningKey.retired_at.is_(None)
    return session.scalar(select(SigningKey).where(*live))


def get_live(session: Session, organisation_id: int) -> SigningKey:
    """As `find_live`. Raises NotFound."""
    found = find_live(session, organisation_id)
    if found is None:
        raise NotFound(_("This organisation has no signing key: make one with sapa key create."))
    return found


def get_organisation(session: Session, organisation_id: int) -> Organisation:
    """The organisation of this number. Raises NotFound."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound(_("There is no organisation with the number {number}.").format(number=organisation_id))
    return found


def known(session: Session) -> list[KnownKey]:
    """Every key that there ever was here: with them signatures are told to be those of an organisation."""
    query = (
        select(SigningKey.fingerprint, Organisation.name, SigningKey.created_at, SigningKey.retired_at)
        .join(Organisation, Organisation.id == SigningKey.organisation_id)
        .order_by(SigningKey.id)
    )
    return [KnownKey(*row) for row in session.execute(query)]
