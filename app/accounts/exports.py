"""What leaves the service, noted in the trail: who took what, in which format."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.audit import chain
from app.web.session import Aside


def note_export(
    aside: Aside, actor: Actor, kind: str, *, of_chain: int, subject: str, data: Mapping[str, Any] | None = None
) -> None:
    """Append the event before the answer is sent: what cannot be noted is not handed out."""

    def work(session: Session) -> None:
        chain.append(session, kind, chain=of_chain, actor_id=actor.id, subject=subject, at=actor.at, data=data)

    aside.do(work)
