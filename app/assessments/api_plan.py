"""The JSON API for links to evidence and for the action plan."""

from datetime import date as day
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from app import clock
from app.accounts.signed_in import CurrentActor
from app.assessments import access, planning, service
from app.assessments.forms import LinkForm
from app.assessments.models import PlannedAction
from app.assessments.plan_forms import ActionForm, ExpectedForm
from app.errors import PreconditionFailed
from app.web.if_match import PROBLEMS, STALE, IfMatch, version_of
from app.web.library import LibraryDep
from app.web.session import SessionDep

router = APIRouter(prefix="/api/v1/assessments/{assessment_id}", tags=["assessments"])


class LinkIn(LinkForm):
    """An item of the library by its code, where in it to look, and what that proves."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"code": "E-03", "where": "p. 12", "proves": "Approved in March"}}
    )


class LinkOut(BaseModel):
    """A link; `version` is the answer's new version."""

    id: int
    code: str
    where: str | None
    proves: str | None
    version: int


class ActionIn(ActionForm):
    """An action: what will be done about a criterion, by whom, until when, and how one will know that it worked.

    A criterion has one live action: a second one is refused, the first can serve further `criteria`. `owner_id` is a person of
    the organisation, `owner` a text for everybody else. `effort` is in person-days.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {
        "criterion": "double-degree:recognition.automatic", "what": "Forbid further examinations", "owner": "Registrar",
        "due": "2027-02-15", "indicator": "No re-examination", "effort": 12, "expected_level": 3,
        "expected_evidence": [{"kind": "regulation", "note": "Recognition rules"}], "status": "open",
    }})  # fmt: skip

    version: Annotated[int, Field(exclude=True)] = 0


class ActionOut(BaseModel):
    """An action with its version, which is also its ETag. `owner` is the name of the person with `owner_id`, or a text."""

    id: int
    criterion: str
    criteria: list[str]
    what: str
    owner: Annotated[str | None, Field(validation_alias="owned_by")]
    owner_id: int | None
    due: day | None
    indicator: str | None
    expected_evidence: list[ExpectedForm]
    effort: int | None
    expected_level: int | None
    status: str
    reason: str | None
    version: int


@router.post("/answers/{criterion}/links", status_code=201, responses=PROBLEMS)
def link_evidence(
    session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, criterion: str, body: LinkIn
) -> LinkOut:
    """Link an item of the organisation's library to an answer."""
    assessment = access.get_editable(session, actor, assessment_id)
    link = service.link_evidence(session, library, assessment, criterion, body, actor, now=clock.now())
    answer = access.find_answer(session, assessment, criterion)
    version = answer.version if answer else 0
    return LinkOut(id=link.id, code=body.code, where=link.where, proves=link.proves, version=version)


@router.delete("/links/{link_id}", status_code=204, responses=PROBLEMS)
def unlink_evidence(session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, link_id: int) -> None:
    """Take a link away; the item stays in the library."""
    assessment = access.get_editable(session, actor, assessment_id)
    service.unlink_evidence(session, library, assessment, link_id, actor, now=clock.now())


@router.get("/actions", responses=PROBLEMS)
def list_actions(session: SessionDep, actor: CurrentActor, assessment_id: int) -> list[ActionOut]:
    """The action plan in its order."""
    assessment = access.get_readable(session, actor, assessment_id)
    return [_out(one) for one in access.actions(session, assessment)]


def _out(action: PlannedAction) -> ActionOut:
    return ActionOut.model_validate(action, from_attributes=True)


@router.post("/actions", status_code=201, responses=PROBLEMS)
def add_action(
    session: SessionDep, library: LibraryDep, actor: CurrentActor, response: Response, assessment_id: int, body: ActionIn
) -> ActionOut:
    """Add an action to the plan."""
    assessment = access.get_editable(session, actor, assessment_id)
    action = planning.save_action(session, library, assessment, body, actor, now=clock.now())
    response.headers["etag"] = f'"{action.version}"'
    return _out(action)


@router.put("/actions/{action_id}", responses=STALE)
def put_action(  # noqa: PLR0913, PLR0917 - the request and its dependencies
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    response: Response,
    assessment_id: int,
    action_id: int,
    body: ActionIn,
    if_match: IfMatch = None,
) -> ActionOut:
    """Change an action made from the version in If-Match."""
    assessment = access.get_editable(session, actor, assessment_id)
    form = body.model_copy(update={"version": version_of(if_match)})
    try:
        action = planning.save_action(session, library, assessment, form, actor, action_id, now=clock.now())
    except planning.ActionChanged as stale:
        raise PreconditionFailed(stale.message) from stale
    response.headers["etag"] = f'"{action.version}"'
    return _out(action)


@router.delete("/actions/{action_id}", status_code=204, responses=PROBLEMS)
def delete_action(session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, action_id: int) -> None:
    """Take an action out of the plan."""
    assessment = access.get_editable(session, actor, assessment_id)
    planning.delete_action(session, library, assessment, action_id, actor, now=clock.now())
