"""Is the process alive; can it work."""

import os

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.db import Database
from app.migrate import is_current

router = APIRouter(include_in_schema=False)


@router.get("/healthz", name="healthz")
def healthz() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", name="readyz")
def readyz(request: Request) -> JSONResponse:
    """Database, migrations and storage can be used; 503 with what cannot."""
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    checks: dict[str, bool] = {}
    try:
        checks["migrations"] = is_current(database.engine)
        checks["database"] = True
    except SQLAlchemyError:
        checks["database"] = False
    checks["storage"] = os.access(settings.data_dir, os.W_OK)
    ready = all(checks.values())
    return JSONResponse({"status": "ok" if ready else "not ready", "checks": checks}, status_code=200 if ready else 503)
