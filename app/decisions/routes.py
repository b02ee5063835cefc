"""Pages and files of revisions: what was approved, read from what was frozen and never from rows that changed since."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from app import clock
from app.accounts.exports import Counted
from app.accounts.signed_in import CurrentActor
from app.assessments import pages as assessment_pages
from app.assessments import trail
from app.assessments.answers import library_for
from app.assessments.transfer import to_portable_for
from app.decisions import access, files, pages
from app.i18n import current
from app.jobs import alive
from app.portable import compare
from app.portable.compare import side
from app.reports import charts
from app.reports import files as report_files
from app.reports.build import build
from app.reports.kinds import Kind, Page
from app.reports.prepared import Asked
from app.web.forms import OptionalNumber
from app.web.library import LibraryDep
from app.web.session import AsideDep, SessionDep, SettingsDep
from app.web.templates import render

router = APIRouter(prefix="/assessments/{assessment_id}/revisions", include_in_schema=False)
Language = Literal["kk", "ru", "en"]
Number = Annotated[int, Path(ge=1, le=999_999_999)]
SECTION = "standing"
"""Where revisions stand among the sections of an assessment."""


@router.get("", name="revisions")
def show_revisions(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int
) -> Response:
    """Every revision."""
    assessment = access.get_decided(session, actor, assessment_id)
    page = assessment_pages.assessment_page(session, library, actor, assessment, section=SECTION)
    pinned = library_for(session, library, assessment)
    decided, later = pages.revisions_page(session, pinned, assessment), alive.is_alive(session, now=clock.now())
    return render(request, "decisions/revisions.html", page, decided=decided, is_made_later=later)


@router.get("/{number}", name="revision")
def show_revision(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    number: Number,
    part: Literal["results", "criteria", "gaps"] = "results",
) -> Response:
    """A revision as it was approved: its results, its criteria with answers and evidence, or its gaps."""
    assessment = access.get_decided(session, actor, assessment_id)
    revision = access.get_revision(session, actor, assessment, number)
    built = build(revision.portable, library_for(session, library, assessment), current())
    report = built.report
    page = assessment_pages.assessment_page(session, library, actor, assessment, section=SECTION)
    gauge = charts.gauge(
        report.bands, (report.conditional_from, report.ready_from), report.index, report.index_low, report.index_high
    )
    return render(
        request,
        "decisions/revision.html",
        # The figures at the head are those of the revision: two verdicts on one page would be read as one.
        replace(page, standing=pages.standing_of(built.card), date=revision.portable.date),
        revision=revision,
        is_made_later=alive.is_alive(session, now=clock.now()),
        report=report,
        part=part,
        gauge=gauge,
        plots={rubric.id: charts.interval_plot(charts.rubric_rows(rubric)) for rubric in report.rubrics},
        radars={rubric.id: charts.radar(rubric.standards) for rubric in report.rubrics},
    )


@router.get("/{number}/report.{ending}", name="revision_file", dependencies=[Counted])
def revision_file(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    session: SessionDep,
    aside: AsideDep,
    settings: SettingsDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    number: Number,
    ending: Literal["pdf", "html", "json"],
    kind: Kind = "full",
    lang: Language | None = None,
    page: Page = "a4",
    against: Annotated[OptionalNumber, Query()] = None,
) -> Response:
    """The report of a revision as a file; it is no draft. What changed is told since the revision `against`."""
    assessment = access.get_decided(session, actor, assessment_id)
    asked = Asked(ending, kind, lang or current(), page, against)
    made = files.make(session, settings, library, actor, assessment, number, asked)
    trail.note_export(aside, assessment, "report.made", actor, made.told)
    return report_files.answer(made.content, asked, f"sapa-{kind}-{assessment_id}-revision-{number}-{asked.language}")


@router.get("/{number}/changes", name="changes")
def show_changes(  # noqa: PLR0913, PLR0917 - the request, its dependencies and its parameters
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    number: Number,
    until: Annotated[OptionalNumber, Query()] = None,
    show: compare.Kind | None = None,
) -> Response:
    """What changed from a revision to another one, or to now."""
    assessment = access.get_decided(session, actor, assessment_id)
    pinned = library_for(session, library, assessment)
    first = access.get_revision(session, actor, assessment, number).portable
    second = (
        access.get_revision(session, actor, assessment, until).portable if until else to_portable_for(session, actor, assessment)
    )
    others = tuple(one for one in range(1, (access.latest_number(session, assessment) or 0) + 1) if one != number)
    changed = pages.changes_page(
        side(first, pinned), side(second, pinned), pinned, since=number, until=until, others=others, show=show
    )
    page = assessment_pages.assessment_page(session, library, actor, assessment, section=SECTION)
    return render(request, "decisions/changes.html", page, changed=changed)
