"""The application: the only place where things are wired."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import anyio
from fastapi import FastAPI, Request
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from app.accounts import account_routes as own_account_routes
from app.accounts import (
    joining_routes,
    operator_routes,
    passkey_routes,
    people_routes,
    personal_routes,
    proof_routes,
    refused,
    second_factor_routes,
    single_sign_on_routes,
    trail_routes,
)
from app.accounts import routes as account_routes
from app.accounts.passwords import Passwords
from app.accounts.signed_in import COOKIE, CurrentActor
from app.accounts.single_sign_on_client import Issuers
from app.assessments import api as assessment_api
from app.assessments import (
    api_citations,
    api_plan,
    approval_routes,
    citation_routes,
    edition_routes,
    guest_routes,
    link_routes,
    plan_routes,
    rubric_routes,
    signing_routes,
    transfer_routes,
    undo_routes,
    upload_routes,
    whatif_routes,
)
from app.assessments import routes as assessment_routes
from app.assessments import trail_routes as assessment_trail_routes
from app.assessments.beginnings import Beginning, Follow
from app.assessments.panels import Chip, Panel, Place
from app.assessments.work_sections import WorkSection
from app.assignments import moving as assignment_moving
from app.assignments import notice_routes, work_routes
from app.assignments import panels as assignment_panels
from app.assignments import routes as assignment_routes
from app.binder import routes as binder_routes
from app.config import Settings
from app.covers import routes as cover_routes
from app.cycles import beginning as cycle_beginning
from app.cycles import pages as cycle_pages
from app.cycles import partners as cycle_partners
from app.cycles import routes as cycle_routes
from app.db import Database
from app.decisions import changes_routes, rector_routes, trend_routes
from app.decisions import pages as decision_pages
from app.decisions import routes as decision_routes
from app.discussion import pages as discussion_pages
from app.discussion import routes as discussion_routes
from app.errors import Forbidden, NotFound, SignInNeeded
from app.evidence import api as evidence_api
from app.evidence import preview_routes
from app.evidence import routes as evidence_routes
from app.evidence import trail_routes as evidence_trail_routes
from app.evidence.panels import ItemPanel
from app.files.cleaning import previews_of
from app.holdings import api as holdings_api
from app.holdings import (
    batch_routes,
    bulk_routes,
    library_routes,
    linking_routes,
    standing,
    standing_routes,
    uses,
)
from app.i18n import gettext as _
from app.logs import log_as_json
from app.ratings import pages as rating_pages
from app.ratings import routes as rating_routes
from app.report_jobs import api as report_job_api
from app.report_jobs import pages as report_job_pages
from app.report_jobs import routes as report_job_routes
from app.reports import api as report_api
from app.reports import routes as report_routes
from app.rubrics import registry
from app.search import keeping as search_keeping
from app.search import routes as search_routes
from app.verification import routes as verification_routes
from app.web import health, problems
from app.web.bodies import OnlyKnownBodies
from app.web.description import describe
from app.web.headers import SecurityHeaders
from app.web.hosts import OnlyOurHost
from app.web.i18n import SpeakLanguage
from app.web.i18n import router as language_routes
from app.web.redirects import see_other
from app.web.templates import STATIC
from app.web.theme import router as theme_routes

ROUTERS = (
    health.router,
    language_routes,
    theme_routes,
    account_routes.router,
    second_factor_routes.router,
    passkey_routes.router,
    proof_routes.router,
    joining_routes.router,
    own_account_routes.router,
    people_routes.router,
    operator_routes.router,
    single_sign_on_routes.router,
    assessment_routes.router,
    approval_routes.router,
    signing_routes.router,
    guest_routes.router,
    link_routes.router,
    edition_routes.router,
    rubric_routes.router,
    plan_routes.router,
    whatif_routes.router,
    transfer_routes.router,
    upload_routes.router,
    undo_routes.router,
    citation_routes.router,
    library_routes.router,
    bulk_routes.router,
    linking_routes.router,
    batch_routes.router,
    standing_routes.router,
    evidence_routes.router,
    rating_routes.router,
    preview_routes.router,
    report_routes.router,
    report_job_routes.router,
    cover_routes.router,
    decision_routes.router,
    changes_routes.router,
    rector_routes.router,
    trend_routes.router,
    trail_routes.router,
    personal_routes.router,
    assessment_trail_routes.router,
    evidence_trail_routes.router,
    search_routes.router,
    cycle_routes.router,
    discussion_routes.router,
    assignment_routes.router,
    work_routes.router,
    notice_routes.router,
    verification_routes.router,
    binder_routes.router,
    assessment_api.router,
    api_plan.router,
    api_citations.router,
    evidence_api.router,
    holdings_api.router,
    report_api.router,
    changes_routes.api,
    report_job_api.router,
)
PANELS: tuple[Panel, ...] = (
    Panel(Place.BELOW_ANSWER, "discussion/_panel.html", discussion_pages.panel),
    Panel(Place.GUIDANCE, "cycles/_panel.html", cycle_pages.criterion_panel),
    Panel(Place.GUIDANCE, "cycles/_partners.html", cycle_partners.partners_panel),
    Panel(Place.OVERVIEW, "cycles/_overview.html", cycle_pages.overview_panel),
    Panel(Place.GUIDANCE, "ratings/_panel.html", rating_pages.criterion_panel),
    Panel(Place.OVERVIEW, "ratings/_overview.html", rating_pages.overview_panel),
    Panel(Place.OVERVIEW, "decisions/_panel.html", decision_pages.panel),
    Panel(Place.DOWNLOADS, "report_jobs/_panel.html", report_job_pages.latest_panel),
)
BEGINNINGS: tuple[Beginning, ...] = (cycle_beginning.BEGINNING,)
FOLLOWS_MOVES: tuple[Follow, ...] = (cycle_beginning.follow_move, assignment_moving.follow_move)
"""What comes along when an assessment moves to a newer edition."""
CHIPS: tuple[Chip, ...] = ()
WORK: tuple[WorkSection, ...] = (WorkSection("mentions", lambda: _("Mentions of me"), discussion_pages.mentions),)
"""What other rooms add to "My work"."""
ITEM_PANELS: tuple[ItemPanel, ...] = (
    ItemPanel("holdings/_uses.html", uses.build),
    ItemPanel("holdings/_standing.html", standing.build),
)
ROOM_FOR_FORM = 1024 * 1024
"""What a form may hold besides the file it uploads."""


def create_app(settings: Settings) -> FastAPI:
    """The service with these settings. Its database must have been migrated."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.database.close()

    log_as_json()
    search_keeping.follow()
    app = FastAPI(
        title="Sapa",
        # Of the API, not of the program: anybody may read this description.
        version="1",
        description="Self-assessments: answers, evidence, scores, reports.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        max_body_size=settings.max_upload + ROOM_FOR_FORM,
    )
    _hold(app, settings)
    for router in ROUTERS:
        app.include_router(router)
    # Only these are compressed: a page holds a secret beside what somebody typed, and its length would tell of it (BREACH).
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC), minimum_size=1000), name="static")
    app.add_api_route("/", _home, include_in_schema=False, name="home")
    problems.install(app)
    describe(app, settings, COOKIE)
    app.add_exception_handler(SignInNeeded, _on_sign_in_needed)
    app.add_exception_handler(Forbidden, refused.on_refused)
    app.add_exception_handler(NotFound, refused.on_refused)
    app.add_middleware(OnlyKnownBodies)
    app.add_middleware(OnlyOurHost, settings=settings)
    app.add_middleware(SpeakLanguage)
    app.add_middleware(SecurityHeaders, https=settings.https)
    return app


def _hold(app: FastAPI, settings: Settings) -> None:
    """What requests find in the application."""
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.turn = anyio.Lock()
    app.state.passwords = Passwords(settings)
    app.state.issuers = Issuers(settings)
    app.state.library = registry.home()
    app.state.previews = previews_of(settings)
    app.state.few_previews = preview_routes.few()
    app.state.few_verified = verification_routes.few()
    zone = ZoneInfo(settings.timezone)
    app.state.panels = (*assignment_panels.panels(zone), *PANELS)
    app.state.chips = (*assignment_panels.chips(zone), *CHIPS)
    app.state.work = WORK
    app.state.beginnings, app.state.follows_moves = BEGINNINGS, FOLLOWS_MOVES
    app.state.item_panels = ITEM_PANELS


def _home(request: Request, actor: CurrentActor) -> RedirectResponse:
    """Where work begins: one's own work; for who belongs to no organisation the installation, or what is shared."""
    if actor.organisation_id is not None:
        return see_other(request, "work")
    return see_other(request, "operator" if actor.is_operator else "assessments")


async def _on_sign_in_needed(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, SignInNeeded)  # noqa: S101 - registered for this type
    if problems.wants_json(request):
        return problems.problem_answer(request, 401, problem.message)
    return await account_routes.on_sign_in_needed(request, problem)
