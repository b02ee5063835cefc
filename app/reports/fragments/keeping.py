"""The folder of fragments of this installation, and keeping it small."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.config import Settings
from app.reports.fragments.store import Store


def store_of(settings: Settings) -> Store:
    """The fragments of this installation."""
    return Store(settings.fragments_dir)


class SweptFragments:
    """A chore: deletes the fragments that are too old, or have no room. It needs no rows."""

    def __init__(self, settings: Settings) -> None:
        self.store = store_of(settings)

    def __call__(self, session: Session, now: datetime) -> int:
        """All at once: what is swept leaves nothing for a second time."""
        del session, now
        self.store.sweep()
        return 0
