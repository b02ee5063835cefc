"""Headers every answer carries."""

from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
STATIC_CACHE = "public, max-age=31536000, immutable"
TWO_YEARS = "max-age=63072000; includeSubDomains"


def headers_for(*, https: bool) -> dict[str, str]:
    """The headers of every answer of a site that is reached over TLS, or is not."""
    return {**HEADERS, **({"strict-transport-security": TWO_YEARS} if https else {})}


class SecurityHeaders:
    """Adds the headers; signed-in pages are never stored by browsers or proxies."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.headers = headers_for(https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        hashed = scope["path"].startswith("/static/") and b"v=" in scope.get("query_string", b"")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                kept = hashed and message["status"] == HTTPStatus.OK
                headers.setdefault("cache-control", STATIC_CACHE if kept else "no-store")
                if headers.get("content-type") == "image/svg+xml":
                    headers["content-type"] += "; charset=utf-8"
            await send(message)

        await self.app(scope, receive, send_with_headers)
