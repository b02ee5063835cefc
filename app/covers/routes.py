"""The page on which an organisation sets the cover of its reports."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app import clock
from app.accounts.actor import Actor
from app.accounts.models import Organisation
from app.accounts.signed_in import CurrentActor, optional_actor
from app.covers import access, service
from app.covers.forms import CoverForm
from app.covers.models import Cover
from app.db import Database
from app.errors import Forbidden, NotFound
from app.files.logos import MOST_BYTES, BadLogo, draw_logo, is_whole
from app.i18n import gettext as _
from app.web.forms import FormDep, fill
from app.web.redirects import see_other
from app.web.session import SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(prefix="/organisations/{organisation_id}/cover", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class CoverPage:
    """What is set, or what was typed and is wrong."""

    organisation_id: int
    organisation: str
    has_logo: bool
    is_broken: bool
    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


def _page(organisation: Organisation, cover: Cover | None, typed: dict[str, str], errors: dict[str, str]) -> CoverPage:
    logo = cover.logo if cover else None
    return CoverPage(organisation.id, organisation.name, bool(logo), bool(logo and not is_whole(logo)), typed, errors)


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
    page = _page(organisation, cover, _typed(cover), {})
    return render(request, "covers/cover.html", page)


@router.get("/logo.png", name="cover_logo")
def logo(session: SessionDep, actor: CurrentActor, organisation_id: int) -> Response:
    """The logo as it is printed."""
    organisation = access.get_organisation(session, actor, organisation_id)
    cover = access.cover_of(session, organisation.id)
    if cover is None or cover.logo is None:
        raise NotFound(_("There is no logo."))
    return Response(cover.logo, media_type="image/png")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The logo that was sent, as it is kept; None when none was. `wrong` says why it cannot be a logo."""

    logo: bytes | None = None
    wrong: str | None = None


def _drawn(request: Request, settings: SettingsDep, data: FormDep, organisation_id: int) -> Drawn:
    """Draw the logo before the request's own transaction begins: while a picture is drawn, others write.

    For who may not set the cover nothing is drawn: the route refuses them.
    """
    upload = data.get("logo")
    if upload is None or isinstance(upload, str) or not upload.filename:
        return Drawn()
    database: Database = request.app.state.database
    with database.read() as session:
        actor = optional_actor(request, session, settings)
        try:
            if actor is None or not access.get_organisation(session, actor, organisation_id):
                return Drawn()
        except (NotFound, Forbidden):
            return Drawn()
    try:
        return Drawn(draw_logo(upload.file.read(MOST_BYTES + 1)))
    except BadLogo as wrong:
        return Drawn(wrong=wrong.message)


@router.post("", name="set_cover")
def set_cover(
    request: Request,
    drawn: Annotated[Drawn, Depends(_drawn)],
    session: SessionDep,
    actor: CurrentActor,
    organisation_id: int,
    data: FormDep,
) -> Response:
    """Set the cover. What is wrong comes back with what was typed."""
    organisation = access.get_organisation(session, actor, organisation_id)
    filled = fill(CoverForm, data)
    errors = dict(filled.errors) | ({"logo": drawn.wrong} if drawn.wrong else {})
    if filled.value is None or errors:
        return _again(request, session, actor, organisation_id, dict(filled.typed), errors)
    service.set_cover(session, actor, organisation, filled.value, drawn.logo, now=clock.now())
    return see_other(request, "cover", organisation_id=organisation.id)


def _again(
    request: Request, session: SessionDep, actor: Actor, organisation_id: int, typed: dict[str, str], errors: dict[str, str]
) -> Response:
    organisation = access.get_organisation(session, actor, organisation_id)
    cover = access.cover_of(session, organisation.id)
    return render(request, "covers/cover.html", _page(organisation, cover, typed, errors), status=422)
