"""How far the making of a report is, told by whoever makes it to whoever listens; to nobody where nobody does.

A renderer says `tell(Part.CHAPTERS, 7, 14)` and need not know whether a person waits at a page or a command at a console.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


class Part(StrEnum):
    """What is being done."""

    DATA = "data"
    """The rows are read and the figures put together."""
    FILE = "file"
    """A file without pages is written."""
    CHAPTERS = "chapters"
    """Chapters are laid out, counted."""
    PAGES = "pages"
    """The pages are laid out, or put together from their chapters."""
    SIGNATURE = "signature"
    """The file is signed."""


Listener = Callable[[Part, int | None, int | None], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def tell(part: Part, done: int | None = None, of: int | None = None) -> None:
    """Say what is being done now; where it is counted, the how-manieth of how many."""
    listener = _listener.get()
    if listener is not None:
        listener(part, done, of)


@contextmanager
def telling(listener: Listener) -> Iterator[None]:
    """Inside the block `listener` hears how far it is."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
