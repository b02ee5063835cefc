"""Passwords: argon2id (RFC 9106, second recommended option), at most two computed at once."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.config import Settings
from app.errors import Problem
from app.i18n import gettext as _

SHORTEST, LONGEST = 8, 128
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each computation takes 64 MiB."""


class UnfitPassword(Problem):
    """The password is too short or too long."""


class Passwords:
    """Hashes and checks passwords with the installation's settings."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(time_cost=settings.password_rounds, memory_cost=settings.password_memory_kib, parallelism=4)
        # Checked when nobody has the address, so that the answer takes as long as for an account.
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to store. Raises UnfitPassword."""
        if not SHORTEST <= len(password) <= LONGEST:
            message = _("A password has {shortest} to {longest} characters.")
            raise UnfitPassword(message.format(shortest=SHORTEST, longest=LONGEST))
        with _AT_ONCE:
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is the one; takes the same time when there is no stored hash."""
        if len(password) > LONGEST:
            return False
        with _AT_ONCE:
            try:
                return self._hasher.verify(stored or self._nobody, password) and stored is not None
            except (VerificationError, InvalidHashError):
                return False

    def is_dated(self, stored: str) -> bool:
        """Whether the hash was made with other settings than today's."""
        return self._hasher.check_needs_rehash(stored)
