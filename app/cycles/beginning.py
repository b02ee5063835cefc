"""Where an assessment begins: it may follow one of the cycle before, and a copy follows what it was made from."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments.beginnings import Beginning, Moved, Typed
from app.assessments.models import Assessment
from app.cycles import access, pages, service
from app.i18n import gettext as _
from app.rubrics.registry import Library
from app.web.forms import whole_number

FIELD = "previous_id"


def build(session: Session, actor: Actor, organisation_id: int) -> tuple[tuple[int, str], ...] | None:
    """What a new assessment can follow, to choose from; None while there is nothing."""
    return pages.choices(access.offered_in(session, actor, organisation_id)) or None


def wrong(session: Session, actor: Actor, organisation_id: int, typed: Typed) -> dict[str, str]:
    """Whether the choice is one of those offered. Nothing chosen is a choice."""
    chosen = typed.get(FIELD, "")
    if chosen == "" or whole_number(chosen) in {one.id for one in access.offered_in(session, actor, organisation_id)}:
        return {}
    return {FIELD: _("Choose one of the assessments offered.")}


def begun(session: Session, assessment: Assessment, typed: Typed, actor: Actor, now: datetime) -> None:
    """Let the new assessment follow what was chosen."""
    previous_id = whole_number(typed.get(FIELD, ""))
    if previous_id is not None:
        service.follow(session, assessment, previous_id, actor, now=now)


def follow_move(session: Session, library: Library, moved: Moved, actor: Actor, now: datetime) -> None:
    """A copy on a newer edition follows what it was made from."""
    del library
    service.follow(session, moved.copy, moved.source.id, actor, now=now)


BEGINNING = Beginning("cycles/_begin.html", build, wrong, begun)
