"""Pages and files of results: all come from one `Report`, so page, PDF and JSON show the same figures."""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.signed_in import CurrentActor
from app.assessments import access, pages, trail
from app.assessments.answers import library_for
from app.assessments.models import Assessment
from app.assessments.transfer import to_portable_for
from app.audit import chain
from app.i18n import current
from app.reports import charts, issuing, service
from app.reports.approved import approval_in_force
from app.reports.build import build
from app.web.library import LibraryDep
from app.web.session import AsideDep, SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
Language = Literal["kk", "ru", "en"]


def _page(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, section: str
) -> Response:
    """A page of the report in the request's language."""
    assessment = access.get_readable(session, actor, assessment_id)
    pinned = library_for(session, library, assessment)
    built = build(to_portable_for(session, actor, assessment), pinned, current(), draft=assessment.frozen_at is None)
    report = built.report
    page = pages.assessment_page(session, library, actor, assessment, section=section)
    gauge = charts.gauge(
        report.bands, (report.conditional_from, report.ready_from), report.index, report.index_low, report.index_high
    )
    return render(
        request,
        f"reports/pages/{section}.html",
        page,
        report=report,
        gauge=gauge,
        plots={rubric.id: charts.interval_plot(charts.rubric_rows(rubric)) for rubric in report.rubrics},
        radars={rubric.id: charts.radar(rubric.standards) for rubric in report.rubrics},
        coverage_bars=[charts.coverage_bars(one.standards) for one in report.coverage],
        blank="",
        opened=request.query_params.get("open", ""),
        actions_by_number={
            one.number: action.id for one, action in zip(report.actions, access.actions(session, assessment), strict=True)
        },
    )


@router.get("/assessments/{assessment_id}/results", name="results")
def results(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """Results with charts."""
    return _page(request, session, library, actor, assessment_id, "results")


@router.get("/assessments/{assessment_id}/gaps", name="gaps")
def gaps(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """The gap register."""
    return _page(request, session, library, actor, assessment_id, "gaps")


@router.get("/assessments/{assessment_id}/evidence", name="assessment_evidence")
def evidence(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """The evidence gathered for the assessment, with where it is used."""
    return _page(request, session, library, actor, assessment_id, "evidence")


@router.get("/assessments/{assessment_id}/coverage", name="coverage")
def coverage(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """What evidence already gives elsewhere: for each crosswalk among the assessed rubrics."""
    return _page(request, session, library, actor, assessment_id, "coverage")


@router.get("/assessments/{assessment_id}/downloads", name="downloads")
def downloads(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """Every format to download."""
    assessment = access.get_readable(session, actor, assessment_id)
    page = pages.assessment_page(session, library, actor, assessment, section="downloads")
    return render(request, "reports/pages/downloads.html", page)


@router.get("/assessments/{assessment_id}/report.{ending}", name="report_file")
def report_file(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    session: SessionDep,
    aside: AsideDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    ending: service.Format,
    kind: Literal["full", "summary"] = "full",
    lang: Language | None = None,
) -> Response:
    """A report as a file."""
    assessment: Assessment = access.get_readable(session, actor, assessment_id)
    pinned = library_for(session, library, assessment)
    language = lang or current()
    portable, head = to_portable_for(session, actor, assessment), chain.head_of(session, assessment.organisation_id)
    # An approved assessment is read from what was frozen: that is no draft.
    draft, approval = assessment.frozen_at is None, approval_in_force(session, assessment)
    where = None if draft else issuing.address_of(settings, access.last_snapshot(session, assessment))
    content = service.make(
        portable,
        pinned,
        language=language,
        kind=kind,
        wanted=ending,
        draft=draft,
        approval=approval,
        audit_head=head,
        verification=where,
    )
    told = {"format": ending, "kind": kind, "language": language}
    if ending == "pdf" and not draft:
        content, by = issuing.signed_if_key(session, settings, assessment.organisation_id, content, language)
        told |= by
    trail.note_export(aside, assessment, "report.made", actor, told)
    name = f"sapa-{kind}-{assessment_id}-{language}.{ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=service.MEDIA_TYPES[ending], headers=headers)
