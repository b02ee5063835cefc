"""An authenticator in software: makes passkeys and signs challenges as Web Authentication says, or lies where told to."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey for one site. `flags` and `count` are what it says of itself; `origin` is what its browser says."""

    host: str = "testserver"
    origin: str = "http://testserver"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def make(self, options: dict[str, Any], **client: Any) -> str:
        """The answer to the options of adding a passkey. `client` changes what the browser says."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        said = self._said(ATTESTED) + attested
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        response = {"clientDataJSON": self._client("webauthn.create", options, client), "attestationObject": _text(made)}
        return self._answer(response)

    def show(self, options: dict[str, Any], **client: Any) -> str:
        """The answer to the options of showing a passkey."""
        data = self._client("webauthn.get", options, client)
        said = self._said()
        signed = said + hashlib.sha256(base64url_to_bytes(data)).digest()
        signature = self.key.sign(signed, ec.ECDSA(SHA256()))
        response = {"clientDataJSON": data, "authenticatorData": _text(said), "signature": _text(signature)}
        return self._answer({**response, **({"userHandle": self.handle} if self.handle else {})})

    def _said(self, more: int = 0) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any], client: dict[str, Any]) -> str:
        data = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False, **client}
        return _text(json.dumps(data).encode())

    def _answer(self, response: dict[str, str]) -> str:
        return json.dumps({"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": response})


def _text(value: bytes) -> str:
    return bytes_to_base64url(value)
