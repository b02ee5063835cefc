"""Access that was refused to somebody who is signed in, noted in the trail beside the answer."""

import structlog
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app import clock
from app.accounts import attempts
from app.accounts.actor import Actor
from app.audit import chain
from app.config import Settings
from app.errors import Problem
from app.web.problems import on_problem, status_of
from app.web.session import write_aside

log = structlog.get_logger()


async def on_refused(request: Request, problem: Exception) -> Response:
    """Answer as for any problem. A trail that cannot be written never turns the refusal into another answer."""
    assert isinstance(problem, Problem)  # noqa: S101 - registered for Forbidden and NotFound
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is not None:
        try:
            await _note(request, actor, status_of(problem))
        except Exception:
            log.exception("refused access was not noted", path=_template(request))
    return await run_in_threadpool(on_problem, request, problem)


async def _note(request: Request, actor: Actor, status: int) -> None:
    """In the chain of the organisation that the person was working in: whose the thing was is nobody's to know.

    Who is refused again and again cannot fill the trail: after `refused_person` in some minutes it says so once, and no more.
    """
    of_chain = actor.organisation_id if actor.organisation_id is not None else chain.INSTALLATION
    data = {"method": request.method, "path": _template(request), "status": int(status)}
    subject = f"person:{actor.id}"

    settings: Settings = request.app.state.settings

    def work(session: Session) -> None:
        now = clock.now()
        before = attempts.count_lately(session, settings, "refused", subject, now=now)
        if before > settings.refused_person:
            return
        attempts.count_one(session, settings, "refused", subject, now=now)
        kind, told = ("access.refused", data) if before < settings.refused_person else ("access.refused_often", {})
        chain.append(session, kind, chain=of_chain, actor_id=actor.id, subject=subject, at=now, data=told)

    await write_aside(request, work)


def _template(request: Request) -> str:
    """The address as the route has it, without the ids and texts that were asked for."""
    return str(getattr(request.scope.get("route"), "path", ""))
