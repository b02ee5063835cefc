"""Going on to another page of this site, and to no other site."""

from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """`wanted` when it is a path of this site; a foreign address or nonsense gives `otherwise`."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or len(wanted) > 2000:  # noqa: PLR2004 - no path of ours is that long
        return otherwise
    if any(ord(letter) < ord(" ") or letter == "\\" for letter in wanted) or urlsplit(wanted).netloc:
        return otherwise
    return wanted


def see_other(request: Request, name: str, /, *, fragment: str = "", query: str = "", **path: object) -> RedirectResponse:
    """A redirect to the named page after a change (303), as a path: the host header is never trusted."""
    target = str(request.app.url_path_for(name, **path))
    return RedirectResponse(target + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else ""), status_code=303)
