"""With which earlier assessment a report compares: only what the person may read too, and only of the same organisation."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.assessments import access
from app.assessments.answers import library_for
from app.assessments.models import Assessment
from app.assessments.transfer import to_portable_for
from app.cycles import access as cycles
from app.errors import NotFound
from app.i18n import current
from app.i18n import gettext as _
from app.reports.build_delta import Against
from app.reports.service import NothingToCompare
from app.rubrics.model import in_language
from app.rubrics.registry import Library
from app.web.formats import short_day


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier assessment as a report compares with it."""

    assessment_id: int
    found: Against


@dataclass(frozen=True, slots=True)
class Offered:
    """An assessment to compare with, and whether it is the one that this one follows."""

    id: int
    title: str
    is_previous: bool


def against(session: Session, library: Library, actor: Actor, assessment: Assessment, other_id: int | None) -> Earlier:
    """The assessment `other_id`, or the one that `assessment` follows, as far as the person may see its evidence.

    Raises NotFound for what they may not read and for another organisation's: a report on two houses would tell one of the
    other in its trail. Raises NothingToCompare when none is named and none is followed.
    """
    other = get_other(session, actor, assessment, other_id)
    known = library_for(session, library, other)
    return Earlier(other.id, Against(to_portable_for(session, actor, other), known))


def get_other(session: Session, actor: Actor, assessment: Assessment, other_id: int | None) -> Assessment:
    """The row of the assessment to compare with. Raises as `against`."""
    other = access.get_readable(session, actor, other_id) if other_id else cycles.find_previous(session, actor, assessment)
    if other is None:
        raise NothingToCompare(_("A report on what changed needs an earlier assessment to compare with: say which."))
    if other.organisation_id != assessment.organisation_id or other.id == assessment.id:
        raise NotFound(_("There is no such assessment."))
    return other


def offered(session: Session, actor: Actor, assessment: Assessment) -> list[Offered]:
    """What it can be compared with: the one that it follows first, then the others of the house that the person may read."""
    previous = cycles.find_previous(session, actor, assessment)
    others = cycles.offered(session, actor, assessment)
    first = [one for one in others if previous is not None and one.id == previous.id]
    return [
        Offered(one.id, f"{in_language(one.title, current())}, {short_day(one.date)}", one in first)
        for one in [*first, *(one for one in others if one not in first)]
    ]
