"""The report's object of an organisation's own cover: its logo, its colour, its words."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """What an organisation puts on its covers. `logo` is a PNG as a data address; what is None is Sapa's own or nothing."""

    logo: str | None = None
    colour: str | None = None
    words: str | None = None

    @property
    def digest(self) -> str:
        """Names this look: a report made with another one is another file."""
        return hashlib.sha256("\0".join(one or "" for one in (self.logo, self.colour, self.words)).encode()).hexdigest()[:16]


PLAIN = Look()
