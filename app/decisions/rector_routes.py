"""The rector's page: are we ready, what blocks us, who does what by when, how sure are we."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts.signed_in import CurrentActor
from app.assessments import access, pages
from app.assessments.answers import library_for
from app.assessments.transfer import to_portable_for
from app.decisions import access as decisions
from app.decisions.rector import rector_page
from app.i18n import current
from app.jobs import alive
from app.reports import charts
from app.reports.approved import approval_in_force
from app.reports.build import build
from app.reports.html import SHOWN_BLOCKERS
from app.web.library import LibraryDep
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)


@router.get("/assessments/{assessment_id}/summary", name="summary")
def summary(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """The rector's page."""
    assessment = access.get_readable(session, actor, assessment_id)
    portable = to_portable_for(session, actor, assessment)
    approval = approval_in_force(session, assessment)
    report = build(portable, library_for(session, library, assessment), current(), draft=approval is None).report
    gauge = charts.gauge(
        report.bands, (report.conditional_from, report.ready_from), report.index, report.index_low, report.index_high
    )
    return render(
        request,
        "decisions/rector.html",
        pages.assessment_page(session, library, actor, assessment, section="summary"),
        report=report,
        rector=rector_page(report, len(portable.raters), clock.now().date()),
        gauge=gauge,
        shown_blockers=SHOWN_BLOCKERS,
        approval=approval,
        is_made_later=alive.is_alive(session, now=clock.now()),
        last=decisions.latest(session, assessment) if decisions.may_read(session, actor, assessment) else None,
    )
