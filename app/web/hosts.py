"""Requests that name another site than ours are refused: a Host header that is believed leads people elsewhere."""

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.config import Settings
from app.i18n import gettext as _
from app.web.problems import problem_answer

ANY_HOST = ("/healthz", "/readyz")
"""What is asked from the same machine by its number, and says nothing."""
USUAL_PORTS = {"https": 443, "http": 80}


def site_of(base_url: str) -> str:
    """Host and port of an address as they are compared: small letters, the usual port left out."""
    parts = urlsplit(base_url)
    return _without_port(parts.netloc, parts.scheme)


def _without_port(host: str, scheme: str) -> str:
    return host.strip().lower().removesuffix(f":{USUAL_PORTS.get(scheme, 80)}").removesuffix(".")


class OnlyOurHost:
    """Answers 421 (RFC 9110, section 15.5.20) unless the one Host header names the site of `settings.base_url`.

    Only in production: a developer reaches a machine by many names, and no link ever comes from the header anyway.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self.scheme = urlsplit(settings.base_url).scheme
        self.site = site_of(settings.base_url)
        self.on = settings.environment == "production"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.on and scope["path"] not in ANY_HOST:
            named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
            if [_without_port(one, self.scheme) for one in named] != [self.site]:
                detail = _("This address belongs to another site. Use the address that you were given.")
                answer = problem_answer(Request(scope), HTTPStatus.MISDIRECTED_REQUEST, detail)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)
