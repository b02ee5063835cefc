"""The full report printed from its parts: those that are kept are taken, the others drawn side by side, all joined.

Whatever is not as expected is logged, and the report is laid out in one piece: slower, with other bytes, and the same to read.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import date
from itertools import chain

import structlog

from app.reports import progress
from app.reports.fragments.printing import AT_ONCE, PRESS, Made, NotPrinted, Press, TookTooLong
from app.reports.fragments.store import Store
from app.reports.model import Report
from app.reports.parts import Part, frame_of, written_parts
from app.reports.pdf import WALL_SECONDS, AttachedText, Rendered, too_long

TOGETHER = 24_000
"""Characters of HTML that one process draws, unless a single part has more: little enough that two processes end together."""
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
    """The fragment of every part. What is not kept is drawn: long ones as soon as they come, the others when all are known.

    Raises NotPrinted.
    """
    found: dict[Part, bytes] = {}
    short: list[Part] = []
    drawn: dict[Future[Made], list[Part]] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for part in parts:
                kept = store.get(part) if store else None
                if kept is not None:
                    found[part] = kept
                elif len(part.html) > TOGETHER:
                    drawn[pool.submit(_draw, press, [part], until)] = [part]
                else:
                    short.append(part)
            drawn |= {pool.submit(_draw, press, some, until): some for some in _together(short)}
            every = len(found) + sum(len(some) for some in drawn.values())
            progress.tell(progress.Part.CHAPTERS, len(found), every)
            for future in as_completed(drawn):
                for part, content in zip(drawn[future], future.result().contents, strict=True):
                    found[part] = content
                    if store:
                        store.put(part, content)
                progress.tell(progress.Part.CHAPTERS, len(found), every)
        finally:
            # Nobody waits for the others any more where one failed, or somebody cancelled.
            pool.shutdown(wait=False, cancel_futures=True)
    return found


def _together(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """The longest first; short ones several at a time, because a process of its own costs as much as a page."""
    some: list[Part] = []
    for part in sorted(parts, key=lambda one: len(one.html), reverse=True):
        if some and sum(len(one.html) for one in [*some, part]) > TOGETHER:
            yield some
            some = []
        some.append(part)
    if some:
        yield some


def _draw(press: Press, parts: Sequence[Part], until: float) -> Made:
    return press.draw(*((one.name, one.html) for one in parts), seconds=until - time.monotonic())
