"""Answers that take a while are made after the request's transaction has ended: nobody waits for its connection meanwhile."""

import time
from collections.abc import Callable

import anyio
from anyio import to_thread
from fastapi import Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from app.errors import Problem, Unavailable
from app.i18n import gettext as _
from app.web.problems import on_problem


class Few:
    """How many of such answers are made at once, how many may wait for their turn, and for how long, in seconds."""

    def __init__(self, at_once: int, *, waiting: int, seconds: float) -> None:
        self.turns = anyio.Semaphore(at_once)
        self.waiting, self.seconds = waiting, seconds


class Later(Response):
    """An answer that `make` makes in a thread of its own, given the seconds that are left; a Problem it raises is answered."""

    def __init__(self, request: Request, few: Few, make: Callable[[float], Response]) -> None:
        super().__init__()
        self.request, self.few, self.make = request, few, make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._made()
        except Problem as problem:
            answer = on_problem(self.request, problem)
        await answer(scope, receive, send)

    async def _made(self) -> Response:
        begun = time.monotonic()
        if self.few.turns.statistics().tasks_waiting >= self.few.waiting:
            raise Unavailable(_("Too much is being made ready at the moment. Please try again."))
        with anyio.move_on_after(self.few.seconds) as waited:
            await self.few.turns.acquire()
        if waited.cancelled_caught:
            raise Unavailable(_("Too much is being made ready at the moment. Please try again."))
        try:
            left = max(1.0, self.few.seconds - (time.monotonic() - begun))
            return await to_thread.run_sync(self.make, left)
        finally:
            self.few.turns.release()
