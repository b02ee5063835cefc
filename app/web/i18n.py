"""Which language a request is answered in: the person's choice (a cookie), else what the browser asks for, else English."""

from typing import Annotated

from babel import negotiate_locale
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app import i18n
from app.config import Settings
from app.web.csrf import cookie_name
from app.web.redirects import local_path

COOKIE = "language"
YEAR = 365 * 24 * 3600
router = APIRouter(include_in_schema=False)


def chosen_language(request: Request) -> str | None:
    """The language a person chose in this browser; None when nobody has."""
    return request.cookies.get(cookie_name(request.app.state.settings, COOKIE))


def negotiate(request: Request) -> str:
    """The language for a request."""
    chosen = chosen_language(request)
    if chosen in i18n.LANGUAGES:
        return chosen
    wanted = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    return negotiate_locale([one for one in wanted if one], i18n.LANGUAGES, sep="-") or i18n.DEFAULT


class SpeakLanguage:
    """Runs each request in its language."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with i18n.use(negotiate(Request(scope))):
            await self.app(scope, receive, send)


@router.post("/language", name="choose_language")
def choose_language(
    request: Request, language: Annotated[str, Form()], back: Annotated[str, Form(alias="next")] = "/"
) -> RedirectResponse:
    """Remember the language and return to the same place."""
    answer = RedirectResponse(local_path(back), status_code=303)
    if language in i18n.LANGUAGES:
        remember_language(answer, request.app.state.settings, language)
    return answer


def remember_language(answer: Response, settings: Settings, language: str) -> None:
    """Answer this browser in the language from now on."""
    name = cookie_name(settings, COOKIE)
    answer.set_cookie(name, language, max_age=YEAR, httponly=True, samesite="lax", secure=settings.https, path="/")
