"""OpenID providers on loopback: a real one in a process of its own, and one that does what an attacker would."""

import base64
import hashlib
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import requests
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from app import clock

CLIENT_ID, SECRET = "sapa", "a client secret of 32 characters"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}) for kid in ("first", "second"))
ELLIPTIC_KEY = ECKey.generate_key("P-256", {"kid": "elliptic", "use": "sig"})


@dataclass(frozen=True)
class RealProvider:
    """oidc-provider-mock, which is made of Authlib's server side. It listens at `issuer`."""

    issuer: str

    def set_user(self, subject: str, **claims: Any) -> None:
        answer = requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=10)
        assert answer.status_code == 204

    def sign_in(self, address: str, subject: str) -> str:
        """What its sign-in form does at this address: where it sends the browser."""
        return self._answer(address, {"sub": subject})

    def deny(self, address: str) -> str:
        return self._answer(address, {"action": "deny"})

    def _answer(self, address: str, data: dict[str, str]) -> str:
        answer = requests.post(address, data=data, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]


@contextmanager
def real_provider() -> Iterator[RealProvider]:
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", "0", "--require-nonce"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            port = next(found[1] for line in process.stderr if (found := re.search(r"running on http://[\w.]+:(\d+)", line)))
            # Its pipe must not fill up.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield RealProvider(f"http://localhost:{port}")
        finally:
            process.terminate()


@dataclass
class OwnProvider:
    """A provider that keeps to the standards until a test changes what it says or does."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    """Laid over the claims of its ID tokens; None takes a claim away."""
    discovery: dict[str, Any] = field(default_factory=dict)
    """Laid over its discovery document."""
    signing: Any = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    header: dict[str, Any] = field(default_factory=dict)
    keys: list[Any] = field(default_factory=lambda: [KEY, ELLIPTIC_KEY])
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    redirects: tuple[str, ...] = ()
    """Paths that answer with a redirect to another one which would give the right answer."""
    huge: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    dripping: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for."""
    meanwhile: Callable[[], None] = lambda: None
    """What happens while it is asked for a token."""
    gone: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over: what is silent need wait no longer."""

    def describe(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        addresses = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return {"issuer": self.issuer, **addresses, **self.discovery}

    def sign_in(self, address: str, **claims: Any) -> str:
        """Make a code for the person of the claims and say where the browser goes on to, as an authorization endpoint does."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self.codes)}"
        self.claims = {"email_verified": True, **claims, **self.claims}
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def answer_code(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Its token endpoint: the client, the code (once), the verifier and the return address must be right."""
        expected = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        asked = self.codes.pop(sent.get("code", ""), None)
        if authorization != f"Basic {expected}":
            return 401, {"error": "invalid_client"}
        if asked is None or sent.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        self.meanwhile()
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "wrong verifier"}
        return 200, {"access_token": "unused", "token_type": "Bearer", "expires_in": 60, "id_token": self._token(asked)}

    def _token(self, asked: dict[str, str]) -> str:
        now = int(clock.now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "sub": "s", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        said = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.signing.kid, **self.header}
        # Put together by hand: the library would refuse to write half of what the tests ask for.
        written = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, said))
        signature = JWSRegistry.algorithms[self.algorithm].sign(written, self.signing)
        return f"{written.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def secret_key() -> OctKey:
    """The client's secret as a key for HS256."""
    return OctKey.import_key(SECRET, {"kid": "first"})


class _Handler(BaseHTTPRequestHandler):
    provider: OwnProvider

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self._misbehaves(path):
            return
        if path.endswith("/.well-known/openid-configuration"):
            self._send(200, json.dumps(self.provider.describe()).encode())
        elif path.endswith("/keys"):
            self._send(200, json.dumps(KeySet(self.provider.keys).as_dict(private=False)).encode())
        else:
            self._send(404, b"{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        if self._misbehaves(urlsplit(self.path).path):
            return
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        status, answer = self.provider.answer_code(sent, self.headers.get("authorization", ""))
        self._send(status, json.dumps(answer).encode())

    def _misbehaves(self, path: str) -> bool:
        self.provider.asked.append(path)
        if path in self.provider.redirects:
            self.send_response(307)
            self.send_header("location", f"/elsewhere{path}")
            self.send_header("content-length", "0")
            self.end_headers()
        elif path in self.provider.huge:
            self._send(200, json.dumps({**self.provider.describe(), "padding": "x" * 3_000_000}).encode())
        elif path in self.provider.silent:
            self.provider.gone.wait(20)
        elif path in self.provider.dripping:
            self._drip()
        else:
            return False
        return True

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _letter in range(400):
            if self.provider.gone.wait(0.05):
                return
            self.wfile.write(b" ")
            self.wfile.flush()

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        # Who has read enough hangs up.
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_arguments: Any) -> None:
        """Nothing: the tests say what went wrong."""


@contextmanager
def own_provider() -> Iterator[OwnProvider]:
    provider = OwnProvider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.gone.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def in_time(seconds: float) -> "_Within":
    """A block that fails when it takes longer."""
    return _Within(seconds)


class _Within:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        self.began = time.monotonic()

    def __exit__(self, *_raised: object) -> None:
        assert time.monotonic() - self.began < self.seconds
