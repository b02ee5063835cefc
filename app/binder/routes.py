"""The binder as a file, sent while it is made."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from app.accounts.exports import Counted
from app.accounts.signed_in import CurrentActor
from app.assessments import access
from app.binder import handing, service
from app.i18n import current
from app.web.library import LibraryDep
from app.web.session import AsideDep, SessionDep, SettingsDep

router = APIRouter(include_in_schema=False)


@router.get("/assessments/{assessment_id}/binder.zip", name="binder", dependencies=[Counted])
def binder(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    session: SessionDep,
    aside: AsideDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    lang: Literal["kk", "ru", "en"] | None = None,
    kind: Literal["full", "summary", "none"] = "full",
) -> Response:
    """The report (or, with `none`, no report) with every cited file that the person may see; each is noted as downloaded."""
    assessment = access.get_readable(session, actor, assessment_id)
    language = lang or current()
    wanted = None if kind == "none" else kind
    prepared = service.prepare(session, settings, library, actor, assessment, language, wanted)
    return handing.answer(aside, actor, assessment, service.pack(settings, prepared), language)
