"""The OpenAPI document of the API: how a program shows who it is, on every operation."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.config import Settings
from app.web.csrf import cookie_name

SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
"""One of the two is needed."""


def describe(app: FastAPI, settings: Settings, session_cookie: str) -> None:
    """Make the document once, when it is first asked for."""
    schemes = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token of one's account, for one organisation."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie_name(settings, session_cookie),
            "description": "The session of a browser. Changes also need its token in X-CSRF-Token.",
        },
    }

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            made.setdefault("components", {})["securitySchemes"] = schemes
            made["security"] = SECURITY
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # how FastAPI lets a document be changed
