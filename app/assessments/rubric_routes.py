"""Rubrics of one's own: the list with the form to bring one in, the template, the file back again; and both for programs."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel

from app import clock
from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.exports import Counted, note_export
from app.accounts.policy import Permission
from app.accounts.signed_in import CurrentActor
from app.assessments import own_rubrics, rubric_access
from app.assessments.models import OrganisationRubric
from app.errors import Finding, Invalid
from app.files.checks import clean_name
from app.i18n import current
from app.i18n import gettext as _
from app.rubrics.importing.bring import bring
from app.rubrics.importing.ciso import MAX_BYTES
from app.rubrics.importing.writing import as_yaml, template
from app.rubrics.model import in_language
from app.web.forms import FormDep
from app.web.if_match import PROBLEMS
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import AsideDep, SessionDep
from app.web.templates import render

router = APIRouter(tags=["rubrics"])
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class OwnRubric:
    """A line of the list."""

    id: int
    reference: str
    title: str
    digest: str
    criteria: int
    mandatory: int
    generic: int
    file_name: str
    uploaded_at: datetime
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnRubricsPage:
    """The rubrics of an organisation, and what was wrong with a file that was refused."""

    organisation_id: int
    organisation: str
    may_edit: bool
    rubrics: tuple[OwnRubric, ...]
    findings: tuple[Finding, ...] = ()
    file_name: str = ""


def _line(row: OrganisationRubric) -> OwnRubric:
    rubric = own_rubrics.rubric_in(row)
    criteria = list(rubric.criteria())
    return OwnRubric(
        id=row.id,
        reference=rubric.reference,
        title=in_language(rubric.of.title, current()),
        digest=row.digest,
        criteria=len(criteria),
        mandatory=sum(one.mandatory for one in criteria),
        generic=sum(one.generic_levels for one in criteria),
        file_name=row.file_name,
        uploaded_at=row.uploaded_at,
        notes=tuple(row.notes),
    )


def _page(
    request: Request,
    session: SessionDep,
    actor: Actor,
    organisation_id: int,
    findings: tuple[Finding, ...] = (),
    file_name: str = "",
    status: int = 200,
) -> Response:
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.READ_RUBRICS)
    page = OwnRubricsPage(
        organisation_id=organisation.id,
        organisation=organisation.name,
        may_edit=accounts.permits(session, actor, Permission.MANAGE_RUBRICS, organisation.id),
        rubrics=tuple(_line(row) for row in rubric_access.own_rubrics(session, organisation.id)),
        findings=findings,
        file_name=file_name,
    )
    return render(request, "assessments/own_rubrics.html", page, status=status)


@router.get("/organisations/{organisation_id}/rubrics", name="own_rubrics", include_in_schema=False)
def show(request: Request, session: SessionDep, actor: CurrentActor, organisation_id: int) -> Response:
    """The rubrics an organisation brought in."""
    return _page(request, session, actor, organisation_id)


@router.post("/organisations/{organisation_id}/rubrics", name="bring_rubric", include_in_schema=False)
def bring_in(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int, data: FormDep
) -> Response:
    """Bring in a file; every problem of it is shown with its place."""
    organisation = accounts.get_organisation(session, actor, organisation_id, Permission.MANAGE_RUBRICS)
    upload = data.get("file")
    if upload is None or isinstance(upload, str) or not upload.filename:
        finding = Finding("file", 0, 0, "", _("no file was chosen"), _("choose a workbook, CSV or YAML file"))
        return _page(request, session, actor, organisation_id, (finding,), "", 422)
    name = clean_name(upload.filename)
    try:
        day = clock.today().isoformat()
        brought = bring(upload.file.read(MAX_BYTES + 1), name, library, day=day)
        own_rubrics.keep(session, organisation, brought, name, actor, now=clock.now())
    except Invalid as wrong:
        return _page(request, session, actor, organisation_id, tuple(wrong.findings), name, 422)
    except own_rubrics.AlreadyThere as there:
        findings = (Finding(name, 0, 0, "", there.message, _("give it a new edition")),)
        return _page(request, session, actor, organisation_id, findings, name, 409)
    return see_other(request, "own_rubrics", organisation_id=organisation.id)


@router.get("/rubric-template.xlsx", name="rubric_template", include_in_schema=False)
def workbook(actor: CurrentActor) -> Response:  # noqa: ARG001 - only people who are signed in
    """The workbook to fill."""
    headers = {"content-disposition": 'attachment; filename="sapa-rubric.xlsx"'}
    return Response(template(), media_type=WORKBOOK, headers=headers)


@router.get("/own-rubrics/{own_id}.yaml", name="own_rubric_file", include_in_schema=False, dependencies=[Counted])
def as_file(session: SessionDep, aside: AsideDep, actor: CurrentActor, own_id: int) -> Response:
    """A rubric that was brought in, as YAML."""
    own = rubric_access.get_own_rubric(session, actor, own_id)
    rubric = own_rubrics.rubric_in(own)
    subject, data = f"rubric:{own.id}", {"rubric": rubric.reference, "format": "yaml"}
    note_export(aside, actor, "rubric.exported", of_chain=own.organisation_id, subject=subject, data=data)
    headers = {"content-disposition": f'attachment; filename="{rubric.id}-{rubric.edition}.yaml"'}
    return Response(as_yaml(rubric), media_type="application/yaml; charset=utf-8", headers=headers)


class OwnRubricOut(BaseModel):
    """A rubric that an organisation brought in; `notes` say what of its file could not be carried over."""

    id: int
    reference: str
    title: str
    digest: str
    criteria: int
    generic: int
    notes: list[str]


def _out(row: OrganisationRubric) -> OwnRubricOut:
    line = _line(row)
    return OwnRubricOut(
        id=line.id,
        reference=line.reference,
        title=line.title,
        digest=line.digest,
        criteria=line.criteria,
        generic=line.generic,
        notes=list(line.notes),
    )


@router.get("/api/v1/organisations/{organisation_id}/rubrics", responses=PROBLEMS)
def list_own(session: SessionDep, actor: CurrentActor, organisation_id: int) -> list[OwnRubricOut]:
    """The rubrics an organisation brought in, newest first."""
    organisation = accounts.get_own_organisation(session, actor, organisation_id, Permission.READ_RUBRICS)
    return [_out(row) for row in rubric_access.own_rubrics(session, organisation.id)]


@router.post("/api/v1/organisations/{organisation_id}/rubrics", status_code=201, responses=PROBLEMS)
def bring_by_api(
    session: SessionDep, library: LibraryDep, actor: CurrentActor, organisation_id: int, file: UploadFile
) -> OwnRubricOut:
    """Bring in a workbook, CSV, YAML or CISO Assistant library."""
    organisation = accounts.get_organisation(session, actor, organisation_id, Permission.MANAGE_RUBRICS)
    name = clean_name(file.filename or "rubric")
    brought = bring(file.file.read(MAX_BYTES + 1), name, library, day=clock.today().isoformat())
    return _out(own_rubrics.keep(session, organisation, brought, name, actor, now=clock.now()))
