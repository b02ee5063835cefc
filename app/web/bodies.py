"""What the API is sent says what it is: a body of another type is refused before anything reads it."""

from http import HTTPStatus

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.i18n import gettext as _
from app.web.problems import problem_answer

ACCEPTED = ("application/json", "multipart/form-data")
WRITES = ("POST", "PUT", "PATCH", "DELETE")


class OnlyKnownBodies:
    """Answers 415 to a write to the API whose body is neither JSON nor a form with a file (RFC 9110, section 15.5.16)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in WRITES and scope["path"].startswith("/api/"):
            request = Request(scope)
            has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
            kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
            if has_body and kind not in ACCEPTED:
                detail = _("Send the body as application/json, or a file as multipart/form-data.")
                answer = problem_answer(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)
