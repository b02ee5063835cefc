"""The only door to covers: set by the house's quality manager, worn by every report of the house whoever reads it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Organisation
from app.accounts.policy import Permission
from app.covers.models import Cover


def get_organisation(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """An organisation whose cover the person may set. Raises NotFound or Forbidden."""
    return accounts.get_organisation(session, actor, organisation_id, Permission.SET_COVER)


def cover_of(session: Session, organisation_id: int, at: datetime | None = None) -> Cover | None:
    """The cover that was set last, or that was set at a time; None for Sapa's own.

    The caller has permitted the report that wears it.
    """
    query = select(Cover).where(Cover.organisation_id == organisation_id)
    if at is not None:
        query = query.where(Cover.set_at <= at)
    return session.scalar(query.order_by(Cover.set_at.desc(), Cover.id.desc()).limit(1))
