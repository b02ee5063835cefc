"""What leaves the service: who took what, in which format, noted in the trail; and how much of it one person may ask for."""

from collections.abc import Mapping
from typing import Any

from fastapi import Depends
from sqlalchemy.orm import Session

from app.accounts import attempts
from app.accounts.actor import Actor
from app.accounts.signed_in import CurrentActor
from app.audit import chain
from app.i18n import gettext as _
from app.web.session import Aside, AsideDep, SessionDep, SettingsDep

EXPORT = "export"


def _count(session: SessionDep, settings: SettingsDep, aside: AsideDep, actor: CurrentActor) -> None:
    """Raises TooManyAttempts before anything is made. What is refused otherwise is not counted."""
    if attempts.count_lately(session, settings, EXPORT, str(actor.id), now=actor.at) >= settings.exports_person:
        raise attempts.too_many(settings, _("You have taken out very many files. Please try again in {minutes} minutes."))
    aside.do(lambda writing: attempts.count_one(writing, settings, EXPORT, str(actor.id), now=actor.at))


Counted = Depends(_count)
"""For every route that hands out a file: one person gets so many in some minutes (`exports_person`)."""


def note_export(
    aside: Aside, actor: Actor, kind: str, *, of_chain: int, subject: str, data: Mapping[str, Any] | None = None
) -> None:
    """Append the event before the answer is sent: what cannot be noted is not handed out."""

    def work(session: Session) -> None:
        chain.append(session, kind, chain=of_chain, actor_id=actor.id, subject=subject, at=actor.at, data=data)

    aside.do(work)
