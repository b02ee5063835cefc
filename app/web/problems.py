"""Errors become answers here and nowhere else: a page for people, RFC 9457 problem details for programs."""

import secrets
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException as StarletteHTTPException

from app import errors
from app.i18n import gettext as _
from app.i18n import use
from app.web.forms import whole_number
from app.web.headers import headers_for
from app.web.i18n import negotiate
from app.web.templates import render

log = structlog.get_logger()
STATUS: dict[type[errors.Problem], HTTPStatus] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.TooLarge: HTTPStatus.CONTENT_TOO_LARGE if hasattr(HTTPStatus, "CONTENT_TOO_LARGE") else HTTPStatus(413),
    errors.UnsupportedType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    errors.PreconditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
    errors.SignInNeeded: HTTPStatus.UNAUTHORIZED,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(problem: errors.Problem) -> HTTPStatus:
    """The status of the nearest kind of problem; 422 for input that cannot be used."""
    return next((STATUS[kind] for kind in type(problem).__mro__ if kind in STATUS), HTTPStatus(422))


def titles() -> dict[int, str]:
    """What each status says to people."""
    return {
        400: _("The request cannot be read"),
        401: _("Please sign in"),
        403: _("This is not allowed"),
        404: _("Not found"),
        405: _("This cannot be done here"),
        409: _("Somebody was faster"),
        412: _("Somebody was faster"),
        413: _("Too large"),
        415: _("This type of file is not accepted"),
        421: _("Not this site"),
        422: _("This cannot be used"),
        428: _("The version is missing"),
        429: _("Too many attempts"),
        500: _("Something went wrong here"),
        503: _("Not available at the moment"),
    }


def wants_json(request: Request) -> bool:
    """Whether a program asks."""
    return request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", "text/html")


def problem_answer(request: Request, status: int, detail: str, **more: Any) -> Response:
    """The answer for a problem."""
    title = titles().get(status, _("Something went wrong here"))
    if wants_json(request):
        content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
        return JSONResponse(content, status_code=status, media_type="application/problem+json")
    findings = more.get("findings", [])
    return render(request, "errors/problem.html", status=status, title=title, detail=detail, findings=findings)


def install(app: FastAPI) -> None:
    """Answer every error of this application."""
    app.add_exception_handler(errors.Problem, on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(StarletteHTTPException, _on_http)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(OverflowError, _on_huge_number)
    app.add_exception_handler(DataError, _on_huge_number)
    app.add_exception_handler(OperationalError, _on_database)
    app.add_exception_handler(PoolTimeout, _on_database)
    app.add_exception_handler(Exception, _on_unexpected)


def on_problem(request: Request, problem: Exception) -> Response:
    """The answer for what an error of app.errors says."""
    assert isinstance(problem, errors.Problem)  # noqa: S101 - registered for this type
    more: dict[str, Any] = {}
    if isinstance(problem, errors.Invalid):
        more["findings"] = [str(finding) for finding in problem.findings]
    answer = problem_answer(request, status_of(problem), problem.message, **more)
    wait = getattr(problem, "wait", None)
    if wait is not None:
        answer.headers["retry-after"] = str(wait)
    return answer


def _on_validation(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, RequestValidationError)  # noqa: S101 - registered for this type
    if any(one["loc"][0] == "path" for one in wrong.errors()):
        return problem_answer(request, 404, _("There is no such page."))
    # The value itself is not repeated: it may be a password, and it may be large.
    found = [{"where": ".".join(str(part) for part in one["loc"]), "problem": one["msg"]} for one in wrong.errors()]
    told = [f"{one['where']}: {one['problem']}" for one in found]
    return problem_answer(request, 422, _("Some of the values cannot be used."), findings=told)


def _on_http(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, StarletteHTTPException)  # noqa: S101 - registered for this type
    detail = {
        400: _("The request cannot be read. Please try again."),
        404: _("There is no such page."),
        405: _("This address does not answer to that kind of request."),
        413: _("The request is larger than is accepted."),
    }.get(wrong.status_code, str(wrong.detail))
    answer = problem_answer(request, wrong.status_code, detail)
    for name, value in (wrong.headers or {}).items():
        answer.headers[name] = value
    return answer


def _on_huge_number(request: Request, failed: Exception) -> Response:
    """A number that no database could have given a row is the number of no row."""
    if not any(told in str(failed) for told in ("SQLite INTEGER", "integer out of range", "bigint out of range")):
        raise failed
    return problem_answer(request, 404, _("There is no such page."))


def _on_database(request: Request, failed: Exception) -> Response:
    """A database that is busy or gone for a moment is worth another try; any other fault of it is ours."""
    lost = isinstance(failed, DBAPIError) and failed.connection_invalidated
    if not lost and not isinstance(failed, PoolTimeout) and "database is locked" not in str(failed):
        raise failed
    log.warning("database unavailable", **place_of(request), reason=str(failed)[:200])
    detail = _("The database did not answer in time. Nothing was saved; please try again.")
    answer = problem_answer(request, HTTPStatus.SERVICE_UNAVAILABLE, detail)
    answer.headers["retry-after"] = "2"
    return answer


def _on_unexpected(request: Request, failed: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("unexpected error", reference=reference, **place_of(request), exc_info=failed)
    with use(negotiate(request)):
        detail = _("The fault is ours and was recorded as {reference}. What you typed before is saved.")
        answer = problem_answer(request, 500, detail.format(reference=reference))
    # This handler runs outside the middleware that sets the headers of every other answer.
    for name, value in headers_for(https=request.app.state.settings.https).items():
        answer.headers[name] = value
    answer.headers["cache-control"] = "no-store"
    return answer


def place_of(request: Request) -> dict[str, Any]:
    """Where a request went, for the log: the route and its numbers, never the address itself, which may hold a link's token."""
    numbers = {name: value for name, value in request.path_params.items() if whole_number(str(value)) is not None}
    return {"method": request.method, "route": getattr(request.scope.get("route"), "path", ""), **numbers}
