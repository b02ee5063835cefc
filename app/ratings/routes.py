"""Pages of ratings: the raters of an assessment, one's own ratings, and what one is invited to."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import clock
from app.accounts.actor import Actor
from app.accounts.signed_in import CurrentActor
from app.assessments import service as assessments
from app.assessments.models import Assessment
from app.i18n import current
from app.ratings import access, pages, service
from app.ratings.forms import InviteRaterForm, RatingForm
from app.rubrics.model import in_language
from app.web import words
from app.web.forms import FormDep, fill
from app.web.library import LibraryDep
from app.web.redirects import see_other
from app.web.session import SessionDep
from app.web.templates import render

router = APIRouter(include_in_schema=False)
A = "/assessments/{assessment_id}/ratings"


@dataclass(frozen=True, slots=True)
class Invited:
    """An assessment that one is invited to rate."""

    id: int
    title: str
    institution: str
    role: str
    finished: bool


@router.get("/ratings", name="my_ratings")
def list_mine(request: Request, session: SessionDep, actor: CurrentActor) -> Response:
    """What I am invited to rate."""
    found = [
        Invited(
            assessment.id,
            in_language(assessment.title, current()),
            in_language(assessment.institution["name"], current()),
            rater.rater_role,
            rater.finished_at is not None,
        )
        for assessment, rater in access.my_open(session, actor)
    ]
    return render(request, "ratings/list.html", found)


def _raters(  # noqa: PLR0913 - the page with what was typed into its form
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: Actor,
    assessment: Assessment,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    page = pages.raters_page(session, library, actor, assessment, typed, errors)
    return render(request, "ratings/raters.html", page, status=status, roles=tuple(words.rater_roles().items()))


@router.get(A, name="raters")
def show_raters(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """Who rates the assessment, and the latest closed round side by side."""
    assessment = access.get_followed(session, actor, assessment_id)
    return _raters(request, session, library, actor, assessment)


@router.post(f"{A}/open", name="open_round")
def open_round(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int) -> Response:
    """Open a round."""
    assessment = access.get_managed(session, actor, assessment_id)
    service.open_round(session, assessment, actor, now=clock.now())
    return see_other(request, "raters", assessment_id=assessment.id)


@router.post(f"{A}/raters", name="invite_rater")
def invite(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, data: FormDep
) -> Response:
    """Invite a rater to the open round."""
    assessment = access.get_managed(session, actor, assessment_id)
    form = fill(InviteRaterForm, data)
    errors, status = dict(form.errors), 422
    if form.value is not None:
        try:
            service.invite(session, assessment, form.value, actor, now=clock.now())
        except service.NoSuchRater as refused:
            errors, status = {"email" if form.value.email else "person_id": refused.message}, 409
    if errors:
        return _raters(request, session, library, actor, assessment, dict(form.typed), errors, status=status)
    return see_other(request, "raters", assessment_id=assessment.id)


@router.post(f"{A}/raters/{{rater_id}}/remove", name="remove_rater")
def remove(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int, rater_id: int) -> Response:
    """Take a rater out of the open round."""
    assessment = access.get_managed(session, actor, assessment_id)
    service.remove(session, assessment, rater_id, actor, now=clock.now())
    return see_other(request, "raters", assessment_id=assessment.id)


@router.post(f"{A}/close", name="close_round")
def close_round(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int) -> Response:
    """Close the open round."""
    assessment = access.get_managed(session, actor, assessment_id)
    service.close(session, assessment, actor, now=clock.now())
    return see_other(request, "raters", assessment_id=assessment.id)


@router.get(f"{A}/mine", name="my_rating")
def show_mine(request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int) -> Response:
    """My own progress."""
    seat = access.get_seat(session, actor, assessment_id)
    return render(request, "ratings/mine.html", pages.my_page(session, library, seat))


@router.post(f"{A}/mine/finish", name="finish_rating")
def finish(request: Request, session: SessionDep, actor: CurrentActor, assessment_id: int) -> Response:
    """Say that I have finished."""
    seat = access.get_seat(session, actor, assessment_id)
    service.finish(session, seat, actor, now=clock.now())
    return see_other(request, "raters", assessment_id=assessment_id)


@router.get(f"{A}/mine/{{reference}}", name="rate")
def show_criterion(
    request: Request, session: SessionDep, library: LibraryDep, actor: CurrentActor, assessment_id: int, reference: str
) -> Response:
    """One criterion to rate."""
    seat = access.get_seat(session, actor, assessment_id)
    assessments.get_criterion(session, library, seat.assessment, reference)
    return render(request, "ratings/rate.html", pages.rate_page(session, library, actor, seat, reference))


@router.post(f"{A}/mine/{{reference}}", name="save_rating")
def save(
    request: Request,
    session: SessionDep,
    library: LibraryDep,
    actor: CurrentActor,
    assessment_id: int,
    reference: str,
    data: FormDep,
) -> Response:
    """Save my level for a criterion, and go on to the next one."""
    seat = access.get_seat(session, actor, assessment_id)
    assessments.get_criterion(session, library, seat.assessment, reference)
    form = fill(RatingForm, data)
    if form.value is None:
        page = pages.rate_page(session, library, actor, seat, reference, dict(form.typed), dict(form.errors))
        return render(request, "ratings/rate.html", page, status=422)
    service.rate(session, library, seat, reference, form.value, actor, now=clock.now())
    page = pages.rate_page(session, library, actor, seat, reference)
    if page.next is None:
        return see_other(request, "my_rating", assessment_id=assessment_id)
    return see_other(request, "rate", assessment_id=assessment_id, reference=page.next)
