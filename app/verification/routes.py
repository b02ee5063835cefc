"""Anybody may ask whether a PDF is genuine, and what the code on it stands for. Nothing of the file is stored."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from app import clock
from app.accounts.attempts import count_asked
from app.accounts.visitors import CheckedVisitor, show_to_visitor
from app.db import Database
from app.errors import Problem
from app.i18n import current
from app.i18n import gettext as _
from app.keys import access as keys
from app.reports.verify import Verification, verify
from app.reports.verify_reading import LARGEST, NotAReport
from app.rubrics.model import in_language
from app.verification import access
from app.verification.access import Issued
from app.web.forms import FormDep
from app.web.later import Few, Later
from app.web.library import LibraryDep
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
AT_ONCE, WAITING, SECONDS = 2, 10, 45.0
_NOT_FOR_ROBOTS = {"x-robots-tag": "noindex, nofollow"}


def few() -> Few:
    """How many PDFs one process verifies at once."""
    return Few(AT_ONCE, waiting=WAITING, seconds=SECONDS)


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """The form, and what was found; `problem` says why nothing could be."""

    found: Verification | None = None
    file_name: str = ""
    problem: str | None = None


@router.get("/verify", name="verify")
def show_verify(request: Request) -> Response:
    """The form."""
    return show_to_visitor(request, "verification/verify.html", VerifyPage())


@router.post("/verify")
def verify_file(
    request: Request, settings: SettingsDep, library: LibraryDep, data: FormDep, _checked: CheckedVisitor
) -> Response:
    """Look at the file. What is asked is counted in a transaction of its own; none is open while the file is read."""
    database: Database = request.app.state.database
    address = request.client.host if request.client else ""
    with database.write() as session:
        count_asked(session, settings, "verify", address, most=settings.verify_attempts_address, now=clock.now())
        known = {one.fingerprint: one.organisation for one in keys.known(session)}
    upload = data.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return _refused(request, _("Choose a file."))
    content, name = upload.file.read(LARGEST + 1), upload.filename[:200]
    if len(content) > LARGEST:
        return _refused(request, _("The file is larger than {limit} MB.").format(limit=LARGEST // 1024**2), status=413)

    def make(_seconds: float) -> Response:
        try:
            found = verify(content, library, known)
        except Problem as wrong:
            return _refused(request, wrong.message, status=422 if isinstance(wrong, NotAReport) else 503)
        return show_to_visitor(request, "verification/verify.html", VerifyPage(found, name))

    return Later(request, request.app.state.few_verified, make)


def _refused(request: Request, problem: str, *, status: int = 422) -> Response:
    return show_to_visitor(request, "verification/verify.html", VerifyPage(problem=problem), status=status)


@dataclass(frozen=True, slots=True)
class IssuedPage:
    """What was issued, with its title in the reader's language."""

    issued: Issued
    title: str


@router.get("/verify/{token}", name="issued")
def show_issued(request: Request, session: SessionDep, token: str) -> Response:
    """What the code on a report stands for: what was issued and whether it was superseded, nothing more."""
    issued = access.get_issued(session, token)
    answer = render(request, "verification/issued.html", IssuedPage(issued, in_language(issued.title, current())))
    answer.headers.update(_NOT_FOR_ROBOTS)
    return answer
