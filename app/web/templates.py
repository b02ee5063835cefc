"""Pages from templates: autoescaped, strict, in the request's language."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app import __version__, i18n
from app.web import formats, naming, words
from app.web.languages import marked
from app.web.redirects import place_of
from app.web.session import SAFE_METHODS
from app.web.theme import chosen_theme

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = Path(__file__).parent / "static"
LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


@cache
def environment() -> Environment:
    """The environment of pages and reports."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        i18n.gettext, i18n.ngettext, newstyle=True, pgettext=i18n.pgettext
    )
    made.filters.update(formats.FILTERS)
    made.filters.update(words.FILTERS)
    made.filters.update(naming=naming.naming, about=naming.about)
    made.globals.update(static_url=static_url, current_language=i18n.current, language_names=LANGUAGE_NAMES, version=__version__)
    return made


@cache
def static_url(name: str) -> str:
    """The address of a static file; it changes with the content, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def render(request: Request, template: str, page: Any = None, *, status: int = 200, **more: Any) -> HTMLResponse:
    """The page `template` with its typed page object as `page`."""
    viewer = getattr(request.state, "viewer", None)
    html = (
        environment()
        .get_template(template)
        .render(
            page=page,
            viewer=viewer,
            timezone=request.app.state.settings.timezone,
            csrf_token=csrf_of(request),
            here=place_of(request),
            # The answer to a form stands at an address of its own: there the browser does not know where one was.
            was_asked=request.method in SAFE_METHODS,
            theme=chosen_theme(request),
            is_fragment=request.headers.get("hx-request") == "true",
            url=request.app.url_path_for,
            **more,
        )
    )
    return HTMLResponse(marked(naming.complete(html), i18n.current()), status_code=status)


def csrf_of(request: Request) -> str:
    """The token that forms of this answer carry; empty where no session has been looked at."""
    return str(getattr(request.state, "csrf_token", ""))
