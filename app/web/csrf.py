"""Forged requests are refused.

The browser must say that the request comes from this site, and the form must carry the session's token.
"""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from app.config import Settings
from app.errors import Forbidden
from app.i18n import gettext as _
from app.web.session import SAFE_METHODS

FIELD = "csrf_token"
HEADER = "x-csrf-token"


def check_origin(request: Request, settings: Settings) -> None:
    """Refuse a change that another site's page asks for. Raises Forbidden."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden(_("This request came from another site and was refused."))
    if origin is not None and site is None and urlsplit(origin).netloc != urlsplit(settings.base_url).netloc:
        raise Forbidden(_("This request came from another site and was refused."))


async def sent_token(request: Request) -> str:
    """The token of the request: a header, or a field of the form."""
    given = request.headers.get(HEADER)
    if given is not None:
        return given
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return ""
    return str((await request.form()).get(FIELD, ""))


def same(expected: str, given: str) -> bool:
    """Compare tokens in constant time; an empty one never matches."""
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())


def refuse_unless_same(expected: str, given: str) -> None:
    """Raises Forbidden when the tokens differ."""
    if not same(expected, given):
        raise Forbidden(_("The form is out of date. Reload the page, then send it again."))


def cookie_name(settings: Settings, name: str) -> str:
    """The cookie's name: bound to this host over TLS."""
    return f"__Host-{name}" if settings.https else name


def visitor_token(request: Request, settings: Settings) -> tuple[str, str]:
    """For forms before sign-in: the visitor's cookie (made when missing) and the token that belongs to it."""
    cookie = request.cookies.get(cookie_name(settings, "visitor")) or secrets.token_urlsafe(24)
    token = hmac.new(settings.secret.encode(), cookie.encode(), hashlib.sha256).hexdigest()
    return cookie, token


def set_visitor(answer: Response, settings: Settings, cookie: str) -> None:
    """Give the visitor the cookie."""
    answer.set_cookie(cookie_name(settings, "visitor"), cookie, httponly=True, samesite="lax", secure=settings.https, path="/")
