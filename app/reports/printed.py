"""The full report printed from its parts: those that are kept are taken, the others drawn side by side, all joined.

Whatever is not as expected is logged, and the report is laid out in one piece: slower, with other bytes, and the same to read.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import date
from itertools import chain

import structlog

from app.reports import progress
from app.reports.fragments.printing import AT_ONCE, PRESS, Made, NotPrinted, Press, TookTooLong
from app.reports.fragments.store import Store
from app.reports.model import Report
from app.reports.parts import Part, frame_of, written_parts
from app.reports.pdf import WALL_SECONDS, AttachedText, Rendered, too_long

TOGETHER = 60_000
"""Characters of HTML at most that one process draws, unless a single part has more: its memory grows with them (74 MB)."""
log = structlog.get_logger("sapa.reports")


def print_in_parts(
    report: Report,
    attachments: Sequence[AttachedText],
    *,
    day: date,
    identifier: str,
    store: Store | None = None,
    press: Press = PRESS,
    wall_seconds: float = WALL_SECONDS,
) -> Rendered | None:
    """The full report; None when it has to be laid out in one piece. Raises ReportNotRendered when it takes too long.

    The same report gives the same bytes, wherever its parts come from.
    """
    until = time.monotonic() + wall_seconds
    every: list[Part] = []
    try:
        made = draw_parts(_noted(report, every), store, press, until)
        progress.tell(progress.Part.PAGES)
        files = [(one.name, one.description, one.text.encode()) for one in attachments]
        named = identifier, f"{day:%Y%m%d}000000"
        frame, *parts = (made[one] for one in sorted(every, key=lambda one: one.place))
        joined = press.join(frame, parts, files, named, seconds=until - time.monotonic())
    except TookTooLong:
        raise too_long(wall_seconds) from None
    except NotPrinted as why:
        log.warning("report in one piece", why=why.told)
        if store:
            store.drop(every)
        # Should the press itself be what is wrong, the next one is another.
        press.close()
        return None
    return Rendered(joined.content, joined.said)


def _noted(report: Report, every: list[Part]) -> Iterator[Part]:
    """The frame and all parts, as they are written; each is noted."""
    for part in chain([frame_of(report)], written_parts(report)):
        every.append(part)
        yield part


def draw_parts(parts: Iterable[Part], store: Store | None, press: Press, until: float) -> dict[Part, bytes]:
    """The fragment of every part. What is not kept is drawn, two processes at a time, from the moment the first is written.

    Raises NotPrinted.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        work = _Work(store, lambda some: pool.submit(_draw, press, some, until))
        try:
            for part in parts:
                work.take(part)
                work.go_on([one for one in work.drawn if one.done()])
            work.tell()
            while work.drawn:
                work.go_on(wait(work.drawn, return_when=FIRST_COMPLETED).done)
                work.tell()
        finally:
            # Nobody waits for the others any more where one failed, or somebody cancelled.
            pool.shutdown(wait=False, cancel_futures=True)
    return work.found


class _Work:
    """Parts on their way: those that wait, those that are drawn, what was found or made of the others."""

    def __init__(self, store: Store | None, draw: Callable[[list[Part]], Future[Made]]) -> None:
        self.store, self.draw = store, draw
        self.found: dict[Part, bytes] = {}
        self.waiting: list[Part] = []
        self.drawn: dict[Future[Made], list[Part]] = {}

    def take(self, part: Part) -> None:
        """One part more."""
        kept = self.store.get(part) if self.store else None
        if kept is None:
            self.waiting.append(part)
        else:
            self.found[part] = kept

    def go_on(self, done: Iterable[Future[Made]]) -> None:
        """Take what was made, and have as much drawn at once as may be. Raises NotPrinted."""
        for future in done:
            for part, content in zip(self.drawn.pop(future), future.result().contents, strict=True):
                self.found[part] = content
                if self.store:
                    self.store.put(part, content)
        while self.waiting and len(self.drawn) < AT_ONCE:
            some = _together(self.waiting)
            self.drawn[self.draw(some)] = some

    def tell(self) -> None:
        """Say how many of all parts are there. Raises what stops the work when somebody cancelled it."""
        every = len(self.found) + len(self.waiting) + sum(map(len, self.drawn.values()))
        progress.tell(progress.Part.CHAPTERS, len(self.found), every)


def _together(waiting: list[Part]) -> list[Part]:
    """What one process draws next, taken from what waits: the longest, and more while it is a small share of all that waits.

    A process of its own costs a fifth of a page; near the end little is taken, so that two processes end together.
    """
    waiting.sort(key=lambda one: len(one.html))
    room = min(TOGETHER, sum(len(one.html) for one in waiting) // (AT_ONCE + 1))
    some = [waiting.pop()]
    while waiting and sum(len(one.html) for one in some) + len(waiting[-1].html) <= room:
        some.append(waiting.pop())
    return some


def _draw(press: Press, parts: Sequence[Part], until: float) -> Made:
    return press.draw(*((one.name, one.html) for one in parts), seconds=until - time.monotonic())
