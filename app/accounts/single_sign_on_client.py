"""Calls to an organisation's OpenID provider: discovery, keys, the exchange of a code.

Only the operator's setting says whom to call: every address must lie on the issuer's own origin, nothing is followed
elsewhere, and an answer is bounded in time and size.
"""

import io
import ipaddress
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from app.accounts.single_sign_on_reasons import Reason, SignOnFailed
from app.config import Settings

MOST_BYTES = 256 * 1024
AT_ONCE, LONGEST_WAIT = 8, 2.0
"""Calls to one issuer at a time, and seconds that another one waits: a slow one must not hold every thread of the service."""
LIFETIME = timedelta(hours=1)
"""How long discovery and keys are believed."""
REFRESH_AFTER = timedelta(minutes=1)
"""How old keys must be before an unknown one makes us ask again."""
LEAST_RSA_BITS = 2048
SCOPE = "openid email profile"
SHORT_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?@!$&'()*+,;=%\[\]-]{1,2000}")
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Client:
    """Who this installation is to an organisation's issuer, and whose addresses the issuer vouches for."""

    organisation_id: int
    issuer: str
    client_id: str
    secret: str
    domains: tuple[str, ...]
    return_to: str


class Discovery(BaseModel):
    """What the issuer says of itself (OpenID Connect Discovery 1.0, section 3; RFC 9207, section 3)."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _Keys(BaseModel):
    keys: list[dict[str, Any]] = Field(max_length=100)


def short_code(text: object) -> str:
    """A word of the issuer that may be shown; empty for anything longer or stranger."""
    return text if isinstance(text, str) and SHORT_CODE.fullmatch(text) else ""


def may_be_called(settings: Settings, address: str) -> bool:
    """Whether the address is https, or plain http to this machine outside production; without user, fragment or odd letters."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or not _ADDRESS.fullmatch(address):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and settings.environment != "production" and _is_here(host))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin(address: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port


class _Bounded(HTTPAdapter):
    """Follows no redirect, and reads an answer only so long and so far."""

    def __init__(self, seconds: float) -> None:
        super().__init__(max_retries=0)
        self.seconds = seconds

    def send(self, request: requests.PreparedRequest, *_more: Any, **_options: Any) -> requests.Response:
        ends = time.monotonic() + self.seconds
        answer = super().send(request, stream=True, timeout=self.seconds, verify=True)
        raw = answer.raw
        try:
            if answer.is_redirect or answer.status_code // 100 == 3:  # noqa: PLR2004 - the class of redirects
                raise SignOnFailed(Reason.ISSUER_WRONG, "redirect")
            # What requests reads from now on has been measured.
            answer.raw = io.BytesIO(b"".join(_pieces(raw, ends)))
        finally:
            raw.close()
        return answer


def _pieces(raw: Any, ends: float) -> Iterator[bytes]:
    size = 0
    while piece := raw.read1(16_384, decode_content=False):
        size += len(piece)
        if size > MOST_BYTES:
            raise SignOnFailed(Reason.ISSUER_WRONG, "too_large")
        if time.monotonic() > ends:
            raise SignOnFailed(Reason.ISSUER_GONE, "too_slow")
        yield piece


Session = TypeVar("Session", bound=requests.Session)


class Issuers:
    """The issuers as this process knows them; what they said of themselves is kept in memory for an hour."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[datetime, Any]] = {}
        self._turns: dict[str, threading.BoundedSemaphore] = {}

    def discovery(self, issuer: str, *, now: datetime) -> Discovery:
        """What the issuer says of itself. Raises SignOnFailed."""
        return self._remember(f"discovery {issuer}", now, LIFETIME, lambda: self._discover(issuer))

    def keys(self, found: Discovery, *, now: datetime, again: bool = False) -> KeySet:
        """The issuer's keys; `again` asks anew unless that was done a moment ago. Raises SignOnFailed."""
        lifetime = REFRESH_AFTER if again else LIFETIME
        return self._remember(f"keys {found.jwks_uri}", now, lifetime, lambda: self._fetch_keys(found))

    def exchange(self, client: Client, found: Discovery, code: str, verifier: str) -> dict[str, Any]:
        """The issuer's answer to a code (RFC 6749, section 4.1.3; RFC 7636, section 4.5). Raises SignOnFailed."""
        methods = found.token_endpoint_auth_methods_supported
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        opened = OAuth2Session(client.client_id, client.secret, token_endpoint_auth_method=method)
        with self._calling(found.issuer, opened) as session:
            try:
                token: dict[str, Any] = session.fetch_token(
                    found.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    redirect_uri=client.return_to,
                )
            except OAuthError as refused:
                raise SignOnFailed(Reason.CODE_REFUSED, short_code(refused.error)) from None
            except (ValueError, TypeError, RecursionError):
                raise SignOnFailed(Reason.ISSUER_WRONG, "token_answer") from None
        return token

    def _remember(self, name: str, now: datetime, lifetime: timedelta, ask: Callable[[], Kept]) -> Kept:
        with self._lock:
            known = self._kept.get(name)
        if known is not None and known[0] <= now < known[0] + lifetime:
            kept: Kept = known[1]
            return kept
        fresh = ask()
        with self._lock:
            self._kept[name] = (now, fresh)
        return fresh

    def _discover(self, issuer: str) -> Discovery:
        self._refuse_foreign(issuer, issuer)
        try:
            found = Discovery.model_validate_json(self._get(issuer, issuer.rstrip("/") + "/.well-known/openid-configuration"))
        except ValidationError:
            raise SignOnFailed(Reason.ISSUER_WRONG, "discovery") from None
        if found.issuer != issuer:
            raise SignOnFailed(Reason.ISSUER_WRONG, "issuer")
        for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            self._refuse_foreign(issuer, address)
        return found

    def _fetch_keys(self, found: Discovery) -> KeySet:
        try:
            listed = _Keys.model_validate_json(self._get(found.issuer, found.jwks_uri))
            keys: list[Key] = [key for one in listed.keys if (key := _usable_key(one)) is not None]
        except (ValidationError, JoseError, ValueError, TypeError, KeyError):
            raise SignOnFailed(Reason.ISSUER_WRONG, "keys") from None
        if not keys:
            raise SignOnFailed(Reason.ISSUER_WRONG, "keys")
        return KeySet(keys)

    def _refuse_foreign(self, issuer: str, address: str) -> None:
        if not may_be_called(self._settings, address) or origin(address) != origin(issuer):
            raise SignOnFailed(Reason.ISSUER_WRONG, "host")

    def _get(self, issuer: str, address: str) -> bytes:
        with self._calling(issuer, requests.Session()) as session:
            answer = session.get(address, headers={"accept": "application/json"})
        if answer.status_code != requests.codes.ok:
            raise SignOnFailed(Reason.ISSUER_WRONG, f"status_{answer.status_code}")
        return answer.content

    @contextmanager
    def _calling(self, issuer: str, session: Session) -> Iterator[Session]:
        """The session, bounded; whatever goes wrong on the way is ISSUER_GONE."""
        seconds = self._settings.sign_on_timeout_seconds
        with self._lock:
            turn = self._turns.setdefault(issuer, threading.BoundedSemaphore(AT_ONCE))
        if not turn.acquire(timeout=min(seconds, LONGEST_WAIT)):
            raise SignOnFailed(Reason.ISSUER_GONE, "busy")
        try:
            with session:
                # Neither proxies nor passwords from the machine's environment: what is called is what was set.
                session.trust_env = False
                session.headers["accept-encoding"] = "identity"
                for prefix in ("https://", "http://"):
                    session.mount(prefix, _Bounded(seconds))
                yield session
        except (requests.RequestException, HTTPError, OSError):
            raise SignOnFailed(Reason.ISSUER_GONE) from None
        finally:
            turn.release()


def _usable_key(described: dict[str, Any]) -> RSAKey | ECKey | None:
    """The public key of a description (RFC 7517); None for a kind that no allowed algorithm uses, or a weak one."""
    if described.get("use", "sig") != "sig":
        return None
    if described.get("kty") == "EC" and described.get("crv") == "P-256":
        return ECKey.import_key(described)
    if described.get("kty") != "RSA":
        return None
    key = RSAKey.import_key(described)
    return key if key.public_key.key_size >= LEAST_RSA_BITS else None
