"""Keeping the folder of previews small, by the worker."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.config import Settings
from app.files.previews import Previews
from app.files.storage import Storage


def previews_of(settings: Settings) -> Previews:
    """The previews of this installation."""
    return Previews(settings.previews_dir, Storage(settings.files_dir), room=settings.preview_room)


class SweptPreviews:
    """A chore: deletes the pictures that were looked at longest ago. It needs no rows."""

    def __init__(self, settings: Settings) -> None:
        self.previews = previews_of(settings)

    def __call__(self, session: Session, now: datetime) -> int:
        """All at once: what is swept leaves nothing for a second time."""
        del session, now
        self.previews.sweep()
        return 0
