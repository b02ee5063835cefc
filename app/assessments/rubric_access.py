"""The only door to rubrics that organisations brought in."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Membership
from app.accounts.policy import Permission, roles_that
from app.assessments.models import OrganisationRubric
from app.errors import NotFound
from app.i18n import gettext as _


def own_rubrics(session: Session, organisation_id: int) -> list[OrganisationRubric]:
    """The rubrics an organisation brought in, newest first, with their content. The caller has checked the organisation."""
    query = (
        select(OrganisationRubric)
        .where(OrganisationRubric.organisation_id == organisation_id)
        .options(joinedload(OrganisationRubric.stored))
        .order_by(OrganisationRubric.id.desc())
    )
    return list(session.scalars(query))


def find_own_rubric(session: Session, organisation_id: int, rubric_id: str, edition: str) -> OrganisationRubric | None:
    """The organisation's own rubric of this id and edition; None when there is none."""
    mine = OrganisationRubric.organisation_id == organisation_id
    query = select(OrganisationRubric).where(mine, OrganisationRubric.rubric_id == rubric_id)
    return session.scalar(query.where(OrganisationRubric.edition == edition))


def get_own_rubric(session: Session, actor: Actor, own_id: int) -> OrganisationRubric:
    """One of them, by its id. Raises NotFound, also for another organisation's."""
    mine = select(Membership.organisation_id).where(
        accounts.memberships_of(actor), Membership.role.in_(roles_that(Permission.READ_RUBRICS))
    )
    query = (
        select(OrganisationRubric)
        .where(OrganisationRubric.id == own_id, OrganisationRubric.organisation_id.in_(mine))
        .options(joinedload(OrganisationRubric.stored))
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such rubric."))
    return found
