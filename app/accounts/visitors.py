"""Forms for people who are not signed in: protected by a cookie of the visitor's, links kept out of addresses."""

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.config import Settings
from app.web import csrf
from app.web.redirects import see_other
from app.web.session import SettingsDep
from app.web.templates import render

LINK = "link"
LINK_SECONDS = 1800


async def check_visitor(request: Request, settings: SettingsDep) -> None:
    """Refuse a form that does not come from a page of ours. Raises Forbidden."""
    csrf.check_origin(request, settings)
    _cookie, token = csrf.visitor_token(request, settings)
    csrf.refuse_unless_same(token, await csrf.sent_token(request))


def show_to_visitor(request: Request, template: str, page: Any = None, *, status: int = 200, **more: Any) -> Response:
    """A page with a form for somebody who is not signed in."""
    settings: Settings = request.app.state.settings
    cookie, token = csrf.visitor_token(request, settings)
    request.state.csrf_token = token
    answer = render(request, template, page, status=status, **more)
    csrf.set_visitor(answer, settings, cookie)
    return answer


def keep_link(request: Request, settings: Settings, token: str, name: str) -> RedirectResponse:
    """Go on to the named page with the link's token in a cookie: an address is seen by too many."""
    answer = see_other(request, name)
    cookie = csrf.cookie_name(settings, f"{LINK}-{name}")
    answer.set_cookie(cookie, token, max_age=LINK_SECONDS, httponly=True, samesite="lax", secure=settings.https, path="/")
    return answer


def kept_link(request: Request, name: str) -> str:
    """The token of the link that led here; empty when there is none."""
    return request.cookies.get(csrf.cookie_name(request.app.state.settings, f"{LINK}-{name}"), "")


def forget_link(answer: Response, settings: Settings, name: str) -> None:
    """Take the link's token from the browser once it is used."""
    cookie = csrf.cookie_name(settings, f"{LINK}-{name}")
    answer.delete_cookie(cookie, path="/", secure=settings.https, httponly=True, samesite="lax")


CheckedVisitor = Annotated[None, Depends(check_visitor)]
