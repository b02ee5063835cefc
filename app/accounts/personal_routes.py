"""What is stored about oneself, as a file."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.accounts import personal
from app.accounts.exports import Counted
from app.accounts.models import Person
from app.accounts.signed_in import CurrentActor
from app.errors import Forbidden
from app.i18n import gettext as _
from app.web.session import AsideDep, SessionDep

router = APIRouter(include_in_schema=False)


@router.get("/account/export.json", name="account_export", dependencies=[Counted])
def export(session: SessionDep, aside: AsideDep, actor: CurrentActor) -> Response:
    """Everything stored about the person who asks, from every organisation."""
    if actor.only is not None:
        raise Forbidden(_("Your organisation's own sign-in opens only that organisation. Sign in with your password for this."))
    content = personal.as_json(session, session.get_one(Person, actor.id))
    aside.do(lambda writing: personal.note_exported(writing, actor.id, actor.id, now=actor.at))
    headers = {"content-disposition": 'attachment; filename="sapa-person.json"'}
    return Response(content, media_type="application/json; charset=utf-8", headers=headers)
