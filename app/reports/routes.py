"""Pages and files of results: all come from one `Report`, so page, PDF and JSON show the same figures."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app import clock
from app.accounts.exports import Counted
from app.accounts.signed_in import CurrentActor
from app.assessments import access, pages, panels
from app.assessments.answers import library_for
from app.assessments.transfer import to_portable_for
from app.i18n import current
from app.jobs import alive
from app.reports import charts, comparing, coverage_words, files, service
from app.reports.build import build
from app.reports.coverage import ISO
from app.reports.kinds import Kind, Page, offers
from app.reports.prepared import Asked
from app.web.forms import OptionalNumber
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
        coverage_words=coverage_words,
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
    return render(
        request,
        "reports/pages/downloads.html",
        page,
        offers=offers(has_iso=any(one.reference.startswith(ISO) for one in assessment.rubrics)),
        earlier=comparing.offered(session, actor, assessment),
        is_made_later=alive.is_alive(session, now=clock.now()),
        panels=panels.shown(
            request.app.state.panels, panels.Asked(session, library, actor, assessment), [panels.Place.DOWNLOADS]
        ),
    )


@router.get("/assessments/{assessment_id}/report.{ending}", name="report_file", dependencies=[Counted])
def report_file(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    session: SessionDep,
    aside: AsideDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    ending: service.Format,
    kind: Kind = "full",
    lang: Language | None = None,
    against: Annotated[OptionalNumber, Query()] = None,
    page: Page = "a4",
) -> Response:
    """A report as a file. What changed is told since the assessment `against`, or since the one that this one follows."""
    asked = Asked(ending, kind, lang or current(), page, against)
    return files.make_file(session, aside, settings, library, actor, assessment_id, asked)
