"""Pages of a file as pictures that we draw: the original is never shown by the browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.actor import Actor
from app.accounts.exports import note_export
from app.accounts.signed_in import CurrentActor
from app.errors import NotFound
from app.evidence import access
from app.evidence.models import EvidenceItem, EvidenceVersion
from app.evidence.routes import refuse_blocked
from app.files.previews import NoPreview, Preview, Previews, Size, Wanted, Why
from app.i18n import gettext as _
from app.web.forms import whole_number
from app.web.later import Few, Later
from app.web.session import Aside, AsideDep, SessionDep
from app.web.templates import render

router = APIRouter(prefix="/evidence/{item_id}/files/{number}", include_in_schema=False)
AT_ONCE, WAITING, SECONDS = 2, 30, 10.0


def few() -> Few:
    """How many previews one process makes at once."""
    return Few(AT_ONCE, waiting=WAITING, seconds=SECONDS)


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A page of a file, and the way to the others. `base` is where the file is; `problem` says why there is no picture."""

    base: str
    item: str
    back: str
    file_name: str
    page: int
    pages: int | None
    width: int
    height: int
    problem: str | None


def version_of(item: EvidenceItem, number: int) -> EvidenceVersion:
    """A version of an item that the person may open. Raises NotFound, or BlockedFile."""
    found = next((one for one in item.versions if one.number == number), None)
    if found is None:
        raise NotFound(_("There is no such file."))
    refuse_blocked(found)
    return found


def shown(request: Request, item: EvidenceItem, number: int, page: str, place: str) -> Response:
    """A page of a version of an item that the person may open. `place` is the item's address; `page` as it was asked for."""
    version = version_of(item, number)
    wanted = Wanted(version.sha256, version.media_type, whole_number(page) or 1, Size.PAGE)
    named = f"{item.code} {item.title}"
    base, file_name = f"{place}/files/{number}", version.file_name

    def make(seconds: float) -> Response:
        drawn, problem = _drawn(request, wanted, seconds)
        pages, (wide, high) = (drawn.pages, (drawn.width, drawn.height)) if drawn else (None, (0, 0))
        told = PreviewPage(base, named, place, file_name, wanted.page, pages, wide, high, problem)
        return render(request, "evidence/preview.html", told)

    return Later(request, request.app.state.few_previews, make)


def _drawn(request: Request, wanted: Wanted, seconds: float) -> tuple[Preview | None, str | None]:
    previews: Previews = request.app.state.previews
    try:
        return previews.make(wanted, wall_seconds=seconds), None
    except NoPreview as none:
        return None, none.message


def picture(request: Request, aside: Aside, actor: Actor, item: EvidenceItem, number: int, page: int, size: Size) -> Response:
    """The picture of a page. A legible one is noted in the trail, like a download. Raises NotFound."""
    version = version_of(item, number)
    wanted = Wanted(version.sha256, version.media_type, page, size)
    previews: Previews = request.app.state.previews
    tag = f'"{wanted.sha256[:16]}-{page}-{size.value}"'
    # Kept by the browser, but asked for anew each time: who may no longer see it gets nothing.
    headers = {"cache-control": "private, no-cache", "etag": tag, "content-security-policy": "sandbox; default-src 'none'"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    with _missing_is_404():
        previews.kept(wanted)
    if size is Size.PAGE:
        data = {"number": number, "sha256": version.sha256, "page": page}
        subject = f"evidence:{item.id}"
        note_export(aside, actor, "evidence.viewed", of_chain=item.organisation_id, subject=subject, data=data)

    def make(seconds: float) -> Response:
        with _missing_is_404():
            drawn = previews.make(wanted, wall_seconds=seconds)
        return Response(drawn.picture, media_type="image/webp", headers=headers)

    return Later(request, request.app.state.few_previews, make)


@contextmanager
def _missing_is_404() -> Iterator[None]:
    try:
        yield
    except NoPreview as none:
        if none.why in (Why.NO_SUCH_PAGE, Why.MISSING):
            raise NotFound(none.message) from none
        raise


@router.get("/preview", name="evidence_preview")
def show_preview(
    request: Request, session: SessionDep, actor: CurrentActor, item_id: int, number: int, page: str = "1"
) -> Response:
    """A page of the file, with the way to the others."""
    return shown(request, access.get_readable(session, actor, item_id), number, page, f"/evidence/{item_id}")


@router.get("/pages/{page}", name="evidence_page")
def show_picture(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    request: Request,
    session: SessionDep,
    aside: AsideDep,
    actor: CurrentActor,
    item_id: int,
    number: int,
    page: int,
    size: Size = Size.PAGE,
) -> Response:
    """The picture of a page."""
    return picture(request, aside, actor, access.get_readable(session, actor, item_id), number, page, size)
