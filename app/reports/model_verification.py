"""The code that leads from paper to the page that says what was issued."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verification:
    """An address, and the code that says it: dark modules as one path on a square of `size` modules, quiet zone included."""

    url: str
    size: int
    path: str
