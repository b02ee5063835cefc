"""Going on to another page of this site, and to no other site."""

from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse

from app.web.session import SAFE_METHODS


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """`wanted` when it is a path of this site; a foreign address or nonsense gives `otherwise`."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or len(wanted) > 2000:  # noqa: PLR2004 - no path of ours is that long
        return otherwise
    if any(ord(letter) < ord(" ") or letter == "\\" for letter in wanted) or urlsplit(wanted).netloc:
        return otherwise
    return wanted


def place_of(request: Request) -> str:
    """The page that a person is looking at, as a path of this site with its query.

    An answer to a form stands at an address that cannot be asked for: its place is the page the form was on.
    """
    if request.method in SAFE_METHODS:
        return local_path(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    before = urlsplit(request.headers.get("referer", ""))
    if before.netloc != request.url.netloc:
        return "/"
    return local_path(before.path + (f"?{before.query}" if before.query else ""))


def see_other(request: Request, name: str, /, *, fragment: str = "", query: str = "", **path: object) -> RedirectResponse:
    """A redirect to the named page after a change (303), as a path: the host header is never trusted."""
    target = str(request.app.url_path_for(name, **path))
    return RedirectResponse(target + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else ""), status_code=303)
