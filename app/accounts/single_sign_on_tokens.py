"""ID tokens (OpenID Connect Core 1.0, section 3.1.3.7): what an issuer vouches for, once everything in it was checked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from app.accounts.access import fold
from app.accounts.single_sign_on_client import Client, Discovery, Issuers, short_code
from app.accounts.single_sign_on_reasons import Reason, SignOnFailed

ALGORITHMS = ("RS256", "ES256", "PS256")
"""Signatures with a key pair. Never "none", and never HS256, for which the client's secret would be enough."""
LEEWAY = timedelta(minutes=1)
"""How far two clocks may be apart."""
OLDEST = timedelta(minutes=10)
"""A token is made after the sign-on began, and a sign-on lasts no longer."""
LONGEST_SUBJECT, LONGEST_EMAIL, LONGEST_NAME = 255, 254, 200


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom an issuer vouches for. `several_factors` is True when it says that more than a password was asked for."""

    subject: str
    email: str
    name: str
    several_factors: bool


class _KeyUnknown(SignOnFailed):
    """None of the keys we know made the signature."""


def vouched(issuers: Issuers, client: Client, found: Discovery, answer: dict[str, Any], nonce: str, *, now: datetime) -> Vouched:
    """The person of the token endpoint's answer. Raises SignOnFailed."""
    written = answer.get("id_token")
    if not isinstance(written, str):
        raise SignOnFailed(Reason.TOKEN_CLAIMS, "id_token")
    try:
        token = _read(written, issuers.keys(found, now=now))
    except _KeyUnknown:
        # The issuer may have changed its keys since we asked.
        token = _read(written, issuers.keys(found, now=now, again=True))
    claims = _checked(token, client, answer.get("access_token"), nonce, now)
    return _person(claims, client)


def _read(written: str, keys: KeySet) -> jwt.Token:
    """The token, whose signature is right. Raises _KeyUnknown, or another SignOnFailed."""
    try:
        # The registry's list of algorithms counts: next to a registry the argument of the same name is not looked at.
        return jwt.decode(written, keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False))
    except InvalidKeyIdError:
        raise _KeyUnknown(Reason.TOKEN_SIGNATURE, "key") from None
    except (JoseError, ValueError, TypeError, RecursionError):
        raise SignOnFailed(Reason.TOKEN_SIGNATURE) from None


def _checked(token: jwt.Token, client: Client, access_token: object, nonce: str, now: datetime) -> dict[str, Any]:
    """The claims: issuer, audience, authorised party, times and nonce are right."""
    options = {
        "iss": {"essential": True, "value": client.issuer},
        "aud": {"essential": True, "value": client.client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "nonce": {"essential": True, "value": nonce},
    }
    params = {"client_id": client.client_id, "nonce": nonce, "access_token": access_token}
    claims = CodeIDToken(token.claims, token.header, options, params)
    moment = int(now.timestamp())
    try:
        claims.validate(moment, int(LEEWAY.total_seconds()))
    except JoseError as wrong:
        raise SignOnFailed(Reason.TOKEN_CLAIMS, short_code(getattr(wrong, "claim", "")) or wrong.error) from None
    except (ValueError, TypeError, AttributeError):
        raise SignOnFailed(Reason.TOKEN_CLAIMS) from None
    if claims["iat"] < moment - (OLDEST + LEEWAY).total_seconds():
        raise SignOnFailed(Reason.TOKEN_CLAIMS, "iat")
    return dict(claims)


def _person(claims: dict[str, Any], client: Client) -> Vouched:
    subject, email, name = claims["sub"], claims.get("email"), claims.get("name")
    if not _is_line(subject, LONGEST_SUBJECT):
        raise SignOnFailed(Reason.TOKEN_CLAIMS, "sub")
    # A text "true" or the number 1 is no confirmation.
    address = fold(email) if isinstance(email, str) else ""
    if claims.get("email_verified") is not True or not _is_line(address, LONGEST_EMAIL):
        raise SignOnFailed(Reason.ADDRESS_UNVERIFIED)
    if domain_of(address) not in client.domains:
        raise SignOnFailed(Reason.ADDRESS_FOREIGN)
    methods = claims.get("amr")
    several = isinstance(methods, list) and "mfa" in methods
    shown = name.strip() if isinstance(name, str) and _is_line(name.strip(), LONGEST_NAME) else ""
    return Vouched(subject, address, shown or address.partition("@")[0], several)


def _is_line(text: object, longest: int) -> bool:
    return isinstance(text, str) and 0 < len(text) <= longest and text.isprintable()


def domain_of(email: str) -> str:
    """The domain of an address as it is compared; empty when the text is no address."""
    local, at, domain = fold(email).rpartition("@")
    return domain if at and local and "@" not in local and not any(letter.isspace() for letter in local + domain) else ""
