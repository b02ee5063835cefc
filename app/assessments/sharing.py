"""Showing an assessment to an agency or a partner university, and ending that."""

from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts import access as accounts
from app.accounts.actor import Actor
from app.accounts.models import Membership, Organisation, OrganisationKind, Person
from app.assessments import trail
from app.assessments.access import GUEST_IN
from app.assessments.forms import ShareForm
from app.assessments.models import Assessment, SharedAssessment
from app.errors import Conflict, NotFound
from app.i18n import gettext as _


class NoSuchGuest(Conflict):
    """Nobody there could be shown the assessment."""


def agencies(session: Session) -> list[Organisation]:
    """The agencies of this installation by name: who they are is public."""
    query = select(Organisation).where(Organisation.kind == OrganisationKind.AGENCY.value)
    return list(session.scalars(query.order_by(Organisation.name, Organisation.id)))


def shares_of(session: Session, assessment: Assessment) -> list[SharedAssessment]:
    """To whom an assessment is or was shown, newest first, with organisation and person."""
    query = (
        select(SharedAssessment)
        .where(SharedAssessment.assessment_id == assessment.id)
        .options(joinedload(SharedAssessment.organisation), joinedload(SharedAssessment.person))
        .order_by(SharedAssessment.id.desc())
    )
    return list(session.scalars(query))


def share(
    session: Session, assessment: Assessment, form: ShareForm, actor: Actor, zone_end: time, *, now: datetime
) -> SharedAssessment:
    """Show the assessment to an agency's reviewers, or to one reviewer or partner by their address.

    It ends with the day of `form.until`, or when it is revoked. Raises NoSuchGuest.
    """
    organisation_id, person_id = _guest(session, assessment, form)
    ends = None if form.until is None else datetime.combine(form.until, zone_end)
    made = SharedAssessment(
        assessment_id=assessment.id,
        organisation_id=organisation_id,
        person_id=person_id,
        with_evidence=form.with_evidence,
        created_at=now,
        created_by=actor.id,
        expires_at=ends,
    )
    session.add(made)
    session.flush()
    data = {"share": made.id, "organisation": organisation_id, "person": person_id, "evidence": form.with_evidence}
    trail.note(session, assessment, "assessment.shared", actor, now=now, data=data)
    return made


def _guest(session: Session, assessment: Assessment, form: ShareForm) -> tuple[int, int | None]:
    """The organisation and the person the form means. An agency as a whole needs no person."""
    if form.email is None:
        if form.agency_id is None or form.agency_id not in {one.id for one in agencies(session)}:
            raise NoSuchGuest(_("Choose an agency, or write the address of a reviewer or partner."))
        return form.agency_id, None
    query = (
        select(Membership.organisation_id, Membership.person_id, Membership.role, Organisation.kind)
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Person.email == accounts.fold(form.email), Membership.role.in_(GUEST_IN))
        .where(Membership.organisation_id != assessment.organisation_id)
        .order_by(Membership.id)
    )
    if form.agency_id is not None:
        query = query.where(Membership.organisation_id == form.agency_id)
    for organisation_id, person_id, role, kind in session.execute(query):
        if GUEST_IN[role] == kind:
            return organisation_id, person_id
    message = _("Nobody with this address is a reviewer of an agency or a partner of another university here.")
    raise NoSuchGuest(message)


def end(session: Session, assessment: Assessment, share_id: int, actor: Actor, *, now: datetime) -> None:
    """End a share of this assessment. Raises NotFound."""
    query = select(SharedAssessment).where(SharedAssessment.id == share_id, SharedAssessment.assessment_id == assessment.id)
    found = session.scalar(query)
    if found is None or found.revoked_at is not None:
        raise NotFound(_("This is not shared, or not any more."))
    found.revoked_at = now
    session.flush()
    trail.note(session, assessment, "assessment.share_ended", actor, now=now, data={"share": found.id})
