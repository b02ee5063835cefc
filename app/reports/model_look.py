"""The report's object of an organisation's own cover: its logo, its colour, its words."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """What an organisation puts on its covers. `logo` is a PNG as a data address; what is None is Sapa's own or nothing."""

    logo: str | None = None
    colour: str | None = None
    words: str | None = None
    is_broken: bool = False
    """Whether there is a logo that cannot be drawn any more."""

    @property
    def digest(self) -> str:
        """Names this look: a report made with another one is another file."""
        told = [one or "" for one in (self.logo, self.colour, self.words)] + (["broken"] if self.is_broken else [])
        return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]


PLAIN = Look()
