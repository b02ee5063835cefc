"""Passwords: argon2id (RFC 9106, second recommended option), at most two computed at once."""

import threading
from collections.abc import Collection
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.config import Settings
from app.errors import Problem
from app.i18n import gettext as _

SHORTEST, LONGEST = 8, 128
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each computation takes 64 MiB."""


CONTEXT = frozenset(
    [
        "sapa",
        "сапа",
        "quality",
        "сапасы",
        "качество",
        "university",
        "университет",
        "universitet",
        "academy",
        "академия",
        "accreditation",
        "аккредитация",
        "аккредиттеу",
        "rector",
        "ректор",
        "auditor",
        "аудитор",
        "reviewer",
        "manager",
        "менеджер",
        "operator",
        "оператор",
        "admin",
        "админ",
    ]
)
"""Words that people here would choose: the product, the places, the roles. Figures and signs around one do not help."""


class UnfitPassword(Problem):
    """The password is too short, too long, or on the list of common and breached ones."""


@cache
def _known() -> frozenset[str]:
    """The common and breached passwords that zxcvbn brings along: about 30,000, folded."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - a large list that most requests never need

    return frozenset(FREQUENCY_LISTS["passwords"])


def is_common(password: str, about: Collection[str] = ()) -> bool:
    """Whether the password is on the list, or is the person's own name or address."""
    folded = password.strip().casefold()
    own = {part.casefold() for text in about for part in (text, text.partition("@")[0])}
    letters = "".join(letter for letter in folded if letter.isalpha())
    return folded in _known() or folded in own or letters in CONTEXT


def strength(password: str, about: Collection[str] = ()) -> int:
    """From 0 (guessed at once) to 4 (very hard to guess), as zxcvbn estimates it (Wheeler, USENIX Security 2016)."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - a large module that most requests never need

    if is_common(password, about):
        return 0
    # Its time grows with the length; what is longer than this is strong or repeats itself.
    return int(zxcvbn(password[:72], user_inputs=list(about))["score"])


class Passwords:
    """Hashes and checks passwords with the installation's settings."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(time_cost=settings.password_rounds, memory_cost=settings.password_memory_kib, parallelism=4)
        # Checked when nobody has the address, so that the answer takes as long as for an account.
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str, about: Collection[str] = ()) -> str:
        """The hash to store. `about` is what others know of the person, as name and address. Raises UnfitPassword."""
        if not SHORTEST <= len(password) <= LONGEST:
            message = _("A password has {shortest} to {longest} characters.")
            raise UnfitPassword(message.format(shortest=SHORTEST, longest=LONGEST))
        if is_common(password, about):
            raise UnfitPassword(_("This password is known to everybody who guesses passwords. Choose another one."))
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
