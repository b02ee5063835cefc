"""Sealing what must be read again later and by nobody else: secrets of authenticator apps, of sign-on clients, mail."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.config import Settings
from app.errors import Problem
from app.i18n import gettext as _


class SealBroken(Problem):
    """What was sealed cannot be read: the installation's secret is another one now."""


def _box(settings: Settings, purpose: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"sapa/{purpose}".encode()).derive(settings.secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(settings: Settings, purpose: str, text: str) -> str:
    """The text, encrypted and authenticated with a key that the secret and the purpose give."""
    return _box(settings, purpose).encrypt(text.encode()).decode()


def unseal(settings: Settings, purpose: str, sealed: str) -> str:
    """The text again. Raises SealBroken."""
    try:
        return _box(settings, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken(_("A stored secret cannot be read: SAPA_SECRET has changed since it was stored.")) from None
