"""Who approved what a report shows."""

from dataclasses import dataclass
from datetime import datetime

POSTS = ("quality_manager", "vice_rector", "rector")
"""Who signs a report on paper, in order."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A revision that was signed off. `name` and `roles` are None where they were not recorded; `digest` is what was signed."""

    revision: int
    at: datetime
    name: str | None
    roles: tuple[str, ...] | None
    digest: str

    def posts(self) -> tuple[str, ...]:
        """The posts that have not signed, for signatures on paper."""
        return tuple(one for one in POSTS if one not in (self.roles or ()))
