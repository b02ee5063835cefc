"""Who is asking, and within which bounds."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Person


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request, at its moment.

    `organisation_id` is the organisation chosen in the switch, None when there is none. `only` is the one organisation that
    this session or token may reach, None for all of the person's. `may_write` is False for a token that only reads.
    """

    id: int
    name: str
    email: str
    language: str
    at: datetime
    is_operator: bool = False
    organisation_id: int | None = None
    only: int | None = None
    may_write: bool = True
    session_id: int | None = None
    proved_at: datetime | None = None

    @classmethod
    def of(cls, person: Person, *, at: datetime) -> "Actor":
        """A person without bounds, for commands and tests."""
        return cls(person.id, person.name, person.email, person.language, at, person.is_operator)
