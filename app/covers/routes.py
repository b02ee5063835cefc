"""The page on which an organisation sets the cover of its reports."""

from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts.actor import Actor
from app.accounts.signed_in import CurrentActor
from app.covers import access, service
from app.covers.forms import CoverForm
from app.covers.models import Cover
from app.errors import NotFound
from app.files.logos import MOST_BYTES, BadLogo, draw_logo
from app.i18n import gettext as _
from app.web.forms import FormDep, fill
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(prefix="/organisations/{organisation_id}/cover", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class CoverPage:
    """What is set, or what was typed and is wrong."""

    organisation_id: int
    organisation: str
    has_logo: bool
    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


def _typed(cover: Cover | None) -> dict[str, str]:
    if cover is None:
        return {}
    words = {f"words_{language}": text for language, text in cover.words.items()}
    return {"colour": cover.colour or "", **words}


@router.get("", name="cover")
def show(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int) -> Response:
    """The form with what is set."""
    organisation = access.get_organisation(session, actor, organisation_id)
    cover = access.cover_of(session, organisation.id)
    page = CoverPage(organisation.id, organisation.name, bool(cover and cover.logo), _typed(cover))
    return render(request, "covers/cover.html", page)


@router.get("/logo.png", name="cover_logo")
def logo(session: SessionDep, actor: CurrentActor, organisation_id: int) -> Response:
    """The logo as it is printed."""
    organisation = access.get_organisation(session, actor, organisation_id)
    cover = access.cover_of(session, organisation.id)
    if cover is None or cover.logo is None:
        raise NotFound(_("There is no logo."))
    return Response(cover.logo, media_type="image/png")


@router.post("", name="set_cover")
def set_cover(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int, data: FormDep) -> Response:
    """Set the cover. What is wrong comes back with what was typed."""
    organisation = access.get_organisation(session, actor, organisation_id)
    filled = fill(CoverForm, data)
    errors = dict(filled.errors)
    drawn = None
    try:
        drawn = _drawn(data)
    except BadLogo as wrong:
        errors["logo"] = wrong.message
    if filled.value is None or errors:
        return _again(request, session, actor, organisation_id, dict(filled.typed), errors)
    service.set_cover(session, actor, organisation, filled.value, drawn, now=clock.now())
    return see_other(request, "cover", organisation_id=organisation.id)


def _drawn(data: FormDep) -> bytes | None:
    """The logo that was sent, drawn anew; None when none was. Raises BadLogo."""
    upload = data.get("logo")
    if upload is None or isinstance(upload, str) or not upload.filename:
        return None
    return draw_logo(upload.file.read(MOST_BYTES + 1))


def _again(
    request: Request, session: SessionDep, actor: Actor, organisation_id: int, typed: dict[str, str], errors: dict[str, str]
) -> Response:
    organisation = access.get_organisation(session, actor, organisation_id)
    cover = access.cover_of(session, organisation.id)
    page = CoverPage(organisation.id, organisation.name, bool(cover and cover.logo), typed, errors)
    return render(request, "covers/cover.html", page, status=422)
