"""Keys for tests of signatures."""

from app import clock
from app.keys.certificates import make
from app.keys.service import Signer


def a_signer(name: str = "Sample College of Almaty") -> Signer:
    pair = make(name, now=clock.now())
    return Signer(pair.certificate, pair.private, pair.fingerprint)
