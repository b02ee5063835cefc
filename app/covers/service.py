"""Setting a cover: a new row each time, so that nothing that was printed before becomes another file."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import Organisation
from app.audit import chain
from app.covers import access
from app.covers.forms import CoverForm
from app.covers.models import Cover


def set_cover(
    session: Session, actor: Actor, organisation: Organisation, form: CoverForm, logo: bytes | None, *, now: datetime
) -> None:
    """The cover from now on; without a new logo the present one stays, unless it is to go. Nothing new changes nothing."""
    present = access.cover_of(session, organisation.id)
    kept = None if form.without_logo or present is None else present.logo
    cover = Cover(organisation_id=organisation.id, set_at=now, logo=logo or kept, colour=form.colour, words=form.words())
    if _content(cover) == _content(present):
        return
    session.add(cover)
    session.flush()
    data = {"colour": form.colour or "", "logo": cover.logo is not None}
    subject = f"cover:{cover.id}"
    chain.append(session, "cover.set", chain=organisation.id, actor_id=actor.id, subject=subject, at=now, data=data)


def _content(cover: Cover | None) -> tuple[bytes | None, str | None, dict[str, str]]:
    return (cover.logo, cover.colour, cover.words) if cover else (None, None, {})
