"""Light or dark: what a person chose in this browser (a cookie), else what the device asks for."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from app.config import Settings
from app.web.csrf import cookie_name
from app.web.i18n import YEAR
from app.web.redirects import local_path

COOKIE = "theme"
THEMES = ("light", "dark")
router = APIRouter(include_in_schema=False)


def chosen_theme(request: Request) -> str | None:
    """The theme that was chosen in this browser; None leaves it to the device."""
    settings: Settings = request.app.state.settings
    chosen = request.cookies.get(cookie_name(settings, COOKIE))
    return chosen if chosen in THEMES else None


@router.post("/theme", name="choose_theme")
def choose_theme(
    request: Request, theme: Annotated[str, Form()], back: Annotated[str, Form(alias="next")] = "/"
) -> RedirectResponse:
    """Remember the theme and return to the same place; what is no theme forgets the choice."""
    settings: Settings = request.app.state.settings
    answer = RedirectResponse(local_path(back), status_code=303)
    name = cookie_name(settings, COOKIE)
    if theme in THEMES:
        answer.set_cookie(name, theme, max_age=YEAR, httponly=True, samesite="lax", secure=settings.https, path="/")
    else:
        answer.delete_cookie(name, httponly=True, samesite="lax", secure=settings.https, path="/")
    return answer
